"""Faults 27 to 35: what people, and other machines of theirs, do to our blocks and to the calendars they stand in."""

from __future__ import annotations

import itertools
import re
import urllib.error
from collections.abc import Callable

import pytest

from tests.person import CONFIG, FOREIGN, LATER_DINNER, Person, key, times
from tests.proxy import answers, changed
from tests.web import Say
from timeblock import pipeline
from timeblock.errors import TimeblockError

OTHER_HOURS = ("T180000", "T120000"), ("T200000", "T140000")
"""From a dinner to the hours of lunch."""


def moved(text: str) -> str:
    for old, new in OTHER_HOURS:
        text = re.sub(rf"(DT(?:START|END)[^\r\n]*){old}", rf"\g<1>{new}", text)
    return text


def with_lines(*lines: str) -> Callable[[str], str]:
    return lambda text: text.replace("END:VEVENT", "\r\n".join([*lines, "END:VEVENT"]))


def test_27_the_person_moved_a_block(anywhere: Person) -> None:
    anywhere.apply()
    name = anywhere.block("dinner")
    stored = anywhere.edit(name, moved)
    anywhere.apply()
    anywhere.configure(LATER_DINNER)
    anywhere.apply()
    assert anywhere.get(name) == stored
    taken = sorted(times(text) for text in anywhere.blocks().values())
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(taken))
    assert "T120000" in stored


def test_28_the_person_edited_title_notes_colour_or_alarm(anywhere: Person) -> None:
    anywhere.apply()
    name = anywhere.block("dinner")
    theirs = (
        *("DESCRIPTION:Bring cake\\, and Anna", "COLOR:tomato", "BEGIN:VALARM", "ACTION:DISPLAY"),
        *("DESCRIPTION:Soon", "TRIGGER:-PT30M", "END:VALARM"),
    )
    anywhere.edit(name, lambda text: with_lines(*theirs)(text.replace("SUMMARY:Family dinner", "SUMMARY:At Anna's")))
    before = times(anywhere.get(name))
    anywhere.configure(LATER_DINNER)
    anywhere.apply()
    after = anywhere.get(name)
    assert times(after) != before
    assert "T190000" in after
    for line in ("SUMMARY:At Anna's", *theirs):
        assert line in after.splitlines()


@pytest.mark.parametrize("config", [CONFIG, LATER_DINNER], ids=["the same plan", "another plan"])
def test_29_the_person_deleted_a_block(anywhere: Person, config: str) -> None:
    anywhere.apply()
    name = anywhere.block("dinner")
    gone = key(anywhere.get(name))
    anywhere.delete(name)
    left = len(anywhere.standing())
    anywhere.configure(config)
    for _ in range(3):
        anywhere.apply()
        assert gone not in anywhere.standing()
        assert len(anywhere.standing()) == left


def test_30_the_person_duplicated_a_block_and_the_copy_keeps_the_mark(anywhere: Person) -> None:
    anywhere.apply()
    name = anywhere.block("dinner")
    anywhere.put("copy", anywhere.get(name).replace(name.removesuffix(".ics"), "copy-of-it"))
    copy, original = anywhere.get("copy"), anywhere.get(name)
    anywhere.configure(LATER_DINNER)
    anywhere.apply()
    assert anywhere.get(name) != original
    anywhere.configure(CONFIG.replace("2 per week", "1 per week"))
    anywhere.apply()
    anywhere.apply()
    assert anywhere.get("copy") == copy


@pytest.mark.parametrize(
    "line",
    ["RRULE:FREQ=WEEKLY;COUNT=4", "ATTENDEE;CN=Anna:mailto:anna@example.org"],
    ids=["it recurs", "it has guests"],
)
def test_31_the_person_turned_a_block_into_a_recurring_one_or_invited_guests(anywhere: Person, line: str) -> None:
    anywhere.apply()
    name = anywhere.block("dinner")
    stored = anywhere.edit(name, with_lines(line))
    anywhere.configure(LATER_DINNER)
    anywhere.apply()
    anywhere.configure(CONFIG.replace("2 per week", "1 per week"))
    anywhere.front.heal()
    anywhere.apply()
    assert anywhere.get(name) == stored
    assert not [path for _, path in anywhere.front.writes if path.endswith(name)]


