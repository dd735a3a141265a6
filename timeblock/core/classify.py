"""Ordered rules decide what an occurrence counts as; the first that matches wins, and says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from timeblock.core.event import Answer, CalendarId, Event, EventType, Occurrence, Status, is_ours
from timeblock.core.localtime import ONE_DAY, Whereabouts, Window


class Activity(StrEnum):
    """What an occurrence is to the measures and the planner."""

    MEETING = "meeting"
    FOCUS = "focus"
    ROUTINE = "routine"
    COMMUTE = "commute"
    LEAVE = "leave"
    PERSONAL = "personal"
    OURS = "ours"
    IGNORE = "ignore"
    UNCLASSIFIED = "unclassified"


WORK = frozenset({Activity.MEETING, Activity.FOCUS, Activity.ROUTINE})


@dataclass(frozen=True, slots=True)
class Rule:
    """All conditions that are set must hold. ``title`` is a regular expression searched without regard to case."""

    name: str
    activity: Activity
    area: str = ""
    calendars: tuple[str, ...] = ()
    title: str = ""
    categories: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    organizer: str = ""
    types: tuple[EventType, ...] = ()
    all_day: bool | None = None
    min_minutes: int | None = None
    max_minutes: int | None = None
    within: Window | None = None
    weekdays: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Source:
    """What the config says of a calendar that the rules need: its name in the config and the area it belongs to."""

    id: CalendarId
    name: str
    area: str = ""


@dataclass(frozen=True, slots=True)
class Classified:
    """An occurrence and what it counts as. ``rule`` names the rule, ``why`` says it in words.

    ``busy`` is False for declined, cancelled and transparent ones; ``answer`` is the person's own, None where it is
    their own event.
    """

    occurrence: Occurrence
    activity: Activity
    area: str
    rule: str
    why: str
    busy: bool = True
    answer: Answer | None = None


BUILT_IN = "built-in: "
MINE = r"^\W*((my|on|annual|paid|unpaid|parental|summer|winter|easter|christmas|sick|half|a) )*"
"""Leave is of the person only where the title begins with it: "Jonas: vacation" is somebody else's."""
AWAY = MINE + (
    r"(vacation|holidays?(?! (party|plan|sale))|leave(?=\W*$)"
    r"|pto|paid time off|time off|day off|days off|out of( the)? office|ooo|sick( day)?"
    r"|(?!skole|vinterferieuke)\w*ferie|feriedag|permisjon|sykemeldt|sykmeldt|egenmelding|avspasering|semesterledig"
    r"|(?!schul)\w*urlaub|(?!schul)\w*ferien|krank(geschrieben)?|elternzeit|congés?|vacances|arrêt maladie|rtt"
    r"|vacaciones|baja médica|férias|ferias|vakantie|verlof|loma|urlop|dovolená|отпуск|休暇|有給休暇|年假)(?!\w)"
)
"""Whole days with such a title are leave, in a few languages; a rule of one's own says more."""
TRAVEL = (
    r"\b(commut(e|ing)|travel(ling)?|flight|(train|bus|drive|driving|ferry) (to|from|home)|arbeidsvei|reise|fly til"
    r"|pendeln|anfahrt|heimfahrt|trajet|viaje)\b"
)
FOCUS = (
    r"\b(focus(?! group)( (time|block))?|deep[- ]work|no[- ]meetings?|heads[- ]down|do not (book|disturb)"
    r"|fokus(tid|zeit)?(?!gruppe)|konzentration|concentration)\b"
)
GROUP_CALENDAR = "group.calendar.google.com"
"""Google names the calendar itself as organizer of what stands in a shared one."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One rule held against one occurrence. ``why``: what matched, or the first condition that does not hold."""

    rule: str
    matched: bool
    why: str


def classify(
    occurrences: Iterable[Occurrence],
    rules: Sequence[Rule],
    sources: Mapping[CalendarId, Source],
    addresses: Collection[str],
    identity: str,
    where: Whereabouts,
) -> tuple[Classified, ...]:
    """What each occurrence counts as: what is certain, then the person's rules in order, then the built-in ones."""
    judge = _Judge(tuple(rules), sources, frozenset(a.lower() for a in addresses), identity, where)
    return tuple(judge.classified(o) for o in occurrences)


def explain(
    occurrence: Occurrence,
    rules: Sequence[Rule],
    sources: Mapping[CalendarId, Source],
    addresses: Collection[str],
    identity: str,
    where: Whereabouts,
) -> tuple[Tried, ...]:
    """Each rule that was tried on ``occurrence``, up to the one that matched."""
    judge = _Judge(tuple(rules), sources, frozenset(a.lower() for a in addresses), identity, where)
    return tuple(judge.explained(judge.case(occurrence)))


