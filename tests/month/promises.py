"""What a person can rely on, held against the server itself: a judge who knows the words of the config, not our code.

It is shown every write as it arrives (:meth:`Judge.write`), and looks around now and then (:meth:`Judge.look`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.month.people import People, Span, span_of
from tests.month.world import OSLO, PROTECTED, World, Write
from tests.person import key, times, unfolded
from timeblock.core.interval import HOUR, MINUTE, Instant

WORKDAYS, ALL = range(5), range(7)
WINDOWS = {
    "dinner": (ALL, 17 * 60 + 30, 20 * 60 + 30),
    "lunch": (WORKDAYS, 11 * 60 + 30, 13 * 60 + 30),
    "deep work": (WORKDAYS, 8 * 60 + 30, 15 * 60 + 30),
    "run": (ALL, 6 * 60 + 30, 20 * 60),
    "shutdown": (WORKDAYS, 15 * 60, 17 * 60),
    "sleep": (ALL, 22 * 60 + 30, 31 * 60 + 30),
}
"""Block request → its days, and its window in minutes of the clock, beyond 24 hours on the next day."""
WORK, FLEXIBLE = ("deep work",), ("deep work", "run")
FREEZE, BUSY, REST, MOVES = 2 * HOUR, 2 * HOUR, 11 * HOUR, 6
"""What the config leaves as it is: when a block stays put, when it is busy, rest between days of work, moves a day."""


@dataclass
class Judge:
    """``answer``: seconds in which a change is answered. ``quiet_until``: before it nothing can be asked of anybody who
    was asleep or cut off."""

    people: People
    answer: int
    quiet_until: Instant = 0
    broken: list[str] = field(default_factory=list)
    moves: list[tuple[Instant, str]] = field(default_factory=list)
    optional: Counter[date] = field(default_factory=Counter)
    became: Counter[str] = field(default_factory=Counter)
    looks: int = 0

    @property
    def world(self) -> World:
        return self.people.world

    def holds(self, promise: bool, what: str, about: str = "") -> None:
        if not promise:
            at = datetime.fromtimestamp(self.world.now, OSLO)
            self.broken.append(f"{at:%a %d %b %H:%M} {what} {about}")

    # ---- each write ------------------------------------------------------------------------------------------------

    def write(self, write: Write) -> None:
        name = write.path.removeprefix(PROTECTED)
        ours = name.startswith("tb") and (not write.before or "X-TIMEBLOCK-KEY" in unfolded(write.before))
        self.holds(ours and write.path not in self.people.theirs, "1: an event of theirs was written", write.path)
        if not ours:
            return
        self.became["created" if not write.before else "deleted" if not write.after else "changed"] += 1
        if write.after:
            self.stands_well(write)
        if write.before:
            self.was_ours_to_change(write)

    def stands_well(self, write: Write) -> None:
        """What is written is right in itself."""
        text, about = unfolded(write.after), key(write.after)
        lines = text.split("\n")
        for word in ("ATTENDEE", "ORGANIZER", "BEGIN:VALARM"):
            self.holds(not any(line.startswith(word) for line in lines), f"10: {word}", about)
        self.holds(about not in self.people.gone, "2: what was deleted is back", about)
        if write.path not in self.people.moved:
            self.holds(in_window(about, write.after), "11: outside its window", f"{about} {times(write.after)}")

    def was_ours_to_change(self, write: Write) -> None:
        """What stood before was the plan's to change, and could be by its time."""
        people, about = self.people, key(write.before)
        title = people.titled.get(write.path)
        kept = not (title and write.after) or f"SUMMARY:{title}\n" in unfolded(write.after)
        self.holds(kept, "3: their title is gone", about)
        moved = people.moved.get(write.path)
        self.holds(not moved or (bool(write.after) and times(write.after) == moved), "3: not where they put it", about)
        start, _ = span_of(write.before)
        if write.after and times(write.after) == times(write.before):
            self.became["busy" if "TRANSP:OPAQUE" in write.after else "free"] += "TRANSP:OPAQUE" not in write.before
            return
        self.holds(start >= write.at + FREEZE, "5: moved within the freeze window", f"{about} {times(write.before)}")
        if write.after:
            self.moved(write, about)

    def moved(self, write: Write, about: str) -> None:
        self.moves.append((write.at, about))
        stirred = write.at - self.people.stirred
        new_day = write.at - int(datetime.fromtimestamp(write.at, OSLO).replace(hour=0, minute=0).timestamp())
        lately = min(stirred, new_day, max(0, write.at - self.quiet_until))
        self.holds(lately <= self.answer, "5: moved though nothing had changed", about)
        if not self.in_the_way(span_of(write.before), write.at):
            self.optional[datetime.fromtimestamp(write.at, OSLO).date()] += 1

    def in_the_way(self, span: Span, before: Instant) -> list[Span]:
        return [taken for taken in self.taken(before) if taken[0] < span[1] and span[0] < taken[1]]

    def taken(self, before: Instant) -> list[Span]:
        """Events of theirs, and blocks where they put them."""
        put = [path for path, at in self.people.moved_at.items() if at <= before and path in self.people.moved]
        return self.people.taken(before) + [span_of(self.world.stands[path]) for path in put]

    # ---- a look around ---------------------------------------------------------------------------------------------

    def look(self) -> None:
        """What was changed long enough ago is answered by now."""
        now = self.world.now
        if now < self.quiet_until + self.answer:
            return
        self.looks += 1
        mine = {p: t for p, t in self.world.blocks().items() if p not in self.people.moved}
        known = now - self.answer
        taken = self.taken(known)
        for text in mine.values():
            start, end = span_of(text)
            about = f"{key(text)} {times(text)}"
            if start >= now + FREEZE:
                clash = [t for t in taken if t[0] < end and start < t[1]]
                self.holds(not clash, "5: not answered within a poll", about)
                self.rested(text, known)
            if now < start < now + BUSY - 35 * MINUTE:
                self.holds("TRANSP:OPAQUE" in text, "8: free though it starts soon", about)
        self.none_twice(mine)

    def rested(self, text: str, known: Instant) -> None:
        """Eleven hours lie between the work of two days, as far as blocks of ours are concerned."""
        if request_of(text) not in WORK:
            return
        start, end = span_of(text)
        day = datetime.fromtimestamp(start, OSLO).date()
        for other in self.work(known):
            there = datetime.fromtimestamp(other[0], OSLO).date()
            rest = start - other[1] if there == day - timedelta(days=1) else other[0] - end
            if abs((there - day).days) == 1:
                self.holds(rest >= REST, "rest: under eleven hours", f"{key(text)} {times(text)}")

    def work(self, known: Instant) -> list[Span]:
        meetings = [
            span
            for path, event in self.people.theirs.items()
            if path.startswith("/alice") and event.changed <= known
            for span in event.spans
        ]
        return meetings + [span_of(t) for t in self.world.blocks().values() if request_of(t) in WORK]

    def none_twice(self, blocks: dict[str, str]) -> None:
        keys = Counter(map(key, blocks.values()))
        self.holds(max(keys.values(), default=1) == 1, "a block stands twice")

    def edits_stand(self) -> None:
        """What the person did is as they left it; the rest of a block that they renamed may have moved."""
        for path, where in self.people.moved.items():
            self.holds(times(self.world.stands[path]) == where, "3: not where they put it", path)
        for path, title in self.people.titled.items():
            text = unfolded(self.world.stands.get(path, f"SUMMARY:{title}\n"))
            self.holds(f"SUMMARY:{title}\n" in text, "3: their title is gone", path)
        keys = set(map(key, self.world.blocks().values()))
        self.holds(
            not keys & self.people.gone.keys(), "2: what was deleted is back", str(keys & self.people.gone.keys())
        )

    # ---- at the end of a day ---------------------------------------------------------------------------------------

    def server_agrees(self) -> None:
        """All events of theirs are on the server to the letter, and nothing else but what was seen being written."""
        for path, event in self.people.theirs.items():
            self.holds(self.world.http("GET", path) == event.text, "1: an event of theirs is another", path)
        for calendar in ("/alice/work/", PROTECTED):
            listing = self.world.http("PROPFIND", calendar, Depth="1")
            there = {path for path in self.world.stands if path.startswith(calendar)}
            self.holds(listing.count(".ics</href>") == len(there), "1: something is missing in", calendar)
            self.holds(all(path in listing for path in there), "1: something else is in", calendar)


def request_of(text: str) -> str:
    return key(text).partition("/")[0]


def in_window(name: str, text: str) -> bool:
    """By the clock on the wall, on either side of a clock change."""
    days, first, last = WINDOWS[name.partition("/")[0]]
    start, end = (datetime.strptime(t, "%Y%m%dT%H%M%S") for t in times(text))
    for day in (start.date(), start.date() - timedelta(days=1)):
        midnight = datetime(day.year, day.month, day.day)
        opens, closes = midnight + timedelta(minutes=first), midnight + timedelta(minutes=last)
        if day.weekday() in days and opens <= start and end <= closes:
            return True
    return False