def test_32_calendar_removed_then_made_anew_at_the_same_address_or_renamed(person: Person) -> None:
    person.apply()
    path, known = person.calendars["protected"], person.picture("protected")
    display = '<propertyupdate xmlns="DAV:"><set><prop><displayname>{}</displayname></prop></set></propertyupdate>'
    person.http("PROPPATCH", path, display.format("Renamed"))
    person.front.heal()
    person.apply()
    assert person.front.writes == []
    person.http("DELETE", path)
    assert "protected" in dict(person.apply().synced.failed)
    assert (person.picture("protected"), person.front.writes) == (known, [])
    person.http("MKCALENDAR", path)
    error = dict(person.apply().synced.failed)["protected"]
    assert "--believe-empty" in str(error)
    assert (person.picture("protected"), person.front.writes, person.standing()) == (known, [], [])
    with person.deps() as deps:
        synced = pipeline.pull(deps, person.now, believe_empty=["protected"])
    assert dict(synced.pulled)["protected"].removed == len(known)
    person.apply()
    assert person.standing() == []
    with pytest.raises(urllib.error.HTTPError):
        person.get(next(iter(known)))


def test_33_calendar_became_read_only(person: Person) -> None:
    refusal = Say(403, '<error xmlns="DAV:"><need-privileges/></error>', {"Content-Type": "text/xml"})
    person.front.on("write", answers(refusal), times=None)
    person.front.on("write", answers(refusal), path="timeblock-trial", times=None)
    cycle = person.apply()
    wished = len(cycle.pushed.held)
    assert wished > 10
    assert all("refuses the write" in wish.problem for wish in cycle.pushed.held)
    assert dict(cycle.synced.pulled).keys() == {"work", "protected"}
    person.front.heal()
    assert len(person.apply().pushed.held) == wished
    assert person.front.writes == []
    person.now += 60
    person.apply()
    assert len(person.standing()) == wished
    assert person.waiting() == []


EXPIRED = Say(403, '<error xmlns="DAV:"><valid-sync-token/></error>', {"Content-Type": "text/xml"})


def test_34_empty_or_shrunken_listing_while_events_are_known(person: Person) -> None:
    for number in range(29):
        person.put(f"meeting-{number}", FOREIGN.replace("board@", f"{number}@"), "work")
    person.sync()
    known = person.picture()
    assert len(known) == 30
    person.front.on("REPORT", answers(EXPIRED), path="work")
    person.front.on("REPORT", changed(only_the_first), path="work")
    assert isinstance(dict(person.sync().failed)["work"], TimeblockError)
    assert person.picture() == known
    for number in range(29):
        person.delete(f"meeting-{number}.ics", "work")
    person.front.on("REPORT", answers(EXPIRED), path="work")
    assert dict(person.sync().pulled)["work"].removed == 29


def only_the_first(listing: str) -> str:
    for entry in re.findall(r"<response>.*?</response>", listing, re.DOTALL)[1:]:
        listing = listing.replace(entry, "")
    return listing


def test_35_two_programs_at_once_on_one_machine_and_on_two(anywhere: Person) -> None:
    other = anywhere.home / "other"
    other.mkdir()
    (other / "config.toml").write_bytes(anywhere.config.read_bytes())
    (other / "config.toml").chmod(0o600)
    elsewhere = anywhere.environ() | {"HOME": str(other), "TIMEBLOCK_CONFIG": str(other / "config.toml")}
    running = [anywhere.started("apply"), anywhere.started("apply"), anywhere.started("apply", environ=elsewhere)]
    for each in running:
        _, said = each.communicate(timeout=100)
        assert each.returncode in (0, 5), said
    anywhere.run("apply")
    anywhere.front.heal()
    anywhere.run("apply")
    assert anywhere.front.writes == []
    assert len(set(anywhere.standing())) == len(anywhere.standing()) > 10
