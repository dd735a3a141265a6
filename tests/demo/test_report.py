"""The page stands alone, escapes what it is given, and says in words what it shows in pictures."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from timeblock.core.classify import Activity, Classified
from timeblock.core.event import Answer, CalendarId, Event, EventKey, Occurrence
from timeblock.core.goals import Goal, Shape
from timeblock.core.interval import Interval
from timeblock.core.localtime import Week, Whereabouts
from timeblock.core.measures import Measure
from timeblock.core.plan import Block, Plan, Unplaced
from timeblock.core.problem import Kind
from timeblock.core.progress import GoalState, Progress
from timeblock.demo.report import Missed, ReportData, Tile, page, report
from timeblock.pages.charts import HEIGHT, WIDTH, chart, trend
from timeblock.pages.week import Item, strands, week_view

WHERE = Whereabouts(ZoneInfo("Europe/Oslo"))
MONDAY = date(2026, 11, 23)
WORK, PRIVATE = CalendarId("local", "work"), CalendarId("local", "private")
VOID = {"meta", "link", "br", "hr", "img", "input", "line"}


def at(weekday: int, start: float, end: float) -> Interval:
    on = MONDAY + timedelta(days=weekday)
    return Interval(WHERE.at(on, round(start * 60)), WHERE.at(on, round(end * 60)))


def event(interval: Interval, title: str, calendar: CalendarId = WORK, private: bool = False) -> Classified:
    found = Event(EventKey(calendar, title, title), title, private=private)
    return Classified(Occurrence(interval, found), Activity.MEETING, "work", "rule", "why")


def block(name: str, interval: Interval, kind: Kind = Kind.REST, reason: str = "") -> Block:
    return Block(f"{name}/2026-W48/1", name, name.title(), kind, "health", interval, reason=reason)


HALF = Goal(
    "Half the evenings", "after_hours", Shape.CHANGE_PERCENT, -50, MONDAY, date(2027, 1, 31), why="Evenings are mine"
)

DATA = ReportData(
    name="Maya",
    now=at(1, 10, 11).start,
    where=WHERE,
    classified=(
        event(at(1, 9, 10), "Stand-up"),
        event(at(2, 13, 14), "Security"),
        event(at(2, 13.5, 14.5), "Board"),
        event(at(3, 9, 10), "<script>alert('x')</script>"),
        event(at(3, 17, 18), "Football", PRIVATE),
        event(at(4, 10, 11), "Salary talk", private=True),
        replace(event(at(4, 12, 13), "Not going"), answer=Answer.DECLINED),
        event(at(4, 22, 26), "Night shift"),
    ),
    plan=Plan(
        Interval(at(1, 10, 11).start, at(6, 0, 24).end),
        (block("run", at(2, 7, 8), reason="Your energy is high."), block("dinner", at(2, 18, 20), Kind.NON_NEGOTIABLE)),
        (Unplaced("run/2026-W48/2", "run", Kind.REST, "Thursday is full", "drop <b>one</b> meeting"),),
    ),
    new=frozenset({"run/2026-W48/1"}),
    titles={"run": "Run", "dinner": "Family dinner", "nap": "Nap"},
    measures={
        Week(2026, 46): (Measure("after_hours", "min", 1, 60.0, at_least=True), Measure("lunch_kept", "days", 1, 3.0)),
        Week(2026, 47): (Measure("after_hours", "min", 1, 90.0, at_least=True), Measure("lunch_kept", "days", 1, None)),
        Week(2026, 48): (Measure("after_hours", "min", 1, 999.0), Measure("lunch_kept", "days", 1, 5.0)),
    },
    progress=(
        Progress(HALF, GoalState.OFF_TRACK, "a smaller step may hold better", 90.0, 70.0, 80.0, 40.0),
        Progress(
            replace(HALF, name="Leave", metric="leave_used", shape=Shape.USE_UP, at_most=False), GoalState.NO_DATA, ""
        ),
    ),
    hidden=frozenset({PRIVATE}),
)


class Outline(HTMLParser):
    """Fails on tags that do not close; keeps what tests ask about."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"


def outline(html: str) -> Outline:
    parsed = Outline()
    parsed.feed(html)
    parsed.close()
    assert parsed.open == []
    return parsed


def test_every_tag_closes_and_headings_do_not_skip_a_level() -> None:
    headings = outline(report(DATA)).headings
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(headings))


def test_it_needs_nothing_from_anywhere() -> None:
    html = report(DATA)
    assert not re.search(r"https?:|src=|url\(|@import|<link|<script", html, re.IGNORECASE)
    assert not re.search(r"[\"'(]//", html)


def test_what_calendars_say_is_escaped() -> None:
    html = report(DATA)
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in html
    assert "Drop &lt;b&gt;one&lt;/b&gt; meeting" in html


def test_private_titles_stay_private() -> None:
    html = report(DATA)
    assert "Football" not in html
    assert "Salary" not in html
    assert html.count("<span>Busy</span>") == 2


def test_reasons_do_not_tell_private_titles() -> None:
    plan = Plan(DATA.plan.horizon, (block("way", at(3, 16, 17), Kind.BUFFER, reason="right before Football"),))
    assert page(replace(DATA, plan=plan)).reasons[0].rows[0].reason == "Right before a private event."


def test_what_is_declined_is_not_shown() -> None:
    assert "Not going" not in report(DATA)


def test_tables_have_captions_and_column_heads() -> None:
    html = report(DATA)
    assert html.count("<table") == html.count("<caption>") > 0
    assert all("scope" in attrs for tag, attrs in outline(html).seen if tag == "th")


def test_each_chart_has_words_beside_it() -> None:
    images = [attrs for tag, attrs in outline(report(DATA)).seen if tag == "svg" or attrs.get("role") == "img"]
    assert len(images) == 3
    assert all(attrs.get("aria-label") for attrs in images)


