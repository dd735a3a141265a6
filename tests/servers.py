"""Servers on the loopback address, each in a process and a folder of its own, stopped by its pid."""

from __future__ import annotations

import hashlib
import imaplib
import os
import select
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
START_SECONDS = 30


@dataclass(frozen=True)
class Server:
    """A running server. alice/secret is let in, by Xandikos anyone. ``storage`` is its folder of files."""

    port: int
    storage: Path
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


@contextmanager
def radicale(folder: Path) -> Iterator[Server]:
    """Radicale with users alice/secret and bob/secret2."""
    folder.mkdir(parents=True, exist_ok=True)
    users, config = folder / "users", folder / "config"
    users.write_text("alice:secret\nbob:secret2\n")
    port = free_port()
    config.write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n"
        f"[auth]\ntype = htpasswd\nhtpasswd_filename = {users}\nhtpasswd_encryption = plain\ndelay = 0\n"
        f"[storage]\nfilesystem_folder = {folder / 'data'}\n[rights]\ntype = owner_only\n[logging]\nlevel = warning\n"
    )
    command = [sys.executable, "-m", "radicale", "--config", str(config)]
    with running(command, Server(port, folder / "data", folder / "log")) as server:
        yield server


@contextmanager
def xandikos(folder: Path) -> Iterator[Server]:
    """Xandikos with a calendar at /alice/calendars/calendar/."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [
        *(str(BIN / "xandikos"), "serve", "--no-detect-systemd", "--defaults"),
        *("--listen-address", "127.0.0.1", "--port", str(port), "--current-user-principal", "/alice/"),
        *("--directory", str(folder / "data"), "--state-dir", str(folder / "state")),
    ]
    with running(command, Server(port, folder / "data", folder / "log")) as server:
        yield server


CYRMASTER = Path("/usr/sbin/cyrmaster")


def no_cyrus() -> str:
    """Why Cyrus cannot be started here; "" where it can."""
    if not (CYRMASTER.exists() and shutil.which("saslpasswd2")):
        return "Cyrus is not installed (as root: scripts/servers.sh)"
    return "" if os.geteuid() == 0 else "Cyrus is started by root only"


@contextmanager
def cyrus() -> Iterator[Server]:
    """Cyrus with users alice and bob, both with password secret. It works as user cyrus in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="cyrus-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        web, imap = free_port(), free_port()
        config = _configure_cyrus(folder, web, imap)
        command = [str(CYRMASTER), "-C", str(config), "-M", str(folder / "cyrus.conf"), "-p", str(folder / "pid")]
        with running(command, Server(web, folder / "spool", folder / "log")) as server:
            with imaplib.IMAP4("127.0.0.1", imap) as admin:
                admin.login("cyrus", "secret")
                for user in ("alice", "bob"):
                    status, said = admin.create(f"user/{user}")
                    assert status == "OK", said
            yield server


def _configure_cyrus(folder: Path, web: int, imap: int) -> Path:
    for part in ("lib/db", "lib/log", "lib/proc", "lib/socket", "lib/lock", "spool"):
        (folder / part).mkdir(parents=True)
    config, passwords = folder / "imapd.conf", folder / "sasldb2"
    config.write_text(
        f"configdirectory: {folder}/lib\ndefaultpartition: default\npartition-default: {folder}/spool\n"
        "servername: localhost\nadmins: cyrus\nallowplaintext: yes\n"
        "httpmodules: caldav\ncaldav_allowscheduling: no\nsync_log: no\n"
        "sasl_mech_list: PLAIN\nsasl_pwcheck_method: auxprop\nsasl_auxprop_plugin: sasldb\n"
        f"sasl_sasldb_path: {passwords}\n"
    )
    (folder / "cyrus.conf").write_text(
        f'START {{\n  recover cmd="/usr/sbin/cyrus ctl_cyrusdb -C {config} -r"\n}}\n'
        f'SERVICES {{\n  imap cmd="imapd -C {config}" listen="127.0.0.1:{imap}" prefork=0\n'
        f'  http cmd="httpd -C {config}" listen="127.0.0.1:{web}" prefork=1\n}}\nEVENTS {{\n}}\n'
    )
    for user in ("cyrus", "alice", "bob"):
        for realm in ("localhost", socket.gethostname()):
            command = ["saslpasswd2", "-p", "-f", str(passwords), "-u", realm, "-c", user]
            subprocess.run(command, input=b"secret", check=True, capture_output=True)
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, "cyrus", "mail")
    return config


