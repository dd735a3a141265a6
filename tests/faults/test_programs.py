"""Faults 47, 48, 50 and 52 to 55: the store, secrets, signals, and a program that does too much, or the same again."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import threading
import time
from pathlib import Path

import pytest

from tests.person import CONFIG, FOREIGN, LATER_DINNER, Person
from tests.proxy import Forward, answers
from tests.web import Asked, Say
from timeblock.core.interval import HOUR, MINUTE

DAY = 24 * HOUR


# ---- the machine and the store -------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", [0, 40], ids="{} kB of room".format)
def test_47_disk_full_at_every_write(person: Person, room: int) -> None:
    person.run("sync")
    largest = max(file.stat().st_size for file in person.database.parent.iterdir())
    limit = largest // 1024 + room
    full = subprocess.run(
        ["bash", "-c", f'ulimit -f {limit}; exec "$@"', "-", *person.command("apply")],
        env=person.environ(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    sent = {path.rpartition("/")[2] for _, path in person.front.writes}
    assert person.blocks().keys() <= sent
    with sqlite3.connect(person.database) as db:
        recorded = {href for (href,) in db.execute("SELECT href FROM written")}
        unsure = db.execute("SELECT COUNT(*) FROM outbox WHERE sent IS NOT NULL").fetchone()[0]
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    if full.returncode:
        assert full.returncode == 2, full.stderr
        assert "free some space" in full.stderr
        assert "Traceback" not in full.stderr
    assert len(sent) <= len(recorded) + unsure
    person.run("apply")
    assert len(set(person.standing())) == len(person.standing()) > 10
    assert person.waiting() == []


def cut_short(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2 + 100])


def overwritten(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


def from_a_newer_program(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO _yoyo_migration (migration_hash, migration_id) VALUES ('x', '9999-from-the-future')")


DAMAGE = {"corrupt": overwritten, "truncated": cut_short, "from a newer version": from_a_newer_program}


@pytest.mark.parametrize("damage", [*DAMAGE, "deleted"])
def test_48_store_corrupt_truncated_from_a_newer_version_or_deleted(person: Person, damage: str) -> None:
    person.apply()
    person.delete(person.block("dinner"))
    person.apply()
    stands = person.blocks()
    with sqlite3.connect(person.database) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if damage in DAMAGE:
        DAMAGE[damage](person.database)
        refused = person.ended("apply")
        assert refused.returncode == 2, refused.stderr
        assert str(person.database) in refused.stderr
        assert person.blocks() == stands
    for file in person.database.parent.glob("timeblock.db*"):
        file.rename(f"{file}.damaged")
    person.front.heal()
    for _ in range(2):
        person.apply()
        assert person.front.writes == []
        assert person.blocks() == stands


def test_50_secrets_and_titles_in_logs_and_tracebacks(person: Person) -> None:
    planted = {"password": "hunter2-planted", "title": "Surgery-planted", "url": "url-planted"}
    text = CONFIG.replace('password = "secret"', f'password = "{planted["password"]}"')
    person.configure(text.replace('title = "Family dinner"', f'title = "{planted["title"]}"'))
    wrong = person.ended("-v", "apply")
    assert wrong.returncode == 4
    person.configure(CONFIG.replace('title = "Family dinner"', f'title = "{planted["title"]}"'))
    person.put("private", FOREIGN.replace("Board dinner", planted["title"]).replace("board@", "p@"), "work")
    said = wrong.stdout + wrong.stderr
    for fault in (Say(500, planted["url"]), Say(200, f"<html>{planted['url']}"), Say(drop=True), Say(207, "<a" * 9)):
        person.front.heal()
        person.front.on("REPORT PUT", answers(fault), times=None)
        ended = person.ended("-v", "sync")
        said += ended.stdout + ended.stderr
    person.front.heal()
    running = person.started("-v", "apply")

    seen_by_all: list[str] = []

    def interrupted(asked: Asked, forward: Forward) -> Say:
        seen_by_all.append(Path(f"/proc/{running.pid}/cmdline").read_text())  # what `ps` shows
        running.send_signal(signal.SIGINT)
        return Say(drop=True)

    person.front.on("PUT", interrupted)
    said += "".join(running.communicate(timeout=30)[1])
    assert not [name for name, value in planted.items() if value in said]
    assert "timeblock" in seen_by_all[0]
    assert planted["password"] not in "".join(seen_by_all)


# ---- signals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
@pytest.mark.parametrize(("method", "skip"), [("REPORT", 0), ("PUT", 5)])
def test_52_told_to_stop_in_any_state(person: Person, stop: signal.Signals, method: str, skip: int) -> None:
    running = person.started("apply")

    told = threading.Event()

    def stopped(asked: Asked, forward: Forward) -> Say:
        forward(asked)
        running.send_signal(stop)
        told.set()
        return Say(200, b"<", length=10**6, drip=True)

    person.front.on(method, stopped, skip=skip)
    assert told.wait(60)
    since = time.monotonic()
    _, said = running.communicate(timeout=30)
    assert time.monotonic() - since < 5
    assert running.returncode not in (0, None)
    assert "Traceback" not in said
    person.front.heal()
    person.run("apply")
    assert len(set(person.standing())) == len(person.standing()) > 10
    assert person.waiting() == []


# ---- too much, and again and again ---------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 403])
def test_53_poison_block_that_is_always_refused(person: Person, status: int) -> None:
    person.apply()
    name = person.block("dinner/2026-W49")
    person.configure(LATER_DINNER)
    person.front.heal()

    def tries() -> int:
        return sum(path.endswith(name) for _, path in person.front.writes)

    person.front.on("PUT", answers(Say(status)), path=name, times=None)
    cycle = person.apply()
    for number, delay in enumerate((1, 4, 16, 64, 256), 1):
        person.now += delay * MINUTE - 1
        person.apply()
        assert tries() == number
        person.now += 1
        cycle = person.apply()
        assert tries() == number + 1
    (held,) = cycle.pushed.held
    assert (held.held, held.attempts, tries()) == (True, 6, 6)
    person.now += DAY
    person.apply()
    assert tries() == 6
    others = [text for each, text in person.blocks().items() if "dinner" in text.lower() and each != name]
    assert others
    assert all("T190000" in text for text in others)


def test_54_flapping_plan(anywhere: Person) -> None:
    anywhere.apply()
    anywhere.front.heal()
    for _ in range(2):
        anywhere.apply()
        assert anywhere.front.writes == []


def test_55_write_amplification(person: Person) -> None:
    person.apply()
    blocks = len(person.standing())
    person.front.heal()
    for minute in range(15):
        person.now += MINUTE
        meeting = FOREIGN.replace("board@", "moving@").replace("RRULE:FREQ=WEEKLY\r\n", "")
        for old, new in (("18", 16), ("19", 17)):
            meeting = meeting.replace(f"20260105T{old}", f"20261124T{new + minute % 4}")
        person.put("moving", meeting, "work")
        person.apply()
    assert len(person.front.writes) <= 2 * 6 + 2
    assert len(person.standing()) == len(set(person.standing())) <= blocks