@dataclass(frozen=True, slots=True)
class _Case:
    """An occurrence and what the rules ask about it. ``area`` and ``calendar`` are those of its calendar."""

    o: Occurrence
    calendar: str
    area: str
    answer: Answer | None
    ours: bool
    others: bool
    where: Whereabouts


@dataclass(frozen=True, slots=True)
class _Found:
    activity: Activity
    area: str
    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class _Judge:
    rules: tuple[Rule, ...]
    sources: Mapping[CalendarId, Source]
    addresses: frozenset[str]
    identity: str
    where: Whereabouts

    def classified(self, o: Occurrence) -> Classified:
        case = self.case(o)
        found = _found(next(rule for rule, failed in self.tried(case) if not failed), case)
        gone = o.event.status is Status.CANCELLED or case.answer is Answer.DECLINED
        busy = not o.event.transparent and not gone
        return Classified(o, found.activity, found.area, found.rule, found.why, busy, case.answer)

    def case(self, o: Occurrence) -> _Case:
        event = o.event
        source = self.sources.get(event.key.calendar)
        name, area = (source.name, source.area) if source else ("", "")
        ours = event.mark is not None and is_ours(self.identity, event)
        return _Case(o, name, area, self.answer(event), ours, self.with_others(event), self.where)

    def explained(self, case: _Case) -> Iterator[Tried]:
        for rule, failed in self.tried(case):
            found = _found(rule, case)
            yield Tried(found.rule, not failed, failed or found.why)
            if not failed:
                return

    def tried(self, case: _Case) -> Iterator[tuple[Rule | _BuiltIn, str]]:
        """Each rule in order with what of it fails, "" where nothing does; the last one always holds."""
        for certain in CERTAIN:
            yield certain, certain.fails(case)
        for rule in self.rules:
            yield rule, _fails(rule, case)
        for usual in USUAL:
            yield usual, usual.fails(case)

    def answer(self, event: Event) -> Answer | None:
        """The person's own; None where they organise it or nobody was invited, unless it is tentative as a whole."""
        own = Answer.TENTATIVE if event.status is Status.TENTATIVE else None
        if event.organizer in self.addresses:
            return own
        mine = (a.answer for a in event.attendees if a.me or a.email in self.addresses)
        return next(mine, own)

    def with_others(self, event: Event) -> bool:
        """Whether anybody else takes part, as far as one can tell who the person is."""
        if event.online or len(event.attendees) > 1:
            return True
        others = {a.email for a in event.attendees if not a.me} | {event.organizer}
        me_known = bool(self.addresses) or any(a.me for a in event.attendees)
        people = {p for p in others - self.addresses if p and not p.endswith(GROUP_CALENDAR)}
        return bool(people) if me_known else len(people) > 1


# ---- the person's rules --------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _said(rule: Rule) -> str:
    """What a rule matches by, in words."""
    said = {
        f"calendar {', '.join(rule.calendars)}": rule.calendars,
        f'title like "{rule.title}"': rule.title,
        f"category {', '.join(rule.categories)}": rule.categories,
        f"somebody of {', '.join(rule.domains)}": rule.domains,
        f"organised by {rule.organizer}": rule.organizer,
        f"type {', '.join(rule.types)}": rule.types,
        "whole days" if rule.all_day else "not whole days": rule.all_day is not None,
        "its length": rule.min_minutes is not None or rule.max_minutes is not None,
        f"starts within {rule.within}": rule.within,
        "its weekday": rule.weekdays,
    }
    return ", ".join(text for text, is_so in said.items() if is_so) or "it matches everything"


def _fails(rule: Rule, case: _Case) -> str:
    """The first condition that does not hold, in words; "" where all hold."""
    event = case.o.event
    if rule.calendars and case.calendar not in rule.calendars:
        return f"not in {', '.join(rule.calendars)}"
    if rule.title and not _pattern(rule.title).search(event.summary):
        return f'the title is not like "{rule.title}"'
    if rule.categories and not {c.casefold() for c in rule.categories} & {c.casefold() for c in event.categories}:
        return f"not in category {', '.join(rule.categories)}"
    if rule.types and event.type not in rule.types:
        return f"its type is {event.type.value}"
    return _fails_people(rule, event) or _fails_length(rule, case.o) or _fails_clock(rule, case)


def _fails_people(rule: Rule, event: Event) -> str:
    if rule.organizer and rule.organizer.lower() != event.organizer:
        return f"not organised by {rule.organizer}"
    if rule.domains:
        there = {a.email.rpartition("@")[2] for a in event.attendees} | {event.organizer.rpartition("@")[2]}
        wanted = [d.lower().lstrip("@") for d in rule.domains]
        if not any(d == w or d.endswith(f".{w}") for d in there for w in wanted):
            return f"nobody of {', '.join(rule.domains)}"
    return ""