EMULATE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "timeblock-tests/node_modules/emulate")
SHIM = Path(__file__).with_name("loopback.cjs")


def no_emulate() -> str:
    """Why the emulator of Google's sign-in cannot be started here; "" where it can."""
    return (
        "" if shutil.which("node") and EMULATE.exists() else "emulate is not installed (with npm: scripts/servers.sh)"
    )


@contextmanager
def emulate(folder: Path) -> Iterator[Server]:
    """Sign-in as Google does it, by an author of its own, for the user alice@example.com."""
    port, seed = free_port(), folder / "seed.yaml"
    seed.write_text("google:\n  users:\n    - email: alice@example.com\n      name: Alice\n")
    command = [
        *("node", "--require", str(SHIM), str(EMULATE / "dist/index.js"), "start", "--service", "google"),
        *("--port", str(port), "--base-url", f"http://127.0.0.1:{port}", "--seed", str(seed)),
    ]
    with running(command, Server(port, folder, folder / "log")) as server:
        yield server


SABRE = Path("/usr/share/php/Sabre/autoload.php")
SABRE_TABLES = Path("/usr/share/doc/php-sabre-dav/examples/sql")


def no_sabre() -> str:
    """Why sabre/dav cannot be started here; "" where it can."""
    there = shutil.which("php") and SABRE.exists() and SABRE_TABLES.exists()
    return "" if there else "sabre/dav is not installed (as root: scripts/servers.sh)"


@contextmanager
def sabre(folder: Path) -> Iterator[Server]:
    """The sabre/dav of Debian, an old one: it knows no sync tokens, and signs alice/secret in by Digest."""
    folder.mkdir(parents=True, exist_ok=True)
    database, program, port = folder / "db.sqlite", folder / "server.php", free_port()
    secret = hashlib.md5(b"alice:SabreDAV:secret", usedforsecurity=False).hexdigest()
    with closing(sqlite3.connect(database)) as db:
        for table in ("calendars", "principals", "users"):
            db.executescript((SABRE_TABLES / f"sqlite.{table}.sql").read_text())
        db.execute("INSERT INTO users (username, digesta1) VALUES ('alice', ?)", [secret])
        db.execute("INSERT INTO principals (uri, displayname) VALUES ('principals/alice', 'Alice')")
        db.commit()
    program.write_text(SABRE_PROGRAM.replace("DATABASE", str(database)))
    command = ["php", "-d", "display_errors=0", "-S", f"127.0.0.1:{port}", str(program)]
    with running(command, Server(port, folder, folder / "log")) as server:
        yield server


SABRE_PROGRAM = r"""<?php
error_reporting(0);
require_once 'Sabre/autoload.php';
$db = new \PDO('sqlite:DATABASE');
$db->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
$people = new \Sabre\DAVACL\PrincipalBackend\PDO($db);
$calendars = new \Sabre\CalDAV\Backend\PDO($db);
$server = new \Sabre\DAV\Server([
    new \Sabre\CalDAV\Principal\Collection($people), new \Sabre\CalDAV\CalendarRootNode($people, $calendars),
]);
$server->setBaseUri('/');
$server->addPlugin(new \Sabre\DAV\Auth\Plugin(new \Sabre\DAV\Auth\Backend\PDO($db), 'SabreDAV'));
$server->addPlugin(new \Sabre\DAVACL\Plugin());
$server->addPlugin(new \Sabre\CalDAV\Plugin());
$server->exec();
"""


def free_port() -> int:
    """A port of the loopback address that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: Sequence[str], server: Server) -> Iterator[Server]:
    with server.log.open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    try:
        _wait(process, server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], server: Server) -> None:
    """Until the server answers on its port. Raises with its log where it ends, or never does."""
    for _ in range(START_SECONDS * 20):
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=1).close()
        except OSError:
            select.select([], [], [], 0.05)
        else:
            return
        if process.poll() is not None:
            break
    raise RuntimeError(f"{process.args!r} did not come up:\n{server.log.read_text(errors='replace')}")
