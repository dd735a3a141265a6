"""Ordered rules decide what an occurrence counts as; the first that matches wins, and says so."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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
AWAY = (
    r"\b(vacation|holidays?|annual leave|on leave|paid time off|pto|out of office|ooo|sick( leave| day)?|parental leave"
    r"|ferie|permisjon|sykemeldt|avspasering|semester|urlaub|krank|congés?|vacances|vacaciones|baja|ferias|férias|loma)\b"
)
"""Whole days with such a title are leave, in a few languages; a rule of one's own says more."""
TRAVEL = r"\b(commute|travel|flight|train to|drive to|reise|fly til|pendeln|anfahrt|trajet)\b"
FOCUS = r"\b(focus( time)?|deep work|no meetings|fokus(tid)?|heads[- ]down)\b"


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
    return tuple(judge.tried(occurrence))


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
        answer = self.answer(o.event)
        found = self.certain(o, answer) or self.by_rule(o) or self.built_in(o)
        busy = not o.event.transparent and o.event.status is not Status.CANCELLED and answer is not Answer.DECLINED
        return Classified(o, found.activity, found.area, found.rule, found.why, busy, answer)

    def tried(self, o: Occurrence) -> Iterator[Tried]:
        if found := self.certain(o, self.answer(o.event)):
            yield Tried(found.rule, True, found.why)
            return
        for rule in self.rules:
            failed = self.fails(rule, o)
            yield Tried(rule.name, not failed, failed or self.matched(rule))
            if not failed:
                return
        found = self.built_in(o)
        yield Tried(found.rule, True, found.why)

    def answer(self, event: Event) -> Answer | None:
        """The person's own; None where they organise it or nobody was invited."""
        if event.organizer in self.addresses:
            return None
        mine = (a for a in event.attendees if a.me or a.email in self.addresses)
        return next((a.answer for a in mine), None)

    def area(self, o: Occurrence) -> str:
        source = self.sources.get(o.event.key.calendar)
        return source.area if source else ""

    def certain(self, o: Occurrence, answer: Answer | None) -> _Found | None:
        """What no rule can change."""
        if is_ours(self.identity, o.event):
            return _Found(Activity.OURS, self.area(o), BUILT_IN + "ours", "a block of ours")
        if o.event.status is Status.CANCELLED:
            return _Found(Activity.IGNORE, "", BUILT_IN + "cancelled", "it was cancelled")
        if answer is Answer.DECLINED:
            return _Found(Activity.IGNORE, "", BUILT_IN + "declined", "you declined it")
        return None

    def by_rule(self, o: Occurrence) -> _Found | None:
        for rule in self.rules:
            if not self.fails(rule, o):
                return _Found(rule.activity, rule.area or self.area(o), rule.name, self.matched(rule))
        return None

    def matched(self, rule: Rule) -> str:
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

    def fails(self, rule: Rule, o: Occurrence) -> str:
        """The first condition that does not hold, in words; "" where all hold."""
        event, source = o.event, self.sources.get(o.event.key.calendar)
        if rule.calendars and (source is None or source.name not in rule.calendars):
            return f"not in {', '.join(rule.calendars)}"
        if rule.title and not _pattern(rule.title).search(event.summary):
            return f'the title is not like "{rule.title}"'
        if rule.categories and not {c.casefold() for c in rule.categories} & {c.casefold() for c in event.categories}:
            return f"not in category {', '.join(rule.categories)}"
        if rule.types and event.type not in rule.types:
            return f"its type is {event.type.value}"
        return self.fails_people(rule, event) or self.fails_time(rule, o)

    def fails_people(self, rule: Rule, event: Event) -> str:
        people = {event.organizer, *(a.email for a in event.attendees)} - {""}
        domains = {p.rpartition("@")[2] for p in people}
        if rule.domains and not any(
            d == w or d.endswith(f".{w}") for d in domains for w in map(str.lower, rule.domains)
        ):
            return f"nobody of {', '.join(rule.domains)}"
        if rule.organizer and rule.organizer.lower() != event.organizer:
            return f"not organised by {rule.organizer}"
        return ""

    def fails_time(self, rule: Rule, o: Occurrence) -> str:
        minutes = o.interval.minutes
        if rule.all_day is not None and rule.all_day is not o.all_day:
            return "it lasts whole days" if o.all_day else "it does not last whole days"
        if rule.min_minutes is not None and minutes < rule.min_minutes:
            return f"shorter than {rule.min_minutes} min"
        if rule.max_minutes is not None and minutes > rule.max_minutes:
            return f"longer than {rule.max_minutes} min"
        day = self.where.date_of(o.interval.start)
        if rule.weekdays and day.weekday() not in rule.weekdays:
            return "on another weekday"
        within = rule.within
        return "" if within is None or self.is_within(within, o, day) else f"does not start within {within}"

    def is_within(self, window: Window, o: Occurrence, day: date) -> bool:
        """Over midnight, the window of the day before counts too."""
        spans = (self.where.window(d, window) for d in (day - ONE_DAY, day))
        return any(span is not None and o.interval.start in span for span in spans)

    def built_in(self, o: Occurrence) -> _Found:
        event, area = o.event, self.area(o)
        if event.type in _KINDS:
            kind, why = _KINDS[event.type]
            return _Found(kind, area, BUILT_IN + event.type.value, why)
        if event.type is EventType.OUT_OF_OFFICE or (o.all_day and _pattern(AWAY).search(event.summary)):
            return _Found(Activity.LEAVE, area, BUILT_IN + "leave", "out of office, or whole days with such a title")
        if event.transparent and o.all_day:
            return _Found(Activity.IGNORE, area, BUILT_IN + "note", "whole days, and free")
        if area not in ("", "work"):
            return _Found(Activity.PERSONAL, area, BUILT_IN + "area", f"its calendar belongs to {area}")
        if _pattern(FOCUS).search(event.summary):
            return _Found(Activity.FOCUS, area or "work", BUILT_IN + "focus", "its title")
        if _pattern(TRAVEL).search(event.summary):
            return _Found(Activity.COMMUTE, area, BUILT_IN + "travel", "its title")
        if o.all_day:
            return _Found(Activity.IGNORE, area, BUILT_IN + "whole day", "whole days are notes unless a rule says more")
        if self.with_others(event):
            return _Found(Activity.MEETING, area or "work", BUILT_IN + "meeting", "others take part")
        if area == "work":
            return _Found(Activity.ROUTINE, area, BUILT_IN + "work calendar", "its calendar belongs to work")
        return _Found(Activity.UNCLASSIFIED, area, BUILT_IN + "none", "no rule matches")

    def with_others(self, event: Event) -> bool:
        others = {a.email for a in event.attendees if not a.me} | {event.organizer}
        return event.online or bool(others - self.addresses - {""})


_KINDS = {
    EventType.FOCUS_TIME: (Activity.FOCUS, "its type is focus time"),
    EventType.WORKING_LOCATION: (Activity.IGNORE, "it says where you work, not that you do"),
    EventType.BIRTHDAY: (Activity.IGNORE, "a birthday takes no time"),
}


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)
