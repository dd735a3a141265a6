"""What systemd is told (sd_notify(3)): that we are ready, alive, reloading, stopping. Nothing where it is not there."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping

PATIENCE = 2.0
"""Seconds that a supervisor may take to hear what it must know; a sign of life waits for nobody."""


class Supervisor:
    """``$NOTIFY_SOCKET`` of the environment, and how often ``$WATCHDOG_USEC`` wants a sign of life."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        watchdog = environ.get("WATCHDOG_USEC", "")
        self.patience = int(watchdog) / 2_000_000 if watchdog.isdecimal() else None
        """Seconds between two signs of life, at most; None where nobody waits for them."""
        self._was_ready = False

    def ready(self, status: str) -> None:
        """After the start, and after every :meth:`reloading`."""
        self._was_ready = True
        self._tell("READY=1", f"STATUS={status}")

    def alive(self, *status: str) -> None:
        """``status``: what is new to say beside it."""
        self._tell("WATCHDOG=1", *(f"STATUS={line}" for line in status), patience=0)

    def reloading(self) -> None:
        """Until the next :meth:`ready`. Nothing is said of the first time."""
        if self._was_ready:
            self._tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        self._tell("STOPPING=1")

    def _tell(self, *lines: str, patience: float = PATIENCE) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
            there.settimeout(patience)
            try:
                there.sendto("\n".join(lines).encode(), address)
            except OSError:
                return  # the supervisor went away, or does not listen; we go on
