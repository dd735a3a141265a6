"""A real Dovecot on the loopback address, and a wire to it that notes what is said."""

from __future__ import annotations

import imaplib
import os
import pwd
import shutil
import socket
import socketserver
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.servers import Server, free_port, running

PASSWORD = "sécret-ü"
UNPACKED = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "timeblock-tests/dovecot/usr/lib/dovecot"
"""Where scripts/servers.sh unpacks dovecot-imapd: as a package it would push Cyrus off the machine."""


def dovecot_lacks() -> str:
    """Why Dovecot cannot be started here; "" where it can."""
    binary = shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin:" + os.environ.get("PATH", ""))
    if binary is None or not (_imap() / "imap").exists():
        return "no Dovecot with IMAP here (scripts/servers.sh installs it where root and apt are)"
    version = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout
    return "" if version.startswith("2.3.") else f"the config here is for Dovecot 2.3, not {version.strip()}"


def _imap() -> Path:
    return UNPACKED if (UNPACKED / "imap").exists() else Path("/usr/lib/dovecot")


@dataclass(frozen=True)
class Mailserver:
    """Every user has a mailbox of their own, and the same password. ``port`` is plain and does STARTTLS, ``tls_port``
    is IMAPS; ``user`` is whose mail it is."""

    port: int
    tls_port: int
    user: str = "alice"

    @contextmanager
    def mailbox(self) -> Iterator[imaplib.IMAP4]:
        """Signed in as the person's mail program is."""
        with imaplib.IMAP4("127.0.0.1", self.port) as client:
            client.authenticate("PLAIN", lambda _: f"\0{self.user}\0{PASSWORD}".encode())
            yield client

    def send(self, folder: str, *moments: int, header: str = "", arrived: int | None = None) -> None:
        """Put messages into ``folder``, each with a Date header, or with ``header`` in its place."""
        with self.mailbox() as client:
            for at in moments:
                said = header or f"Date: {datetime.fromtimestamp(at, UTC):%a, %d %b %Y %H:%M:%S +0000}"
                text = f"From: a@example.org\r\nTo: b@example.org\r\nSubject: Secret\r\n{said}\r\n\r\nSecret\r\n"
                when = datetime.fromtimestamp(arrived or at, UTC)
                status, answer = client.append(f'"{folder}"', "", imaplib.Time2Internaldate(when), text.encode())
                assert status == "OK", answer


@contextmanager
def dovecot(certificate: Path) -> Iterator[Mailserver]:
    """Dovecot with empty mailboxes; sent mail is in "Gesendet", which is marked so. ``certificate``: with its key."""
    with tempfile.TemporaryDirectory(prefix="dovecot-", ignore_cleanup_errors=True) as name:
        folder, made = Path(name), Mailserver(free_port(), free_port())
        folder.chmod(0o755)
        config = folder / "dovecot.conf"
        config.write_text(_config(folder, certificate, made))
        binary = shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin:" + os.environ.get("PATH", ""))
        assert binary is not None
        with running([binary, "-F", "-c", str(config)], Server(made.port, folder, folder / "log")):
            yield made


def _config(folder: Path, certificate: Path, made: Mailserver) -> str:
    (folder / "mail").mkdir()
    user = "dovecot" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    shutil.chown(folder / "mail", user)
    own = chroot = ""
    if os.geteuid() != 0:
        own = f"default_internal_user = {user}\ndefault_login_user = {user}\ndefault_internal_group = {_group(user)}"
        chroot = "chroot ="
    return f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
disable_plaintext_auth = no
auth_mechanisms = plain
auth_failure_delay = 0
{own}
mail_location = maildir:{folder}/mail/%u
mail_uid = {user}
mail_gid = {_group(user)}
first_valid_uid = 1
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user} gid={_group(user)} home={folder}/mail/%u
}}
{_services()}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
  {chroot}
}}
service imap-login {{
  executable = {_imap()}/imap-login
  {chroot}
  inet_listener imap {{
    port = {made.port}
  }}
  inet_listener imaps {{
    port = {made.tls_port}
    ssl = yes
  }}
}}
namespace inbox {{
  inbox = yes
  mailbox Gesendet {{
    auto = create
    special_use = \\Sent
  }}
  mailbox Sent {{
    auto = create
  }}
}}
"""


def _services() -> str:
    names = ("imap", "imap-urlauth", "imap-urlauth-login", "imap-urlauth-worker", "imap-hibernate")
    return "".join(f"service {name} {{\n  executable = {_imap()}/{name}\n}}\n" for name in names)


def _group(user: str) -> str:
    import grp

    return grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name


@dataclass
class Wire:
    """A way to a server that notes each line of the client. ``cut_at``: the line is cut when the client says this."""

    port: int
    said: list[str] = field(default_factory=list)
    cut_at: str = ""

    @property
    def commands(self) -> list[str]:
        """What the client said, without its tags and without the password."""
        return [command for line in self.said if (command := line.partition(" ")[2])]


@contextmanager
def wire(server_port: int) -> Iterator[Wire]:
    """Forward connections to ``server_port`` until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = Wire(listening.getsockname()[1])
        accepting = threading.Thread(target=_accept, args=(listening, server_port, made), daemon=True)
        accepting.start()
        try:
            yield made
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            accepting.join()


def _accept(listening: socket.socket, server_port: int, made: Wire) -> None:
    with suppress(OSError):
        while True:
            client, _ = listening.accept()
            threading.Thread(target=_forward, args=(client, server_port, made), daemon=True).start()


def _forward(client: socket.socket, server_port: int, made: Wire) -> None:
    with client, socket.create_connection(("127.0.0.1", server_port)) as server:
        back = threading.Thread(target=_copy, args=(server, client, None), daemon=True)
        back.start()
        _copy(client, server, made)
        back.join()


def _copy(source: socket.socket, target: socket.socket, noted: Wire | None) -> None:
    with suppress(OSError):
        while chunk := source.recv(65536):
            if noted is not None:
                noted.said += chunk.decode(errors="replace").splitlines()
                if noted.cut_at and noted.cut_at in noted.said[-1]:
                    break
            target.sendall(chunk)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def scripted(greeting: str, answers: Mapping[str, str]) -> Iterator[int]:
    """A port where something greets, and answers a command that begins as told; "{tag}" in an answer is that of the
    command. One that is not told of ends the connection."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(f"{greeting}\r\n".encode())
            while line := self.rfile.readline().decode(errors="replace"):
                tag, _, command = line.partition(" ")
                said = next((answer for begin, answer in answers.items() if command.startswith(begin)), None)
                if said is None:
                    return
                self.wfile.write(f"{said.replace('{tag}', tag)}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True  # a client that stays is not waited for
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
