"""The commands on the made-up person: what they print, what they write, and how they end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from timeblock.cli import COMMANDS, root
from timeblock.cli.app import App
from timeblock.errors import TimeblockError

NOW = 1_795_422_000  # Mon 23 Nov 2026, 09:20 in Oslo


def invoke(folder: Path, *words: str, typed: str = "") -> Result:
    """As the command line does it, at :data:`NOW`; ``typed`` by the person."""
    command = root.get_command(root.make_context("timeblock", ["--help"], resilient_parsing=True), words[0])
    assert command is not None
    app = App(config_path=str(folder / "config.toml"), moment=NOW)
    return CliRunner().invoke(command, list(words[1:]), obj=app, input=typed)


def test_the_demo_writes_blocks_a_calendar_file_and_a_page(folder: Path) -> None:
    assert len(list((folder / "calendars/protected").glob("*.ics"))) > 30
    assert (folder / "blocks.ics").read_text().count("BEGIN:VEVENT") > 30
    assert "<html" in (folder / "report.html").read_text()


def test_the_demo_again_says_nothing_to_change_and_writes_nothing(folder: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in (folder / "calendars").rglob("*.ics")}
    assert "nothing to change" in invoke(folder, "demo", str(folder)).output
    assert {p: p.stat().st_mtime_ns for p in (folder / "calendars").rglob("*.ics")} == before


def test_twins_stand_beside_blocks_without_a_title(folder: Path) -> None:
    own = list((folder / "calendars/protected").glob("*.ics"))
    twins = [p.read_text() for p in (folder / "calendars/work-shared").glob("*.ics")]
    assert len(twins) == len(own)
    assert all("SUMMARY:Busy\n" in text.replace("\r", "") and "DESCRIPTION" not in text for text in twins)


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        (["calendars"], "Protected time"),
        (["sync"], "protected"),
        (["classify"], "Because"),
        (["classify", "--explain", "stand-up"], "→"),
        (["measure"], "After hours"),
        (["measure", "--week", "2026-W46"], "9 Nov"),
        (["measure", "--from", "2026-11-02", "--to", "2026-11-08"], "2 Nov"),
        (["measure", "--explain", "after_hours"], "Minutes"),
        (["measure", "--explain", "after_hours", "--week", "2026-W47"], "Trend of the weeks before: +"),
        (["measure", "--basis", "events"], "counted by events"),
        (["measure", "--chart", "after_hours"], "After hours"),
        (["check", "--week", "2026-W47"], "Smallest change"),
        (["check", "--profile", "japan"], "no rule is broken"),
        (["plan"], "Nothing to change"),
        (["plan", "--explain", "focus"], "Focus"),
        (["plan", "--explain", "all"], "Given up of Date night: 2 blocks, for Customer dinner."),
        (["log"], "apply"),
        (["log", "1"], "created"),
        (["export", "--what", "schedule"], "BEGIN:VEVENT"),
        (["export", "--what", "availability"], "SUMMARY:Off"),
        (["export", "--what", "freebusy"], "BEGIN:VFREEBUSY"),
        (["export", "--what", "milestones"], "BEGIN:VTODO"),
        (["status"], "Coming blocks"),
        (["doctor"], "sound"),
    ],
)
def test_commands_say_what_they_are_for(folder: Path, words: list[str], holds: str) -> None:
    done = invoke(folder, *words)
    assert done.exit_code in (0, 1), done.output
    assert holds in done.output


@pytest.mark.parametrize(
    "command", ["calendars", "sync", "classify", "measure", "check", "plan", "log", "status", "doctor"]
)
def test_json_of_each_command_is_one_document(folder: Path, command: str) -> None:
    done = invoke(folder, command, "--json")
    assert done.exit_code in (0, 1), done.output
    json.loads(done.stdout)


def test_json_of_a_plan_explains_it(folder: Path) -> None:
    found = json.loads(invoke(folder, "plan", "--json").stdout)
    plan, told = found["plan"], found["explained"]
    assert [b["key"] for b in told["placed"]] == [b["key"] for b in plan["blocks"]]
    assert [u["key"] for u in told["unplaced"]] == [u["key"] for u in plan["unplaced"]]
    assert all(u["causes"] or u["why"] for u in told["unplaced"])
    (night,) = (u for u in told["unplaced"] if u["key"] == "date-night/2026-W48/1")
    (dinner,) = night["causes"]
    assert dinner["name"] == "Customer dinner"
    assert dinner["spots"][0]["event"]["uid"].startswith("work-customer-dinner")
    assert told["given_up"][0]["given_for"] == ["Customer dinner"]


def test_what_is_asked_about_is_in_json_with_its_price(folder: Path) -> None:
    told = json.loads(invoke(folder, "plan", "--json", "--explain", "date-night").stdout)["explained"]
    assert {u["request"] for u in (*told["placed"], *told["unplaced"])} == {"date-night"}
    assert all(u["asked"] for u in told["unplaced"])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["measure", "--week", "tomorrow"], "not an ISO week"),
        (["measure", "--explain", "after_hour"], "Did you mean after_hours?"),
        (["measure", "--from", "2026-11-02"], "--from and --to go together"),
        (["measure", "--week", "2026-W47", "--from", "2026-11-02"], "not both"),
        (["check", "--week", "47"], "not an ISO week"),
        (["check", "--profile", "mars"], "there are eu, japan, who"),
        (["log", "99"], 'no run "99"'),
        (["undo", "99"], 'no run "99"'),
        (["pin", "dinner/1999-W01/1"], 'no block "dinner/1999-W01/1"'),
        (["skip", "dinner/1999-W01/1"], 'no block "dinner/1999-W01/1"'),
        (["skip", "focus/2026-W48/1", "--off"], "is not skipped"),
        (["apply", "--only", "dinner/1999-W01/1"], "changes nothing about dinner/1999-W01/1"),
        (["plan", "--explain", "dinnr"], "did you mean dinner"),
        (["classify", "--explain", "no such title"], "No event of"),
        (["export", "-o", "/nowhere/at/all.ics"], "cannot be written"),
    ],
)
def test_what_the_person_can_mend_is_told_and_ends_with_2(folder: Path, words: list[str], says: str) -> None:
    done = invoke(folder, *words)
    assert isinstance(done.exception, TimeblockError), done.output
    assert done.exception.exit_code == 2
    assert says in str(done.exception)


def test_a_damaged_plan_file_is_named_with_its_line(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "plan.json"
    broken.write_text('{"version": 1,\n oops')
    done = invoke(folder, "apply", str(broken))
    assert isinstance(done.exception, TimeblockError)
    assert f"{broken}:2" in str(done.exception)


def test_a_plan_that_clashes_by_now_is_refused_and_written_only_anyway(tmp_path: Path) -> None:
    invoke(tmp_path, "demo", str(tmp_path))
    kept = tmp_path / "plan.json"
    invoke(tmp_path, "plan", "-o", str(kept))
    text = kept.read_text()
    plan = json.loads(text)
    first = next(b for b in plan["blocks"] if not b.get("pinned") and b["request"] == "lunch")
    second = next(b for b in plan["blocks"] if b["request"] == "lunch" and b is not first)
    second["start"], second["end"] = first["start"], first["end"]
    kept.write_text(json.dumps(plan))
    refused = invoke(tmp_path, "apply", str(kept))
    assert isinstance(refused.exception, TimeblockError)
    assert "does not hold any more" in str(refused.exception)


def test_what_could_not_be_written_waits_with_its_reason_and_is_tried_again_when_asked(tmp_path: Path) -> None:
    invoke(tmp_path, "demo", str(tmp_path))
    config, blocked = tmp_path / "config.toml", tmp_path / "calendars/work-shared"
    config.write_text(config.read_text().replace('"1 per day"', '"2 per day"', 1))
    aside = blocked.rename(tmp_path / "away")
    failed = invoke(tmp_path, "apply", "-q")
    assert failed.exit_code in (1, 5), failed.output
    waiting = json.loads(invoke(tmp_path, "status", "--json").stdout)["waiting"]
    assert {wish["slot"]["calendar"] for wish in waiting} == {"local:work-shared"}
    aside.rename(blocked)
    invoke(tmp_path, "apply", "-q")
    assert json.loads(invoke(tmp_path, "status", "--json").stdout)["waiting"] == []


def test_every_command_of_the_table_exists_and_explains_itself() -> None:
    context = root.make_context("timeblock", ["--help"], resilient_parsing=True)
    for name in COMMANDS:
        command = root.get_command(context, name)
        assert command is not None
        assert command.help, name


def test_completion_scripts_name_the_program() -> None:
    for shell in ("bash", "zsh", "fish"):
        assert "_TIMEBLOCK_COMPLETE" in invoke(Path(), "completion", shell).output


def test_a_week_of_rest_is_declared_and_taken_back(folder: Path) -> None:
    assert "30 Nov to Sun 6 Dec 2026 is a week of rest" in invoke(folder, "rest-week", "next").output
    assert json.loads(invoke(folder, "rest-week", "2026-W49", "--json").stdout)["resting"] == ["2026-W49"]
    assert "ordinary week again" in invoke(folder, "rest-week", "2026-W49", "--undo").output
    again = invoke(folder, "rest-week", "2026-W49", "--undo")
    assert isinstance(again.exception, TimeblockError)
    assert "was not declared" in str(again.exception)


def test_a_broken_rule_ends_check_with_1_and_an_alert_does_not(folder: Path) -> None:
    broken = invoke(folder, "check", "--week", "2026-W47", "--json")
    assert broken.exit_code == 1
    first = json.loads(broken.stdout)["found"]["breaches"][0]
    assert first["rule"]["name"] == "eu.daily-rest"
    assert first["before"]["title"] == "Database migration"
    assert first["fix"]["start"].startswith("2026-11-17T11:30")
    assert invoke(folder, "check", "--week", "2026-W47", "--profile", "who").exit_code == 0


def test_measures_as_data_have_the_trend_the_drain_and_weeks_of_rest(folder: Path) -> None:
    found = json.loads(invoke(folder, "measure", "--week", "2026-W47", "--json").stdout)
    assert found["trend"]["after_hours"] > 0
    assert found["drain"]["minutes"] > 0
    assert "2026-W39" in found["resting"]  # the holiday trip


def test_another_basis_counts_for_once_and_keeps_nothing(folder: Path) -> None:
    def work(*words: str) -> float:
        found = json.loads(invoke(folder, "measure", "--week", "2026-W46", "--json", *words).stdout)
        return float(next(m["value"] for m in found["measures"] if m["id"] == "work"))

    before = work()
    assert work("--basis", "events") < before
    assert work() == before


def test_days_of_long_ago_are_read_with_the_weeks_before_them(folder: Path) -> None:
    span = ("--from", "2026-08-31", "--to", "2026-09-13", "--json")
    found = json.loads(invoke(folder, "measure", *span).stdout)
    of = {m["id"]: m for m in found["measures"]}
    assert of["work"]["value"] > 2 * 30 * 60
    assert dict(of["rolling_hours"]["parts"])["weeks known"] == 6  # since her calendar begins
    assert found["span"]["start"].startswith("2026-08-31")


def test_a_block_is_skipped_and_given_back_and_only_that_is_written_again(folder: Path, tmp_path: Path) -> None:
    own, key = Path(shutil.copytree(folder, tmp_path / "maya")), "shutdown/2026-11-27/1"
    protected = own / "calendars/protected"
    stood = len(list(protected.glob("*.ics")))
    assert "deleted" in invoke(own, "skip", key).output
    assert "may be planned again" in invoke(own, "skip", key, "--off").output
    assert len(list(protected.glob("*.ics"))) == stood - 1
    assert invoke(own, "apply", "--quiet", "--only", key).exit_code in (0, 1)
    assert len(list(protected.glob("*.ics"))) == stood


def test_a_block_is_pinned_until_it_is_given_back(folder: Path, tmp_path: Path) -> None:
    own, key = Path(shutil.copytree(folder, tmp_path / "maya")), "shutdown/2026-11-27/1"
    assert "stays where it is" in invoke(own, "pin", key).output
    blocks = json.loads(invoke(own, "plan", "--json").stdout)["plan"]["blocks"]
    assert [b["key"] for b in blocks if b["pinned"]] == [key]
    assert "the plan's again" in invoke(own, "pin", key, "--off").output
