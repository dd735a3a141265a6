"""Names of time zones as calendars write them, into zones.

In order: a name of the zone database, a Windows name, the end of a globally unique name (``/vendor/Europe/Oslo``), and
then what the calendar itself says in its VTIMEZONE. A known name wins over a VTIMEZONE of that name: those are often
cut, and sometimes lie.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from timeblock.codecs.content_lines import Section, name_of, properties, unfolded

MACHINE = frozenset({"localtime", "posixrules", "Factory"})
"""Files beside the zones that depend on the machine."""

UNREADABLE = (ValueError, ArithmeticError, LookupError, TypeError, AttributeError)
"""What icalendar and dateutil raise on a VTIMEZONE that is none."""

LONGEST, MOST_RULES = 200_000, 50
"""Characters of a VTIMEZONE that is read, and rules in it. All changes since 1900, one by one, take 20,000 and 30."""

TAME = frozenset({"FREQ", "INTERVAL", "UNTIL", "COUNT", "WKST", "BYMONTH", "BYDAY", "BYMONTHDAY"})


class Zones:
    """The zones of one calendar; ``unknown`` collects names that none was found for."""

    def __init__(self, timezones: Iterable[Section] = ()) -> None:
        self._texts = [section.text for section in timezones]
        self._found: dict[str, tzinfo | None] = {}

    def get(self, name: str) -> tzinfo | None:
        if name not in self._found:
            self._found[name] = known(name) or self._supplied(name)
        return self._found[name]

    def _supplied(self, name: str) -> tzinfo | None:
        for text in self._texts:
            said = {p.name: p.value for p in properties(text, {"TZID", "X-LIC-LOCATION"})}
            if said.get("TZID") == name:
                return known(said.get("X-LIC-LOCATION", "")) or supplied(text)
        return None


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
    return len(rules) <= MOST_RULES and all(map(_is_yearly, rules))


def _is_yearly(rule: str) -> bool:
    """Whether ``rule`` gives a few days a year, as rules for clock changes do."""
    parts = dict(part.partition("=")[::2] for part in rule.strip(" ;").split(";"))
    some_days = "BYDAY" not in parts or "BYMONTH" in parts
    interval = parts.get("INTERVAL", "1").strip()
    return parts.get("FREQ") == "YEARLY" and some_days and interval in ("1", "2", "3", "4") and TAME.issuperset(parts)
