"""Names of time zones as calendars write them, into zones.

In order: a name of the zone database, a Windows name, the end of a globally unique name (``/vendor/Europe/Oslo``), and
then what the calendar itself says in its VTIMEZONE. A known name wins over a VTIMEZONE of that name: those are often
cut, and sometimes lie.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from timeblock.codecs.content_lines import Section, name_of, properties, unfolded

MACHINE = frozenset({"localtime", "posixrules", "Factory"})
"""Files beside the zones that depend on the machine."""

UNREADABLE = (ValueError, ArithmeticError, LookupError, TypeError, AttributeError, OSError)
"""What icalendar and dateutil raise on a VTIMEZONE that is none, or names a folder of zones as one."""

NAMES = frozenset({"TZID", "X-LIC-LOCATION"})

LONGEST, MOST_RULES, MOST_YEARS = 200_000, 50, 4_000
"""Characters of a VTIMEZONE that is read, rules in it, and years that they span in all. All changes since 1900, one by
one, take 20,000, 30 and 150; two rules for ever since 1601, as Outlook writes them, 900 years."""

LAST_YEAR = 2038
"""As far as dateutil walks a rule without an end."""

PARTS = re.compile(r"^BEGIN:(?:STANDARD|DAYLIGHT)", re.MULTILINE | re.IGNORECASE)
START, UNTIL = re.compile(r"^DTSTART[^:\n]*:(\d{4})", re.MULTILINE), re.compile(r"UNTIL=(\d{4})")

TAME = frozenset({"FREQ", "INTERVAL", "UNTIL", "COUNT", "WKST", "BYMONTH", "BYDAY", "BYMONTHDAY"})


class Zones:
    """The zones of one calendar; ``unknown`` collects names that none was found for."""

    def __init__(self, timezones: Iterable[Section] = ()) -> None:
        self._timezones = tuple(timezones)
        self._found: dict[str, tzinfo | None] = {}

    def get(self, name: str) -> tzinfo | None:
        if name not in self._found:
            self._found[name] = known(name) or self._supplied(name)
        return self._found[name]

    def _supplied(self, name: str) -> tzinfo | None:
        location, text = self._texts.get(name, ("", ""))
        return known(location) or (supplied(text) if text else None)

    @cached_property
    def _texts(self) -> Mapping[str, tuple[str, str]]:
        """Of each VTIMEZONE the place it says it is for and all it says, by its name; of two the first counts."""
        said = [({p.name: p.value for p in properties(s.text, NAMES)}, s.text) for s in reversed(self._timezones)]
        return {names.get("TZID", ""): (names.get("X-LIC-LOCATION", ""), text) for names, text in said}


@lru_cache(maxsize=1024)
def known(name: str) -> tzinfo | None:
    """The zone that everyone knows by ``name``.

    >>> known("W. Europe Standard Time")
    zoneinfo.ZoneInfo(key='Europe/Berlin')
    """
    name = name.strip().strip('"')
    parts = name.strip("/").split("/")
    candidates = [name.strip("/"), WINDOWS_TO_OLSON.get(name, ""), *("/".join(parts[-n:]) for n in (3, 2))]
    return next((zone for zone in map(_named, candidates) if zone), None)


def _named(name: str) -> tzinfo | None:
    if not name or name in MACHINE:
        return None
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # OSError: the name of a folder of zones, or one too long
        return None


@lru_cache(maxsize=128)
def supplied(text: str) -> tzinfo | None:
    """The zone that a VTIMEZONE describes, None where it makes no sense or its rules are not yearly."""
    if not _is_tame(text):
        return None
    try:
        with warnings.catch_warnings(action="ignore"):  # it tells of names that it guesses
            component = Timezone.from_ical(text)
        assert isinstance(component, Timezone)
        zone: tzinfo = component.to_tz(lookup_tzid=False)
        for month in (1, 7):
            datetime(2026, month, 1, tzinfo=zone).utcoffset()
    except (*UNREADABLE, AssertionError):
        return None
    return zone


def _is_tame(text: str) -> bool:
    """Whether its rules can be walked: dateutil, which reads them, has no limit of its own."""
    if len(text) > LONGEST:
        return False
    rules = [line.upper().partition(":")[2] for line in unfolded(text) if name_of(line) == "RRULE"]
    return len(rules) <= MOST_RULES and all(map(_is_yearly, rules)) and _years(text) <= MOST_YEARS


def _years(text: str) -> int:
    """How many years the rules of a VTIMEZONE span, added up."""
    parts = ("\n".join(unfolded(part)).upper() for part in PARTS.split(text)[1:])
    return sum(_year(UNTIL, part, LAST_YEAR) - _year(START, part, LAST_YEAR) for part in parts if "\nRRULE" in part)


def _year(of: re.Pattern[str], part: str, otherwise: int) -> int:
    found = of.search(part)
    return int(found[1]) if found else otherwise


def _is_yearly(rule: str) -> bool:
    """Whether ``rule`` gives a few days a year, as rules for clock changes do."""
    parts = dict(part.partition("=")[::2] for part in rule.strip(" ;").split(";"))
    some_days = "BYDAY" not in parts or "BYMONTH" in parts
    interval = parts.get("INTERVAL", "1").strip()
    return parts.get("FREQ") == "YEARLY" and some_days and interval in ("1", "2", "3", "4") and TAME.issuperset(parts)
