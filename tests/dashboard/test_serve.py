"""The command: a link that opens, a port that is free, and an end by Ctrl-C."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.dashboard.conftest import Clock, source_of
from tests.home import Home
from timeblock.dashboard import serve
from timeblock.errors import FixNeeded

CONFIG = 'identity = "served"\n[person]\nzone = "Europe/Oslo"\n'


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    made.config.write_text(CONFIG)
    return made


@contextmanager
def started(home: Home, *words: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "timeblock", "--config", str(home.config), "dashboard", *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=home.env()
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_the_link_that_is_printed_opens_it_and_ctrl_c_ends_it(home: Home) -> None:
    with started(home, "--no-browser", "--port", "0") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        link = re.search(r"http://127\.0\.0\.1:(\d+)(/open\?token=\S+)", process.stdout.readline())
        assert link
        asked = HTTPConnection("127.0.0.1", int(link[1]), timeout=20)
        asked.request("GET", link[2])
        assert asked.getresponse().status == 303
        asked.close()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert process.stderr.read() == ""


def test_beyond_loopback_one_is_warned(home: Home) -> None:
    with started(home, "--no-browser", "--port", "0", "--host", "0.0.0.0") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "127.0.0.1" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert "not encrypted" in process.stderr.read()


def test_another_port_serves_as_well_unless_one_was_asked_for(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    source = source_of(home.config, home.env(), Clock())
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        monkeypatch.setattr(serve, "PORT", taken)
        with serve.opened(source, "127.0.0.1", None) as running:
            assert running.door.port != taken
        with pytest.raises(FixNeeded, match="Choose another --port"), serve.opened(source, "127.0.0.1", taken):
            pass
