"""Notifications on a real D-Bus session, with a server of notifications of our own, and by a command."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from jeepney import (
    DBus,
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    new_error,
    new_method_call,
    new_method_return,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from timeblock.config.settings import Notify
from timeblock.errors import FixNeeded, TryLater
from timeblock.notices.send import NAME, PATH, desktop, send

needs_dbus = pytest.mark.skipif(not shutil.which("dbus-daemon"), reason="dbus-daemon is not installed")
THERE = DBusAddress(PATH, NAME, NAME)
TO_DESKTOP = Notify("desktop")


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a session bus of our own, which is this process' session meanwhile."""
    command = ["dbus-daemon", "--session", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        address = running.stdout.readline().strip()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address
        running.terminate()


class Server:
    """Shows notifications, as desktops do; ``shown`` are the arguments of each."""

    def __init__(self, capabilities: list[str]) -> None:
        self.capabilities, self.shown = capabilities, Queue[tuple[Any, ...]]()
        self.bus: DBusConnection = open_dbus_connection()
        self.bus.send_and_get_reply(DBus().RequestName(NAME))
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        while (asked := self.bus.receive()).header.fields.get(HeaderFields.member) != "CloseNotification":
            if asked.header.message_type is MessageType.method_call:
                self.bus.send(self._answer(asked))
        self.bus.close()

    def _answer(self, asked: Message) -> Message:
        match asked.header.fields[HeaderFields.member]:
            case "GetCapabilities":
                return new_method_return(asked, "as", (self.capabilities,))
            case "GetServerInformation":
                return new_method_return(asked, "ssss", ("mock", "us", "1.0", "1.2"))
            case "Notify":
                self.shown.put(asked.body)
                return new_method_return(asked, "u", (1,))
            case other:
                return new_error(asked, "org.freedesktop.DBus.Error.UnknownMethod", "s", (other,))


@pytest.fixture
def desk(bus: str, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server that understands markup, unless the test says otherwise."""
    server = Server(getattr(request, "param", ["body", "body-markup"]))
    yield server
    with open_dbus_connection() as caller:
        caller.send(new_method_call(THERE, "CloseNotification", "u", (1,)))
        server.thread.join(timeout=10)


@needs_dbus
def test_a_notification_reaches_the_desktop(desk: Server) -> None:
    send(TO_DESKTOP, "1 thing to decide", "walk & talk <now>", urgent=True)
    program, replaces, _, head, body, actions, hints, expires = desk.shown.get(timeout=5)
    assert (program, replaces, head, actions, expires) == ("timeblock", 0, "1 thing to decide", [], -1)
    assert body == "walk &amp; talk &lt;now&gt;"
    assert hints["urgency"] == ("y", 1)


@needs_dbus
@pytest.mark.parametrize("desk", [["body"]], indirect=True)
def test_without_markup_the_text_stays_as_it_is(desk: Server) -> None:
    send(TO_DESKTOP, "Your day", "walk & talk", urgent=False)
    *_, body, _, hints, _ = desk.shown.get(timeout=5)
    assert body == "walk & talk"
    assert hints["urgency"] == ("y", 0)


@needs_dbus
def test_who_shows_notifications_is_known(desk: Server) -> None:
    assert desktop() == "mock 1.0"


@needs_dbus
def test_a_session_where_nobody_shows_them_is_told_of(bus: str) -> None:
    with pytest.raises(TryLater, match="nobody shows notifications"):
        send(TO_DESKTOP, "Your day", "", urgent=False)


def test_without_a_session_it_is_tried_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    with pytest.raises(TryLater, match="no desktop session"):
        send(TO_DESKTOP, "Your day", "", urgent=False)


def test_a_bus_that_is_gone_is_tried_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'bus'}")
    with pytest.raises(TryLater, match="FileNotFoundError"):
        send(TO_DESKTOP, "Your day", "", urgent=False)


def test_a_command_is_given_head_and_text_and_no_shell_reads_them(tmp_path: Path) -> None:
    program, seen = tmp_path / "show", tmp_path / "seen"
    program.write_text(f'#!/bin/sh\nprintf "%s|" "$@" > {seen}\n')
    program.chmod(0o700)
    send(Notify((str(program), "-t", "{head}", "{text}")), "Your day", "a; rm b\n$HOME", urgent=False)
    assert seen.read_text() == "-t|Your day|a; rm b\n$HOME|"


def test_a_command_that_is_missing_or_fails_is_named_without_its_text() -> None:
    with pytest.raises(FixNeeded, match="cannot run nothing-like-this"):
        send(Notify(("nothing-like-this", "{text}")), "Your day", "secret", urgent=False)
    with pytest.raises(TryLater, match="false ended with 1") as failed:
        send(Notify(("false", "{text}")), "Your day", "secret", urgent=False)
    assert "secret" not in str(failed.value)
