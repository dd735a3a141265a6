"""A goal said in a sentence → the entries of the config that mean it.

A small grammar: how much of what, and until when. Every reader raises ValueError with a text that shows a right phrase.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import ceil

from timeblock.config.goals import METRICS
from timeblock.config.phrases import duration, minutes, near
from timeblock.core.localtime import ONE_DAY
from timeblock.core.words import MONTHS

DEFAULT_WEEKS = 12
"""How long a goal lasts whose sentence says no end."""

NUMBERS = {
    word: n
    for n, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
} | {"a": 1, "an": 1, "once": 1, "twice": 2}

SPOKEN = {
    "after_hours_emails": r"(?:after[- ]hours (?:e-?mails?|mails?)|(?:e-?mails?|mails?) after hours)",
    "after_hours": r"(?:after[- ]hours(?: work)?|work after hours|evening work|late work)",
    "weekend_work": r"(?:weekend work|work (?:at|on) (?:the )?weekends?)",
    "overtime": r"overtime",
    "meeting_load": r"(?:meetings?|time in meetings)",
    "focus_time": r"(?:focus(?: time)?|deep work)",
    "lunch_kept": r"lunch(?:es)?(?: breaks?| kept)?",
    "rolling_hours": r"(?:hours? (?:of work )?a week|working hours|average week)",
    "work": r"work(?:ed)?(?: time)?",
}
"""How people say the metrics; others go by their own name."""

USUAL = {
    "breakfast": ("08:00-11:00", "1h", "family"),
    "lunch": ("11:30-13:30", "1h", "family"),
    "dinner": ("17:30-20:30", "1h30m", "family"),
    "call": ("17:30-21:00", "30m", "family"),
    "parent": ("17:30-21:00", "30m", "family"),
    "date": ("18:30-22:30", "3h", "family"),
    "exercise": ("06:30-20:00", "45m", "health"),
    "walk": ("07:00-20:00", "30m", "health"),
    "run": ("06:30-20:00", "45m", "health"),
}
"""A word in the name of a new block → when it usually is, how long it lasts, and which part of life it is."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the config has by now: names of block requests with all the words they go by, and areas by name; those that
    blocks are for."""

    blocks: Mapping[str, str] = field(default_factory=dict)
    areas: Collection[str] = ()
    served: Collection[str] = ()
    taken: Collection[str] = ()
    """Names of goals."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Entries for the config: the ``goal``, and what it needs that is not there yet: a block request, an area.

    ``asks`` "hours": how much it takes in all is not said.
    """

    goal: Mapping[str, object]
    block: Mapping[str, object] | None = None
    area: str = ""
    asks: str = ""


def wishes(text: str, today: date, known: Known) -> tuple[Wish, ...]:
    """Each goal of a sentence; several are joined by "and", "+" or a comma.

    >>> wishes("50 % fewer after-hours emails in 3 months", date(2026, 11, 30), Known())[0].goal["target"]
    '-50 %'
    """
    whole = " ".join(text.replace("’", "'").split()).rstrip(".!")
    parts = [part for part in re.split(r"\s*(?:\+|;|,\s*(?:and\s+)?|\band\b)\s*", whole) if part]
    try:
        return tuple(_wish(part, today, known) for part in parts)
    except ValueError:
        return (_wish(whole, today, known),)


def _wish(text: str, today: date, known: Known) -> Wish:
    said, start, by = _until(text, today)
    for read in READERS:
        if found := read(said, known, start, by):
            named = {"name": _free_name(said, known.taken)}
            return replace(found, goal={**named, **found.goal, "start": start, "by": by})
    raise ValueError(f'"{text}" is not understood; {EXAMPLES}')


EXAMPLES = (
    'say for example "50 % fewer after-hours emails in 3 months", "5h less overtime a week for 8 weeks", "all my leave '
    'by the end of the year", "call a parent twice a week", "two hours a day on my book until July", "finish the book '
    'in 5 months, 200h in total" or "at most 40 working hours a week"'
)


def _free_name(said: str, taken: Collection[str]) -> str:
    name = said[:60].strip()
    return next(n for k in range(1, len(taken) + 2) if (n := name if k == 1 else f"{name} {k}") not in taken)


# ---- until when ----------------------------------------------------------------------------------------------------


def _re(*parts: str) -> re.Pattern[str]:
    return re.compile("".join(parts), re.IGNORECASE)


_NUMBER = rf"(?:\d+|{'|'.join(NUMBERS)})"
_UNIT = r"(?:day|week|month|year)"
_SPAN = _re(rf"\s*\b(?:in|for|within|over)\s+(?P<n>{_NUMBER})\s+(?P<unit>{_UNIT})s?\b")
_BY = _re(r"\s*\b(?:by|until|till|before)\s+(?P<when>.+?)\s*$")
_NOT = _re(r",?\s*(?:and\s+)?(?:not|instead of|rather than)\s+(?:in\s+)?", rf"{_NUMBER}(?:\s+{_UNIT}s?)?")


def _until(text: str, today: date) -> tuple[str, date, date]:
    """The sentence without its time, the first day (tomorrow's week, or today on a Monday) and the last."""
    start = today if today.weekday() == 0 else today + ONE_DAY * (7 - today.weekday())
    plain = _NOT.sub("", text)
    if found := _SPAN.search(plain):
        by = _later(start, number(found["n"]), found["unit"].lower()) - ONE_DAY
        return (plain[: found.start()] + plain[found.end() :]).strip(" ,"), start, by
    if found := _BY.search(plain):
        return plain[: found.start()].strip(" ,"), *_from_to(today, start, day_of(found["when"], today))
    return plain, start, start + timedelta(weeks=DEFAULT_WEEKS) - ONE_DAY


def _from_to(today: date, start: date, by: date) -> tuple[date, date]:
    if by <= today:
        raise ValueError(f"{by} is over; name a day that is still to come")
    return (start, by) if start < by else (today, by)


def number(word: str) -> int:
    """``"3"``, ``"three"``, ``"twice"``."""
    return NUMBERS[word.lower()] if word.lower() in NUMBERS else int(word)


def _later(day: date, many: int, unit: str) -> date:
    if unit in ("day", "week"):
        return day + timedelta(days=many * (7 if unit == "week" else 1))
    months = day.month - 1 + many * (12 if unit == "year" else 1)
    year, month = day.year + months // 12, months % 12 + 1
    return min(day.replace(year=year, month=month, day=1) + ONE_DAY * (day.day - 1), _month_end(year, month))


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - ONE_DAY


def day_of(text: str, today: date) -> date:
    """``"2027-07-01"``, ``"July"`` (its first day), ``"1 July"``, ``"the end of March"``, ``"the end of the year"``."""
    said = text.strip().lower()
    if re.fullmatch(r"(?:the\s+)?(?:end of (?:the |this )?year|year'?s end|year end)", said):
        return date(today.year, 12, 31)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", said):
        return date.fromisoformat(said)
    found = _DAY.fullmatch(said)
    months = [m.lower() for m in MONTHS]
    if not found or found["month"][:3] not in months:
        raise ValueError(f'"{text}" is not a day; write "July", "1 July 2027", "the end of the year" or 2027-07-01')
    month, day = months.index(found["month"][:3]) + 1, 31 if found["end"] else int(found["day"] or 1)
    years = (int(found["year"]),) if found["year"] else (today.year, today.year + 1)
    chosen = [min(_month_end(year, month), date(year, month, 1) + ONE_DAY * (day - 1)) for year in years]
    return next((on for on in chosen if on > today), chosen[0])


_DAY = re.compile(r"(?P<end>(?:the )?end of )?(?:(?P<day>\d{1,2})\.? )?(?P<month>[a-z]{3,9})(?: (?P<year>\d{4}))?")


# ---- how much of what ----------------------------------------------------------------------------------------------

_LENGTH = rf"(?:{_NUMBER}|\d+(?:\.\d+)?)\s*(?:h|hours?|min|minutes?|m)\b(?:\s*\d+\s*m(?:in)?\b)?"
_PERCENT = r"\d+(?:\.\d+)?\s*(?:%|percent)"
_EVERY = r"(?:(?:a|per|each|every)\s+)"
_A_WEEK = rf"(?:\s+{_EVERY}week)?"
_LEAST, _MOST = ("at least", "no less than"), ("at most", "no more than", "not more than")
_CHANGE = _re(rf"(?P<much>{_PERCENT}|{_LENGTH})\s+(?P<way>fewer|less|more)\s+(?P<what>.+?)", _A_WEEK)
_LIMIT = _re(
    rf"(?P<manner>{'|'.join(_LEAST + _MOST)})\s+(?P<much>{_LENGTH}|{_PERCENT}|\d+(?:\.\d+)?)\s*(?:of\s+)?",
    rf"(?P<what>.+?){_A_WEEK}",
)
_LEAVE = _re(
    r"(?:(?:use|take|use up)\s+)?(?P<much>\d+\s*(?:%|percent)|all)\s+(?:of\s+)?(?:my |the )?",
    r"(?:leave|holiday|vacation)(?: days?)?",
)
_BUDGET = _re(
    rf"(?:spend\s+)?(?P<much>{_LENGTH})\s+{_EVERY}(?P<per>day|week)\s+(?:on|for|with|to)\s+(?P<what>.+)",
)
_FINISH = _re(
    r"finish\s+(?P<what>.+?)(?:[, ]+(?:with\s+)?(?P<much>\d+\s*(?:h|hours?))(?:\s+in (?:total|all))?)?",
)
_OFTEN = _re(
    r"(?P<what>.+?)\s+(?:(?:every|each)\s+(?P<unit>week|day)",
    rf"|(?P<times>{_NUMBER})(?:\s+times|x)?\s+{_EVERY}(?P<per>week|day))",
)


def _metric(what: str) -> str:
    plain = what.strip().lower()
    for metric, pattern in SPOKEN.items():
        if re.fullmatch(pattern, plain):
            return metric
    name = plain.replace(" ", "_").replace("-", "_")
    if name in METRICS:
        return name
    raise ValueError(f'"{what}" is nothing that is measured{near(name, METRICS)}; known are {", ".join(METRICS)}')


def _amount(much: str) -> str:
    """The figure as the config writes it: ``"50 %"``, ``"5h"``."""
    plain = much.strip().lower()
    if plain.endswith(("%", "percent")):
        return f"{plain.removesuffix('percent').rstrip('% ')} %"
    return plain if plain.replace(".", "", 1).isdigit() else duration(_minutes(plain))


def _minutes(length: str) -> int:
    word, _, rest = length.strip().partition(" ")
    return minutes(f"{NUMBERS[word]} {rest}" if word in NUMBERS else length.strip())


def _change(said: str, known: Known, start: date, by: date) -> Wish | None:
    found = _CHANGE.fullmatch(said)
    if not found:
        return None
    sign = "+" if found["way"].lower() == "more" else "-"
    much = _amount(found["much"])
    return Wish({"metric": _metric(found["what"]), "target": f"{sign}{much}" + ("" if "%" in much else " per week")})


def _limit(said: str, known: Known, start: date, by: date) -> Wish | None:
    found = _LIMIT.fullmatch(said)
    if not found:
        return None
    manner = "at least" if found["manner"].lower() in _LEAST else "at most"
    metric, much = _metric(found["what"]), _amount(found["much"])
    hours = METRICS[metric] in ("min", "h/week") and much.replace(".", "", 1).isdigit()
    return Wish({"metric": metric, "target": f"{manner} {much}{'h' if hours else ''}"})


def _leave(said: str, known: Known, start: date, by: date) -> Wish | None:
    found = _LEAVE.fullmatch(said)
    if not found:
        return None
    much = "100 %" if found["much"].lower() == "all" else _amount(found["much"])
    return Wish({"metric": "leave_used", "target": much, "area": "rest"})


def _budget(said: str, known: Known, start: date, by: date) -> Wish | None:
    found = _BUDGET.fullmatch(said)
    if not found:
        return None
    length, per = _minutes(found["much"].lower()), found["per"].lower()
    days = 7 if per == "day" else 1
    quota = "1 per day" if per == "day" else f"{max(1, ceil(length / 120))} per week"
    each = length if per == "day" else min(length, 120)
    more = {"target": f"{duration(length)} per {per}", "ceiling": f"{duration(ceil(length * days * 1.25))} per week"}
    return _in_area(found["what"], more, {"quota": quota, "duration": duration(each)}, known)


def _finish(said: str, known: Known, start: date, by: date) -> Wish | None:
    found = _FINISH.fullmatch(said)
    if not found:
        return None
    if not found["much"]:
        return replace(_in_area(found["what"], {}, {}, known), asks="hours")
    more, block = _total(_minutes(found["much"].lower()), start, by)
    return _in_area(found["what"], more, block, known)


def in_total(wish: Wish, minutes: int) -> Wish:
    """A wish that asked for its hours, with them."""
    start, by = wish.goal["start"], wish.goal["by"]
    assert isinstance(start, date)
    assert isinstance(by, date)
    more, block = _total(minutes, start, by)
    asked = {"name": wish.goal["of"], "kind": "routine", "area": wish.goal["of"], **block, **AFTER_WORK}
    return replace(wish, goal={**wish.goal, **more}, block=asked if wish.area else None, asks="")


def _total(minutes: int, start: date, by: date) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """Target and ceiling of so many minutes in all, and how often blocks for them are wanted."""
    weekly = minutes * 7 / ((by - start).days + 1)
    each = max(30, 15 * ceil(weekly / 3 / 15))
    goal = {"target": f"{minutes // 60}h in total", "ceiling": f"{ceil(weekly * 1.5 / 60)}h per week"}
    return goal, {"quota": "3 per week", "duration": duration(each)}


AFTER_WORK = {"windows": "17:00-21:00", "flexible": True}


def _in_area(what: str, goal: Mapping[str, object], block: Mapping[str, object], known: Known) -> Wish:
    """A goal for the time of an area, which is made where there is none; with blocks for it where there are none."""
    area = re.sub(r"^(?:the|my|a|an|our)\s+", "", what.strip(), flags=re.IGNORECASE).lower()
    name = next((a for a in known.areas if a.lower() == area), area)
    entry = {"metric": "area_time", "of": name, **goal, "area": name}
    if name in known.served or not block:
        return Wish(entry, None, "" if name in known.areas else name)
    asked = {"name": name, "kind": "routine", "area": name, **block}
    return Wish(entry, asked | AFTER_WORK, "" if name in known.areas else name)


def _often(said: str, known: Known, start: date, by: date) -> Wish | None:
    found = _OFTEN.fullmatch(said)
    if not found:
        return None
    count = number(found["times"]) if found["times"] else 1
    per = (found["per"] or found["unit"]).lower()
    what = re.sub(r"^(?:have|the|my)\s+", "", found["what"].strip(), flags=re.IGNORECASE)
    goal: dict[str, object] = {"metric": "blocks", "target": f"{count} per {per}"}
    if name := _request(what, known):
        return Wish({**goal, "of": name})
    return Wish({**goal, "of": what.lower(), "area": _usual(what)[2]}, _new_block(what, count, per))


def _request(what: str, known: Known) -> str | None:
    """The block request that all words of ``what`` name, or that names itself in it."""
    words = set(re.findall(r"\w+", what.lower())) - {"a", "the", "my", "with", "together"}
    for name, text in known.blocks.items():
        if words <= set(re.findall(r"\w+", f"{name} {text}".lower())):
            return name
    return None


OTHER = ("17:00-21:00", "1h", "family")


def _usual(what: str) -> tuple[str, str, str]:
    return next((usual for word, usual in USUAL.items() if re.search(rf"\b{word}", what.lower())), OTHER)


def _new_block(what: str, count: int, per: str) -> Mapping[str, object]:
    windows, length, area = _usual(what)
    days = [day[:3] for day in re.findall(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day", what.lower())]
    block: dict[str, object] = {
        "name": what.lower(),
        "kind": "non-negotiable",
        "title": what[:1].upper() + what[1:],
        "area": area,
        "quota": f"{count} per {per}",
        "duration": length,
        "windows": windows,
    }
    return block | ({"days": days} if days else {})


READERS: tuple[Callable[[str, Known, date, date], Wish | None], ...] = (
    _leave,
    _change,
    _limit,
    _budget,
    _finish,
    _often,
)
