"""The dashboard on a port of this machine, until somebody ends it."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable

from timeblock.dashboard.app import application
from timeblock.dashboard.guard import Door
from timeblock.dashboard.profile import Profile, Source
from timeblock.errors import FixNeeded

PORT = 8737
"""Tried first; a port that is taken is none of ours, and another one serves as well."""


def serve(source: Source, host: str, port: int | None, ready: Callable[[Door], None]) -> None:
    """Listen on ``host`` and ``port`` (None: :data:`PORT`, or else any that is free; 0: any) until SIGINT or SIGTERM.

    ``ready`` is told once a browser may come. Raises ``FixNeeded`` where that address or port cannot be had.
    """
    import uvicorn

    profile = Profile(source)
    try:
        with _listening(host, port) as listener:
            door = Door(host, listener.getsockname()[1])
            config = uvicorn.Config(
                application(profile, door), lifespan="off", log_config=None, access_log=False, server_header=False
            )
            ready(door)
            uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        pass  # how it is meant to end
    finally:
        profile.close()


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
