"""The dashboard on a port of this machine, until somebody ends it."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from timeblock.dashboard.app import application
from timeblock.dashboard.guard import Door
from timeblock.dashboard.profile import Profile, Source
from timeblock.errors import FixNeeded

if TYPE_CHECKING:
    import uvicorn

PORT = 8737
"""Tried first; a port that is taken is none of ours, and another one serves as well."""


@dataclass(frozen=True)
class Running:
    """A dashboard that listens; it answers while :meth:`run` runs, which is until SIGINT, SIGTERM or :meth:`stop`."""

    door: Door
    listener: socket.socket
    server: uvicorn.Server

    def run(self) -> None:
        self.server.run(sockets=[self.listener])

    def stop(self) -> None:
        self.server.should_exit = True


@contextmanager
def opened(source: Source, host: str, port: int | None) -> Iterator[Running]:
    """Listens on ``host`` and ``port`` (None: :data:`PORT`, or else any that is free; 0: any).

    Raises ``FixNeeded`` where that address or port cannot be had.
    """
    import uvicorn

    with _listening(host, port) as listener, closing(Profile(source)) as profile:
        door = Door(host, listener.getsockname()[1])
        quiet = uvicorn.Config(
            application(profile, door),
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
        )
        yield Running(door, listener, uvicorn.Server(quiet))


def _listening(host: str, port: int | None) -> socket.socket:
    try:
        return _bound(host, PORT if port is None else port)
    except OSError as error:
        if port is None and error.errno == errno.EADDRINUSE:
            return _bound(host, 0)
        raise FixNeeded(f"{host}:{port or PORT} cannot be used: {error.strerror}. Choose another --port.") from error


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener
