"""Digest, by the examples of RFC 7616, 3.9.1."""

from __future__ import annotations

import pytest

from timeblock.calendars.digest import best, proof

BOTH = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", '
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
ONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


@pytest.mark.parametrize(
    ("algorithm", "answer"),
    [
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
    ],
)
def test_the_examples_of_the_standard(algorithm: str, answer: str) -> None:
    asked = best(BOTH)
    assert asked is not None
    assert asked["algorithm"] == "SHA-256"  # the stronger of the two
    said = proof({**asked, "algorithm": algorithm}, "GET", "/dir/index.html", "Mufasa", "Circle of Life", ONCE, 1)
    assert f'response="{answer}"' in said
    assert f"algorithm={algorithm}, qop=auth, nc=00000001" in said


def test_a_session_proof_and_one_without_quality_differ_from_the_plain_one() -> None:
    asked = {"realm": "dav", "nonce": "n"}
    plain = proof(asked, "GET", "/", "ålice", 'p"w', "c", 1)
    assert "qop" not in plain
    assert "cnonce" not in plain
    session = proof({**asked, "algorithm": "MD5-sess"}, "GET", "/", "ålice", 'p"w', "c", 1)
    assert plain.partition("response=")[2][:34] != session.partition("response=")[2][:34]


@pytest.mark.parametrize(
    "header",
    ["", "Basic realm=x", "Negotiate", 'Digest realm="x"', 'Digest nonce="n", algorithm=SHA-512-256', "Digest"],
)
def test_what_we_cannot_answer_is_left_alone(header: str) -> None:
    assert best(header) is None
