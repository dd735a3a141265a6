"""Notifications to the desktop, by the D-Bus interface that desktops share, or to a command of the person's own.

Desktop Notifications Specification 1.2 (https://specifications.freedesktop.org/notification-spec/).
"""

from __future__ import annotations

import html
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from timeblock.config.settings import Notify
from timeblock.errors import FixNeeded, TryLater

PATIENCE_SECONDS = 10
LOW, NORMAL = 0, 1
"""Urgency levels of the specification."""
PATH, NAME = "/org/freedesktop/Notifications", "org.freedesktop.Notifications"


def send(how: Notify, head: str, text: str, urgent: bool) -> None:
    """Show it. Raises ``TryLater`` where nobody takes it now, ``FixNeeded`` where something is missing for that."""
    if how.to == "desktop":
        on_desktop(head, text, urgent)
    else:
        by_command(how.to, head, text)


def by_command(command: tuple[str, ...] | str, head: str, text: str) -> None:
    """Run ``command`` without a shell; ``{head}`` and ``{text}`` in it are filled in."""
    words = [word.replace("{head}", head).replace("{text}", text) for word in command]
    try:
        done = subprocess.run(words, capture_output=True, timeout=PATIENCE_SECONDS, check=False)  # noqa: S603 - the person's own command
    except OSError as failed:
        raise FixNeeded(f"notify.to: cannot run {command[0]}: {failed.strerror}") from None
    except subprocess.TimeoutExpired:
        raise TryLater(f"notify.to: {command[0]} took longer than {PATIENCE_SECONDS} s") from None
    if done.returncode:
        raise TryLater(f"notify.to: {command[0]} ended with {done.returncode}; run it by hand to see why")


def on_desktop(head: str, text: str, urgent: bool) -> None:
    """By ``org.freedesktop.Notifications`` of this session."""
    with _session() as ask:
        (capabilities,) = ask("GetCapabilities")
        body = html.escape(text, quote=False) if "body-markup" in capabilities else text
        hints = {"urgency": ("y", NORMAL if urgent else LOW), "category": ("s", "x-timeblock")}
        ask("Notify", "susssasa{sv}i", ("timeblock", 0, "x-office-calendar", head, body, [], hints, -1))


def desktop() -> str:
    """Who shows notifications in this session. Raises as :func:`send` does."""
    with _session() as ask:
        name, _, version, _ = ask("GetServerInformation")
    return f"{name} {version}"


@contextmanager
def _session() -> Iterator[Callable[..., tuple[Any, ...]]]:
    """What asks the session's notification server: method, signature and values → its answer."""
    try:
        from jeepney import DBusAddress, DBusErrorResponse, new_method_call
        from jeepney.io.blocking import open_dbus_connection
        from jeepney.wrappers import unwrap_msg
    except ImportError:
        raise FixNeeded("notify.to: \"desktop\" needs one more package: pip install 'timeblock[notify]'") from None
    if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
        raise TryLater("there is no desktop session here: $DBUS_SESSION_BUS_ADDRESS is not set")
    there = DBusAddress(PATH, NAME, NAME)
    try:
        with open_dbus_connection() as bus:

            def ask(method: str, signature: str | None = None, values: tuple[object, ...] = ()) -> tuple[Any, ...]:
                message = new_method_call(there, method, signature, values)
                return tuple(unwrap_msg(bus.send_and_get_reply(message, timeout=PATIENCE_SECONDS)))

            yield ask
    except (OSError, ValueError, DBusErrorResponse) as failed:
        raise TryLater(f"nobody shows notifications in this session ({type(failed).__name__})") from None
