"""``timeblock daemon``: the loop on real clocks and signals, one of it for each config."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeblock.cli.app import App

if TYPE_CHECKING:
    from timeblock.config.settings import Settings
    from timeblock.daemon.health import Health
    from timeblock.daemon.loop import Daemon
    from timeblock.daemon.supervisor import Supervisor

GRACE = 3
"""Seconds to finish what is being sent after SIGTERM; then we go as if killed: the next run looks what became of it."""


@click.command()
@click.option("--once", is_flag=True, help="Look once at everything, then end.")
@click.option("--log", "form", type=click.Choice(["text", "json"]), default="text", help="How the log is written.")
@click.pass_obj
def daemon(app: App, once: bool, form: str) -> None:
    """Keep your calendars true all day: read what changes, move blocks that clash, write what the config allows.

    planning.auto_apply says what may be written: "all", "safe" (nothing moves that could stay) or "none". The config is
    read again when it changes, or on SIGHUP. SIGTERM ends it within five seconds.
    """
    from timeblock.config.kept import load
    from timeblock.config.places import find, state_dir
    from timeblock.daemon import health
    from timeblock.daemon.loop import Clock, Daemon, Watched
    from timeblock.daemon.supervisor import Supervisor
    from timeblock.notices.send import send
    from timeblock.notices.teller import Teller
    from timeblock.wiring import connect

    path = find(app.config_path, os.environ)
    settings = load(path)
    state, wake = health.path_of(state_dir(os.environ), settings.identity), threading.Event()
    clock = Clock(lambda: int(time.time()), time.monotonic, lambda seconds: _wait(wake, seconds))  # noqa: TID251
    supervisor, tell = Supervisor(os.environ), _log(form)

    def loaded() -> Settings:
        supervisor.reloading()
        try:
            return load(path)
        finally:
            supervisor.ready("reading calendars")

    watched = Watched(path, loaded, lambda found: connect(found, clock.wall, lambda *_: supervisor.alive()))
    with _the_only_one(state):
        show = _show(state, supervisor, settings.daemon.metrics)
        begun = health.Health(os.getpid(), clock.wall(), clock.wall())
        loop = Daemon(watched, clock, tell, show, begun, supervisor.patience, Teller(send, tell))
        _obey_signals(loop, wake, state)
        tell("started", config=str(path), pid=os.getpid())
        try:
            loop.run(once)
        finally:
            supervisor.stopping()
            state.unlink(missing_ok=True)
            tell("stopped")


def _wait(wake: threading.Event, seconds: float) -> None:
    """A signal wakes it."""
    wake.wait(seconds)
    wake.clear()


def _obey_signals(loop: Daemon, wake: threading.Event, state: Path) -> None:
    def stop(*_: object) -> None:
        loop.stop()
        wake.set()
        signal.alarm(GRACE)

    def reload(*_: object) -> None:
        loop.ask_reload()
        wake.set()

    def leave(*_: object) -> None:
        state.unlink(missing_ok=True)
        os._exit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGHUP, reload)
    signal.signal(signal.SIGALRM, leave)


def _show(state: Path, supervisor: Supervisor, metrics: str) -> Callable[[Health], None]:
    """Where the health goes: the file (news at once, mere signs of life once a minute), the supervisor, and figures for
    those who ask."""
    from dataclasses import replace

    from timeblock.core.interval import MINUTE
    from timeblock.core.words import counted
    from timeblock.daemon import health

    figures, written = None, health.Health(0, 0, 0)
    if metrics:
        from timeblock.daemon.metrics import serve

        figures = serve(metrics)

    def show(now: Health) -> None:
        nonlocal written
        if replace(now, beat=written.beat) != written or now.beat >= written.beat + MINUTE:
            health.write(state, now)
            written = now
        supervisor.alive(counted(len(now.problems), "problem") if now.problems else "all is well")
        if figures:
            figures(now)

    return show


def _log(form: str) -> Callable[..., None]:
    """Lines on standard error: what happened, and the figures to it. Neither titles nor secrets are ever among them."""
    import structlog

    under_systemd = "JOURNAL_STREAM" in os.environ  # the journal has a clock of its own
    stamps = [] if under_systemd else [structlog.processors.TimeStamper(fmt="iso", utc=False)]
    on_terminal = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    last = structlog.processors.JSONRenderer() if form == "json" else on_terminal
    structlog.configure(processors=[*stamps, last], logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    log = structlog.get_logger()
    return lambda event, **more: log.info(event, **more)


@contextmanager
def _the_only_one(state: Path) -> Iterator[None]:
    """Holds the lock of this profile. Raises ``FixNeeded``, naming the other, where there is one."""
    from filelock import FileLock, Timeout

    from timeblock.daemon import health
    from timeblock.errors import FixNeeded

    state.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(state.with_suffix(".lock"), timeout=0, mode=0o600)
    try:
        with lock:
            yield
    except Timeout:
        other = health.read(state)
        raise FixNeeded(
            f"A daemon is at work for this config already{f' (pid {other.pid})' if other else ''}; "
            "`timeblock status` tells how it is."
        ) from None
