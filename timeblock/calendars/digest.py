"""Digest access authentication (RFC 7616): proof of a password that does not leave this machine."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from urllib.request import parse_http_list

ALGORITHMS = {"SHA-256": "sha256", "MD5": "md5"}
"""Strongest first; each also with ``-sess`` behind its name."""


def challenges(header: str) -> list[tuple[str, Mapping[str, str]]]:
    """What ``WWW-Authenticate`` asks for: schemes in lower case, with their parameters.

    >>> challenges('Negotiate, Basic realm="a, b", Digest realm="c", nonce="n"')[1:]
    [('basic', {'realm': 'a, b'}), ('digest', {'realm': 'c', 'nonce': 'n'})]
    """
    found: list[tuple[str, dict[str, str]]] = []
    for item in parse_http_list(header):
        head, _, rest = item.partition(" ")
        if "=" not in head:
            found.append((head.lower(), {}))
            item = rest.strip()
        if item and found:
            name, _, value = item.partition("=")
            found[-1][1][name.strip().lower()] = value.strip().removeprefix('"').removesuffix('"')
    return [*found]


def best(header: str) -> Mapping[str, str] | None:
    """The Digest challenge that we answer, None where there is none that we can."""
    offered = [asked for scheme, asked in challenges(header) if scheme == "digest" and "nonce" in asked]
    able = [asked for asked in offered if _name(asked) in ALGORITHMS and "auth" in _qop(asked)]
    return min(able, key=lambda asked: [*ALGORITHMS].index(_name(asked)), default=None)


def proof(asked: Mapping[str, str], method: str, target: str, user: str, password: str, cnonce: str, count: int) -> str:
    """The value of ``Authorization`` for one request; ``count`` is how often this nonce was used, from 1."""

    def h(*parts: str) -> str:
        return hashlib.new(ALGORITHMS[_name(asked)], ":".join(parts).encode(), usedforsecurity=False).hexdigest()

    realm, nonce, nc = asked.get("realm", ""), asked["nonce"], f"{count:08x}"
    secret = h(user, realm, password)
    if asked.get("algorithm", "").lower().endswith("-sess"):
        secret = h(secret, nonce, cnonce)
    what = h(method, target)
    qop = "qop" in asked
    answer = h(secret, nonce, nc, cnonce, "auth", what) if qop else h(secret, nonce, what)
    quoted = {"username": user, "realm": realm, "nonce": nonce, "uri": target, "response": answer}
    quoted |= {"opaque": asked["opaque"]} if "opaque" in asked else {}
    quoted |= {"cnonce": cnonce} if qop else {}
    plain = {"algorithm": asked["algorithm"]} if "algorithm" in asked else {}
    plain |= {"qop": "auth", "nc": nc} if qop else {}
    said = [*(f'{k}="{_escaped(v)}"' for k, v in quoted.items()), *(f"{k}={v}" for k, v in plain.items())]
    return f"Digest {', '.join(said)}"


def _name(asked: Mapping[str, str]) -> str:
    return asked.get("algorithm", "MD5").upper().removesuffix("-SESS")


def _qop(asked: Mapping[str, str]) -> list[str]:
    return [part.strip().lower() for part in asked.get("qop", "auth").split(",")]


def _escaped(text: str) -> str:
    """Inside quotes (RFC 9110, 5.6.4); what no header can hold was never in a challenge that came."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
