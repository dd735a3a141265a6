"""What tests of several folders share: a database, web servers, and a certificate that only some trust."""

from __future__ import annotations

import datetime
import ipaddress
import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, Phase, settings

from tests.web import Asked, Say, Web, web
from timeblock.store.database import Database, open_database

# A slow or busy machine is no fault of what is tested. Where a change is judged ($CI) the examples are the same each
# time, and a failure is told without minutes of making it smaller; elsewhere they are new each time.
settings.register_profile("timeblock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
without_shrinking = (Phase.explicit, Phase.reuse, Phase.generate)
settings.register_profile("ci", settings.get_profile("timeblock"), derandomize=True, phases=without_shrinking)
settings.load_profile("ci" if os.environ.get("CI") else "timeblock")

# Nothing of a test gets into the keyring of the person who runs it.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"


@pytest.fixture(autouse=True, scope="session")
def state_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing of a test gets into the state of the person who runs it."""
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))


Serve = Callable[[Callable[[Asked], Say]], Web]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An empty database of its own."""
    with open_database(f"sqlite://{tmp_path / 'timeblock.db'}") as opened:
        yield opened


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server with what it shall answer; stopped after the test."""
    with ExitStack() as running:
        yield lambda answer: running.enter_context(web(answer))


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with key and certificate for 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, start, start.replace(year=2100))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def serve_tls(certificate: Path) -> Iterator[Serve]:
    """As ``serve``, over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with ExitStack() as running:
        yield lambda answer: running.enter_context(web(answer, context))
