"""The daemon as a process: signals, one of it for a config, what it tells systemd, and what `status` says of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.person import person_at
from tests.proxy import Forward
from tests.servers import free_port, radicale
from tests.web import Asked, Say
from timeblock.daemon import health, service

CONFIG = """
identity = "me"
[accounts.here]
type = "folder"
path = "calendars"
[[calendars]]
name = "protected"
account = "here"
role = "blocks"
[planning]
weeks = 1
[[blocks]]
name = "walk"
kind = "rest"
quota = "1 per day"
windows = "00:00-23:59"
[daemon]
metrics = "127.0.0.1:{port}"
"""


class Running:
    """``timeblock daemon --log json`` in a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.config, self.port = home, home / "config.toml", free_port()
        self.config.write_text(CONFIG.format(port=self.port))
        (home / "calendars/protected").mkdir(parents=True)
        self.notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notified.bind(str(home / "notify"))
        self.notified.settimeout(20)
        self.env = {**os.environ, "HOME": str(home), "XDG_STATE_HOME": str(home / "state")}
        self.process = subprocess.Popen(
            self.command("daemon", "--log", "json"),
            env={**self.env, "NOTIFY_SOCKET": str(home / "notify"), "WATCHDOG_USEC": "4000000"},
            stderr=subprocess.PIPE,
            text=True,
        )

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "timeblock", "--config", str(self.config), *words]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command(*words), env=self.env, capture_output=True, text=True, check=False)

    def until(self, event: str) -> dict[str, object]:
        """Read the log up to an event."""
        assert self.process.stderr
        for line in self.process.stderr:
            said: dict[str, object] = json.loads(line)
            if said["event"] == event:
                return said
        raise AssertionError(f"the daemon ended without {event}")

    def notice(self) -> str:
        return self.notified.recv(4096).decode()

    def hear(self, word: str) -> str:
        """The next notice that begins so."""
        while not (said := self.notice()).startswith(word):
            pass
        return said

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stderr
        self.process.stderr.close()
        self.notified.close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    found = Running(tmp_path)
    try:
        yield found
    finally:
        found.end()


def test_a_daemon_lives_and_dies_as_its_supervisor_wants(running: Running) -> None:
    assert running.notice().startswith("READY=1")
    assert running.notice().startswith("WATCHDOG=1\nSTATUS=")
    assert running.notice() == "WATCHDOG=1"  # while it reads and writes, however long that takes
    assert running.until("applied")["run"] == "1"
    assert "The daemon runs since" in running.run("status").stdout
    assert "A daemon is at work for this config already" in running.run("daemon").stderr
    assert running.hear("WATCHDOG=1\nSTATUS=") == "WATCHDOG=1\nSTATUS=all is well"
    with urllib.request.urlopen(f"http://127.0.0.1:{running.port}/metrics") as answer:
        assert b"timeblock_cycles 1.0" in answer.read()
    begun = time.monotonic()
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(10) == 0
    assert time.monotonic() - begun < 5
    assert "daemon" not in running.run("status").stdout


def test_it_reads_its_config_again_when_told_to(running: Running) -> None:
    running.until("applied")
    running.config.write_text(running.config.read_text().replace("identity", "identty"))
    running.process.send_signal(signal.SIGHUP)
    assert "did you mean" in str(running.until("config broken, the old one stays")["error"])
    running.config.write_text(running.config.read_text().replace("identty", "identity"))
    running.until("config read")


def test_systemd_is_told_of_a_reload_and_of_its_end(running: Running) -> None:
    running.until("applied")
    running.hear("WATCHDOG=1\nSTATUS=")
    running.process.send_signal(signal.SIGHUP)
    assert running.hear("RELOADING=1")
    assert running.hear("READY=1")
    running.until("config read")


def test_a_signal_amid_a_write_ends_it_within_five_seconds_and_nothing_is_half_done(tmp_path: Path) -> None:
    asked, over = threading.Event(), threading.Event()

    def held(request: Asked, forward: Forward) -> Say:
        said = forward(request)
        asked.set()
        over.wait(30)
        return said

    with radicale(tmp_path / "server") as server, person_at(server, tmp_path / "home") as person:
        person.front.on("PUT", held, skip=2)
        process = person.started("daemon")
        assert asked.wait(30)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
        assert time.monotonic() - begun < 5
        over.set()
        assert len(person.standing()) == 3
        person.front.heal()
        person.run("apply")
        person.front.heal()
        person.run("apply")
        assert person.front.writes == []
        assert len(person.standing()) == len(set(person.standing())) > 10


def test_one_that_was_killed_is_said_to_be_gone(running: Running) -> None:
    running.until("applied")
    running.process.kill()
    running.process.wait()
    told = running.run("status")
    assert f"The daemon (pid {running.process.pid}) is gone" in told.stdout
    assert told.returncode == 1
    assert json.loads(running.run("status", "--json").stdout)["daemon"]["pid"] == running.process.pid


def test_one_that_is_stuck_is_said_to_be(running: Running) -> None:
    running.until("applied")
    running.process.send_signal(signal.SIGSTOP)
    (file,) = running.home.glob("state/timeblock/daemon-*.json")
    found = health.read(file)
    assert found
    health.write(file, replace(found, beat=found.beat - 3600))
    told = running.run("status").stdout
    running.process.send_signal(signal.SIGCONT)
    assert f"The daemon (pid {running.process.pid}) gave its last sign of life 1 h ago" in " ".join(told.split())


def test_health_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    path = health.path_of(tmp_path, "me")
    assert health.read(path) is None
    for text in ("", "[]", '{"version": 99}', '{"version": 1, "x": 2}'):
        path.write_text(text)
        assert health.read(path) is None
    health.write(path, health.Health(os.getpid(), 1, 2, problems={"office": "away"}))
    found = health.read(path)
    assert found == health.Health(os.getpid(), 1, 2, problems={"office": "away"})
    assert found.alive


def test_a_unit_that_systemd_takes(tmp_path: Path) -> None:
    found = service.service(["/bin/echo", "--config", "/home/a b/50%.toml", "daemon"], tmp_path, {}, 1000)
    text = found.text.decode()
    assert "ExecStart=/bin/echo --config '/home/a b/50%%.toml' daemon" in text
    assert found.path == tmp_path / ".config/systemd/user/timeblock.service"
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not here")
    assert judged(tmp_path, text) == ""
    assert "Unknown key" in judged(tmp_path, text.replace("Nice=", "Nicer="))


def judged(folder: Path, text: str) -> str:
    """What systemd has to say of a unit; its user manager wants a folder to run in."""
    unit, run = folder / "timeblock.service", folder / "run"
    unit.write_text(text)
    run.mkdir(mode=0o700, exist_ok=True)
    env = {**os.environ, "XDG_RUNTIME_DIR": str(run)}
    command = ["systemd-analyze", "verify", "--user", str(unit)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env).stderr


def test_an_agent_of_launchd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import plistlib

    monkeypatch.setattr(sys, "platform", "darwin")
    found = service.service(["/usr/local/bin/timeblock", "daemon"], tmp_path, {}, 501)
    said = plistlib.loads(found.text)
    assert said["ProgramArguments"] == ["/usr/local/bin/timeblock", "daemon"]
    assert found.start[0][:3] == ("launchctl", "bootstrap", "gui/501")


def test_installing_shows_what_it_would_write(running: Running) -> None:
    shown = running.run("service", "install", "--show").stdout
    assert "Type=notify" in shown
    assert str(running.config) in shown
    assert not (running.home / ".config/systemd").exists()
