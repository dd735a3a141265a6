"""Where a domain says in DNS that its calendars are (RFC 6764, 3 and 4)."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from typing import TypeAlias

Services: TypeAlias = Callable[[str], Sequence[str]]
"""Addresses of CalDAV services for a domain, the preferred first; none where DNS tells none."""

SECONDS = 5.0


def look_up(domain: str) -> Sequence[str]:
    """What SRV and TXT records of ``_caldavs._tcp`` say: services over TLS only."""
    if "." not in domain or _is_ip(domain):
        return ()
    import dns.exception
    import dns.resolver

    name = f"_caldavs._tcp.{domain}"

    def records(kind: str) -> list[str]:
        try:
            return [record.to_text() for record in dns.resolver.resolve(name, kind, lifetime=SECONDS, search=False)]
        except (dns.exception.DNSException, OSError):
            return []

    services = records("SRV")
    return addresses(services, records("TXT")) if services else ()


def addresses(srv: Sequence[str], txt: Sequence[str]) -> Sequence[str]:
    """Of records as text. A target of "." says that there is no such service.

    >>> addresses(["10 0 443 b.example.org.", "1 0 8443 a.example.org."], ['"path=/dav"'])
    ['https://a.example.org:8443/dav', 'https://b.example.org/dav']
    """
    paths = [text.strip('"').removeprefix("path=") for text in txt if text.strip('"').startswith("path=/")]
    path = paths[0] if paths else "/.well-known/caldav"
    found = sorted((int(line[0]), -int(line[1]), int(line[2]), line[3].rstrip(".")) for line in map(str.split, srv))
    return [f"https://{host}{'' if port == 443 else f':{port}'}{path}" for _, _, port, host in found if host]


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
