"""CalDAV servers on the loopback address, each in a process and a folder of its own, stopped by its pid."""

from __future__ import annotations

import select
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
START_SECONDS = 30


@dataclass(frozen=True)
class Server:
    """A running server. Radicale wants alice/secret, Xandikos lets anyone in. ``storage`` is its folder of files."""

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
    with _running(command, Server(port, folder / "data", folder / "log")) as server:
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
    with _running(command, Server(port, folder / "data", folder / "log")) as server:
        yield server


def free_port() -> int:
    """A port of the loopback address that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _running(command: Sequence[str], server: Server) -> Iterator[Server]:
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