def _fails_length(rule: Rule, o: Occurrence) -> str:
    if rule.all_day is not None and rule.all_day is not o.all_day:
        return "it lasts whole days" if o.all_day else "it does not last whole days"
    if rule.min_minutes is not None and o.interval.minutes < rule.min_minutes:
        return f"shorter than {rule.min_minutes} min"
    if rule.max_minutes is not None and o.interval.minutes > rule.max_minutes:
        return f"longer than {rule.max_minutes} min"
    return ""


def _fails_clock(rule: Rule, case: _Case) -> str:
    """By the person's clock at the start. Over midnight, the window of the day before counts too."""
    if not rule.weekdays and rule.within is None:
        return ""
    start, where = case.o.interval.start, case.where
    day = where.date_of(start)
    if rule.weekdays and day.weekday() not in rule.weekdays:
        return "on another weekday"
    if rule.within is None:
        return ""
    spans = (where.window(d, rule.within) for d in (day - ONE_DAY, day))
    return "" if any(span and start in span for span in spans) else f"does not start within {rule.within}"


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


# ---- built-in rules ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _BuiltIn:
    """``fails`` says why it does not match, "" where it does. ``area`` stands in for that of the calendar."""

    name: str
    activity: Activity
    why: str
    fails: Callable[[_Case], str]
    area: str = ""


def _found(rule: Rule | _BuiltIn, case: _Case) -> _Found:
    """What the occurrence counts as by ``rule``."""
    if isinstance(rule, Rule):
        area = rule.area or case.area or ("work" if rule.activity in WORK else "")
        return _Found(rule.activity, area, rule.name, _said(rule))
    area = "" if rule.activity is Activity.IGNORE else case.area or rule.area
    return _Found(rule.activity, area, BUILT_IN + rule.name, rule.why)


def _type(wanted: EventType) -> Callable[[_Case], str]:
    return lambda case: "" if case.o.event.type is wanted else f"its type is {case.o.event.type.value}"


def _not_leave(case: _Case) -> str:
    if case.o.event.type is EventType.OUT_OF_OFFICE:
        return "others take part" if case.others and not case.o.all_day else ""
    if not case.o.all_day:
        return "not whole days, nor marked out of office"
    return "" if _pattern(AWAY).search(case.o.event.summary) else "no such title"


def _not_alone_with_title(pattern: str) -> Callable[[_Case], str]:
    def fails(case: _Case) -> str:
        if case.others:
            return "others take part"
        return "" if _pattern(pattern).search(case.o.event.summary) else "no such title"

    return fails


def _not_elsewhere(case: _Case) -> str:
    return "" if case.area not in ("", "work") else "its calendar belongs to no area of private life"


_A = Activity
CERTAIN = (
    _BuiltIn("ours", _A.OURS, "a block of ours", lambda c: "" if c.ours else "not a block of ours"),
    _BuiltIn(
        "cancelled",
        _A.IGNORE,
        "it was cancelled",
        lambda c: "" if c.o.event.status is Status.CANCELLED else "not cancelled",
    ),
    _BuiltIn(
        "declined", _A.IGNORE, "you declined it", lambda c: "" if c.answer is Answer.DECLINED else "you did not decline"
    ),
)
"""What no rule of the person can change."""

USUAL = (
    _BuiltIn("focus time", _A.FOCUS, "its type is focus time", _type(EventType.FOCUS_TIME), "work"),
    _BuiltIn("place", _A.IGNORE, "it says where you work, not that you do", _type(EventType.WORKING_LOCATION)),
    _BuiltIn("birthday", _A.IGNORE, "a birthday takes no time", _type(EventType.BIRTHDAY)),
    _BuiltIn("leave", _A.LEAVE, "out of office, or whole days with such a title", _not_leave),
    _BuiltIn(
        "whole days",
        _A.IGNORE,
        "whole days are notes unless a rule says more",
        lambda c: "" if c.o.all_day else "not whole days",
    ),
    _BuiltIn("area", _A.PERSONAL, "its calendar belongs to that area", _not_elsewhere),
    _BuiltIn("focus", _A.FOCUS, "its title", _not_alone_with_title(FOCUS), "work"),
    _BuiltIn("travel", _A.COMMUTE, "its title", _not_alone_with_title(TRAVEL)),
    _BuiltIn("meeting", _A.MEETING, "others take part", lambda c: "" if c.others else "nobody else takes part", "work"),
    _BuiltIn(
        "work calendar",
        _A.ROUTINE,
        "its calendar belongs to work",
        lambda c: "" if c.area == "work" else "its calendar belongs to no area",
    ),
    _BuiltIn("none", _A.UNCLASSIFIED, "no rule matches", lambda c: ""),
)
"""In order, after the person's own."""
