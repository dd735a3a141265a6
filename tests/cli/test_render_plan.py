"""The plan's changes, in lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from rich.console import Console, RenderableType

from timeblock.cli.render import Look
from timeblock.cli.render_plan import SIGNS, broken_rules, plan_diff
from timeblock.core.diff import Adopt, Create, Delete, Release, Slot, Update, Written
from timeblock.core.event import CalendarId, Draft, Resource
from timeblock.core.interval import Interval
from timeblock.core.localtime import Whereabouts
from timeblock.core.plan import Block, Plan, Unplaced
from timeblock.core.problem import Kind
from timeblock.core.referee import Violation
from timeblock.views.plan import WORDS, plan_lines, summary

WHERE = Whereabouts(ZoneInfo("Europe/Oslo"))
CALENDAR, TWIN = CalendarId("local", "protected"), CalendarId("local", "shared")


def at(on: int, hour: int) -> Interval:
    start = WHERE.at(date(2026, 11, on), hour * 60)
    return Interval(start, start + 3600)


def block(name: str, interval: Interval) -> Block:
    return Block(f"{name}/1", name, name, Kind.REST, "health", interval, reason=f"why {name}")


def draft(name: str, interval: Interval) -> Draft:
    return Draft(f"uid-{name}", f"{name}/1", 0, interval, "Europe/Oslo", name)


def slot(name: str, calendar: CalendarId = CALENDAR) -> Slot:
    return Slot(calendar, f"{name}/1")


BASE = Resource(CALENDAR, "x.ics", "1", "")
HORIZON = Interval(at(23, 0).start, at(29, 23).end)
PLAN = Plan(
    HORIZON,
    (block("Run", at(23, 7)), block("Swim", at(24, 7)), block("Read", at(24, 20)), block("Nap", at(25, 13))),
    (Unplaced("date/2026-W48/1", "date", Kind.NON_NEGOTIABLE, "Dinner covers it", "move the [dinner]"),),
)
CHANGES = (
    Create(slot("Run"), draft("Run", at(23, 7)), "wanted"),
    Create(slot("Run", TWIN), replace(draft("Run", at(23, 7)), summary="Busy"), "wanted"),
    Update(slot("Swim"), draft("Swim", at(24, 7)), BASE, draft("Swim", at(23, 9)), "made room"),
    Adopt(slot("Nap"), Written(slot("Nap"), draft("Nap", at(25, 13)), "n.ics", "1"), "you moved it"),
    Delete(slot("Old"), BASE, draft("Old", at(26, 9)), "not asked for any more"),
    Release(slot("Gym"), Written(slot("Gym"), draft("Gym", at(27, 9)), "g.ics", "1"), "you deleted it"),
)


def shown(what: RenderableType, width: int = 90) -> str:
    console = Console(width=width, color_system=None, highlight=False)
    with console.capture() as captured:
        console.print(what)
    return captured.get()


def test_each_block_has_one_line_though_it_has_a_twin() -> None:
    lines = plan_lines(PLAN, CHANGES)
    assert [(line.title, line.word) for line in lines] == [
        ("Run", "new"),
        ("Swim", "moved"),
        ("Read", "kept"),
        ("Nap", "pinned by you"),
        ("Old", "removed"),
        ("Gym", "skipped by you"),
    ]


def test_reasons_stand_beside_the_blocks() -> None:
    text = shown(plan_diff(PLAN, CHANGES, WHERE, Look(90)))
    assert "+ 07:00-08:00 Run" in text
    assert "was Mon 23 Nov 09:00-10:00; why Swim" in text
    assert "removed; not asked for any more" in text
    assert "Read" not in text


def test_kept_ones_are_listed_when_asked_for() -> None:
    assert "= 20:00-21:00 Read" in shown(plan_diff(PLAN, CHANGES, WHERE, Look(90), kept=True))


def test_what_did_not_fit_has_reason_and_remedy() -> None:
    text = shown(plan_diff(PLAN, CHANGES, WHERE, Look(90)))
    assert "date (2026-W48/1): Dinner covers it" in text
    assert "What would help: move the [dinner]" in text


def test_the_sum_counts_every_sort() -> None:
    said = summary(plan_lines(PLAN, CHANGES), PLAN)
    assert said == "1 new, 1 moved, 1 kept, 1 removed, 1 pinned by you, 1 skipped by you; 1 did not fit."
    assert summary((), Plan(HORIZON)) == "Nothing to change."
    assert summary(plan_lines(PLAN, ()), Plan(HORIZON)) == "Nothing to change; 4 kept."


def test_titles_are_text_and_not_markup() -> None:
    plan = Plan(HORIZON, (block("[red]Run[/]", at(23, 7)),))
    change = Create(slot("[red]Run[/]"), draft("[red]Run[/]", at(23, 7)), "")
    assert "[red]Run[/]" in shown(plan_diff(plan, (change,), WHERE, Look(90)))


def test_lines_fit_a_narrow_terminal() -> None:
    text = shown(plan_diff(PLAN, CHANGES, WHERE, Look(40)), width=40)
    assert all(len(line) <= 40 for line in text.splitlines())


def test_broken_rules_are_said() -> None:
    assert "no overlap: two at once" in shown(broken_rules([Violation("no overlap", ("a", "b"), "two at once")]))


def test_each_word_of_a_plan_has_its_sign() -> None:
    assert set(SIGNS) == set(WORDS)