def test_only_weeks_that_are_over_are_drawn() -> None:
    late, lunch = page(DATA).charts
    assert late.rows == (("Week 46", "at least 1:00 h"), ("Week 47", "at least 1:30 h"))
    assert late.goal
    assert late.goal[1] == "goal 0:40 h"
    assert lunch.latest == "unknown"


def test_tiles_show_what_is_known_of_last_week() -> None:
    assert page(DATA).tiles == (Tile("at least 1:30 h", "work after hours last week"),)


def test_goals_say_where_they_stand_and_where_they_lead() -> None:
    half, leave = page(DATA).goals
    assert half.standing == "Last week 1:30 h, its step was 1:10 h, in the end at most 0:40 h, by Sun 31 Jan 2027."
    assert (half.share, half.tone, half.text) == (0, "look", "A smaller step may hold better.")
    assert (leave.share, leave.tone, leave.standing) == (None, "", "By Sun 31 Jan 2027.")


def test_before_and_after_counts_what_this_run_added() -> None:
    held = {row.title: row for row in page(DATA).held}
    assert (held["Run"].before, held["Run"].now, held["Run"].time, held["Run"].missing) == (0, 1, "1:00", 1)
    assert (held["Family dinner"].before, held["Family dinner"].now) == (1, 1)
    assert "Nap" not in held


def test_what_found_no_room_has_reason_and_help() -> None:
    missed = page(DATA).missed[0]
    assert missed.title == "Run"
    assert missed.rows == (Missed("week 48", "Thursday is full.", "Drop <b>one</b> meeting."),)


def test_a_page_without_plan_or_measures_is_a_page() -> None:
    empty = replace(DATA, classified=(), plan=Plan(DATA.plan.horizon), titles={}, name="", measures={}, progress=())
    outline(report(empty))
    assert page(empty).title == "Your time"


@pytest.mark.parametrize("words", ["should have", "failed", "you must", "bad "])
def test_the_page_does_not_scold(words: str) -> None:
    text = re.sub(r"<[^>]+>", " ", report(DATA).partition("<body>")[2]).lower()
    assert words not in text.replace("busy is not bad and free is not idle", "")


# ---- the week --------------------------------------------------------------------------------------------------------


def test_overlapping_entries_lie_side_by_side() -> None:
    items = [Item(i, "", "event", "") for i in (at(0, 9, 11), at(0, 10, 12), at(0, 11, 12), at(0, 12, 13))]
    assert list(strands(items)) == [(0, 2), (1, 2), (0, 2), (0, 1)]


def test_an_entry_lies_where_its_hours_are() -> None:
    view = week_view(Week.of(MONDAY), [event(at(0, 7, 14), "Long")], [], WHERE, MONDAY)
    entry = view.days[0].entries[0]
    assert view.hours == tuple(range(7, 21))
    assert (entry.top, entry.height, entry.left, entry.width) == (0, 50, 0, 100)


def test_the_column_grows_with_what_lies_in_it() -> None:
    view = week_view(Week.of(MONDAY), [event(at(0, 5.5, 6), "Early"), event(at(1, 22, 26), "Late")], [], WHERE, MONDAY)
    assert (view.hours[0], view.hours[-1]) == (5, 23)
    assert view.days[1].entries[0].top + view.days[1].entries[0].height == 100
    assert view.days[2].entries == ()


@pytest.mark.parametrize("week", [Week(2026, 13), Week(2026, 43)])
def test_weeks_with_a_clock_change_stay_inside_the_picture(week: Week) -> None:
    sunday = week.days()[6]
    night = Interval(WHERE.at(sunday, 60), WHERE.at(sunday, 5 * 60))
    view = week_view(week, [event(night, "Shift")], [], WHERE, MONDAY)
    entry = view.days[6].entries[0]
    assert entry.clock == "01:00-05:00"
    assert 0 <= entry.top < entry.top + entry.height <= 100


# ---- charts ----------------------------------------------------------------------------------------------------------

WEEKS = [Week(2026, n) for n in range(40, 48)]


def test_bars_stay_in_the_picture_and_unknown_has_none() -> None:
    drawn = chart("Late", "min", WEEKS, [0, 30, None, 60, 90, 90, 120, 240], goal=300)
    assert [b.height is None for b in drawn.bars] == [False, False, True, False, False, False, False, False]
    assert all(b.x >= 0 and b.x + b.width <= WIDTH and 0 <= b.y <= HEIGHT for b in drawn.bars)
    assert drawn.goal
    assert drawn.goal[0] < min(b.y for b in drawn.bars)


def test_a_chart_says_what_it_shows() -> None:
    drawn = chart("Late", "min", WEEKS, [0, 0, 0, 0, 60, 60, 60, 120], "less", goal=30)
    assert drawn.said == ("Late over 8 weeks: between 0:00 h and 2:00 h, 2:00 h last week, rising. The goal is 0:30 h.")
    assert chart("Late", "min", WEEKS, [None] * 8).said == "Late: unknown in all 8 weeks."


def test_lower_bounds_are_called_so() -> None:
    assert chart("Overtime", "min", WEEKS[:1], [60], at_least=True).latest == "at least 1:00 h"


@pytest.mark.parametrize(
    ("values", "wish", "said"),
    [
        ([100, 100, 50, 50, 50, 50], "less", ", falling, for the better"),
        ([50, 50, 100, 100, 100, 100], "less", ", rising"),
        ([100, 100, 101, 100, 99, 100], "less", ", steady"),
        ([100, None, None], "less", ""),
    ],
)
def test_trends_in_words(values: list[float | None], wish: str, said: str) -> None:
    assert trend(values, "less" if wish == "less" else "more") == said
