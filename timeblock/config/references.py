"""What must hold between entries of the file: names that are used exist, names are not taken twice, roles are filled.

Works on the tables as TOML gives them, and passes over what is not of the right form: the schema speaks of that. So
both sorts of mistake are shown at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from timeblock.config.goals import ABOUT, METRICS
from timeblock.config.lines import Path
from timeblock.config.phrases import near

Tables: TypeAlias = Mapping[str, object]

DEFAULT_AREAS = ("work", "family", "health", "rest", "social", "growth", "home", "service")
"""Areas that need not be defined."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something to mend, and where: ``path`` in the file, or ``line`` and ``column`` where it is not TOML at all."""

    path: Path
    text: str
    line: int = 0
    column: int = 0


def mistakes(tables: Tables) -> Iterator[Mistake]:
    """Everything that is wrong between entries."""
    for check in CHECKS:
        yield from check(tables)


# ---- the checks ------------------------------------------------------------------------------------------------------


def duplicate_names(tables: Tables) -> Iterator[Mistake]:
    for kind in ("calendars", "evidence", "rules", "blocks", "goals", "seasons"):
        first: dict[str, int] = {}
        for n, entry in _entries(tables, kind):
            name = _text(entry, "name")
            if name and first.setdefault(name, n) != n:
                yield Mistake((kind, n, "name"), f'there is another "{name}" in [[{kind}]]; each needs its own name')


def accounts_exist(tables: Tables) -> Iterator[Mistake]:
    known = _keys(tables, "accounts")
    for n, entry in _entries(tables, "calendars"):
        account = _text(entry, "account")
        if account and account not in known:
            yield Mistake(("calendars", n, "account"), _unknown("account", account, known, f"[accounts.{account}]"))


def evidence_is_called_like_no_account(tables: Tables) -> Iterator[Mistake]:
    """Each is signed in to by its name, and keeps a password under it."""
    accounts = _keys(tables, "accounts")
    for n, entry in _entries(tables, "evidence"):
        if (name := _text(entry, "name")) in accounts:
            yield Mistake(("evidence", n, "name"), f'an account is called "{name}", too; take another name')


def gmail_names_a_google_account(tables: Tables) -> Iterator[Mistake]:
    accounts = _table(tables, "accounts")
    google = {name for name, entry in accounts.items() if isinstance(entry, dict) and entry.get("type") == "google"}
    for n, entry in _entries(tables, "evidence"):
        account = _text(entry, "account")
        if entry.get("type") == "gmail" and account and account not in google:
            unknown = _unknown("Google account", account, google, f"[accounts.{account}]")
            yield Mistake(("evidence", n, "account"), unknown)


def areas_exist(tables: Tables) -> Iterator[Mistake]:
    known = {*DEFAULT_AREAS, *_keys(tables, "areas")}
    for kind in ("calendars", "rules", "blocks", "goals"):
        for n, entry in _entries(tables, kind):
            area = _text(entry, "area")
            if area and area not in known:
                yield Mistake((kind, n, "area"), _unknown("area", area, known, f"[areas.{_key(area)}]"))


def rules_name_calendars(tables: Tables) -> Iterator[Mistake]:
    known = _names(tables, "calendars")
    for n, entry in _entries(tables, "rules"):
        named = entry.get("calendars")
        for m, name in enumerate(named if isinstance(named, list) else ()):
            if isinstance(name, str) and name not in known:
                yield Mistake(("rules", n, "calendars", m), _unknown("calendar", name, known, "[[calendars]]"))


def rules_are_reached(tables: Tables) -> Iterator[Mistake]:
    rules = _entries(tables, "rules")
    for n, entry in rules[:-1]:
        if not entry.keys() - {"name", "activity", "area"}:
            yield Mistake(("rules", n), "has no condition, so the rules below it are never reached; move it to the end")


def metrics_exist(tables: Tables) -> Iterator[Mistake]:
    for n, entry in _entries(tables, "goals"):
        metric = _text(entry, "metric")
        if metric and metric not in METRICS:
            hint = near(metric, METRICS) or "; known are " + ", ".join(METRICS)
            yield Mistake(("goals", n, "metric"), f'there is no metric "{metric}"{hint}')


def goals_are_about_something(tables: Tables) -> Iterator[Mistake]:
    known = {"area": {*DEFAULT_AREAS, *_keys(tables, "areas")}, "block request": _all_blocks(tables)}
    for n, entry in _entries(tables, "goals"):
        about, of = ABOUT.get(_text(entry, "metric"), ""), _text(entry, "of")
        if about and not of:
            yield Mistake(("goals", n, "of"), f'missing: which {about} is the goal about? For example of = "…"')
        elif about and of not in known[about]:
            yield Mistake(("goals", n, "of"), f'there is no {about} "{of}"{near(of, known[about])}')


def paused_exist(tables: Tables) -> Iterator[Mistake]:
    known = _names(tables, "blocks") | _names(tables, "goals")
    for n, entry in _entries(tables, "seasons"):
        paused = entry.get("paused")
        for m, name in enumerate(paused if isinstance(paused, list) else ()):
            if isinstance(name, str) and name not in known:
                yield Mistake(
                    ("seasons", n, "paused", m), f'no block request or goal is called "{name}"{near(name, known)}'
                )


def season_goals_exist(tables: Tables) -> Iterator[Mistake]:
    known = _names(tables, "goals")
    for n, season in _entries(tables, "seasons"):
        for m, entry in _entries(season, "goals"):
            if (name := _text(entry, "name")) and name not in known:
                yield Mistake(("seasons", n, "goals", m, "name"), f'no goal is called "{name}"{near(name, known)}')


def new_season_blocks_have_a_kind(tables: Tables) -> Iterator[Mistake]:
    known = _names(tables, "blocks")
    for n, season in _entries(tables, "seasons"):
        for m, entry in _entries(season, "blocks"):
            name = _text(entry, "name")
            if name and name not in known and "kind" not in entry:
                text = f'no block request is called "{name}"{near(name, known)}; a new one needs a kind'
                yield Mistake(("seasons", n, "blocks", m, "name"), text)


def blocks_name_blocks(tables: Tables) -> Iterator[Mistake]:
    """What a block follows, or keeps away from, must be another block."""
    known = _all_blocks(tables)
    for n, entry in _entries(tables, "blocks"):
        apart = entry.get("not_next_to")
        named = [("not_next_to", name) for name in apart] if isinstance(apart, list) else []
        for key, name in [("follows", _text(entry, "follows")), *named]:
            if isinstance(name, str) and name and (name not in known or name == _text(entry, "name")):
                yield Mistake(("blocks", n, key), f'there is no other block request "{name}"{near(name, known)}')


def one_calendar_takes_blocks(tables: Tables) -> Iterator[Mistake]:
    for role, others in (("blocks", '"busy-twin" or "read"'), ("milestones", '"read"')):
        for n in _with_role(tables, role)[1:]:
            text = f'only one calendar can have the role "{role}"; give the others {others}'
            yield Mistake(("calendars", n, "role"), text)
    if not _with_role(tables, "blocks") and _entries(tables, "blocks"):
        yield Mistake(
            ("blocks",), 'blocks are asked for, but no calendar takes them; give one the line role = "blocks"'
        )


def blocks_go_where_one_may_write(tables: Tables) -> Iterator[Mistake]:
    accounts = _table(tables, "accounts")
    for n, entry in _entries(tables, "calendars"):
        account = accounts.get(_text(entry, "account"))
        if not isinstance(account, dict) or entry.get("role", "read") == "read":
            continue
        where: Path = ("calendars", n, "role")
        if account.get("type") == "feed":
            taken = "milestones" if entry.get("role") == "milestones" else "blocks"
            yield Mistake(where, f"a feed can only be read; let a folder or a CalDAV calendar take the {taken}")
        if account.get("type") == "google" and entry.get("role") == "milestones":
            yield Mistake(where, "Google Calendar has no tasks; let a CalDAV calendar or a folder take the milestones")
        if account.get("read_only") is True:
            yield Mistake(where, "its account is read_only; take that line out, or let another calendar take them")


def shares_add_up(tables: Tables) -> Iterator[Mistake]:
    shares = [_share(area) for area in _table(tables, "areas").values() if isinstance(area, dict)]
    if sum(shares) > 1.001:
        yield Mistake(("areas",), f"the shares add up to {sum(shares):.0%} of your waking time; make it 100 % or less")


CHECKS: tuple[Callable[[Tables], Iterator[Mistake]], ...] = (
    duplicate_names,
    accounts_exist,
    evidence_is_called_like_no_account,
    gmail_names_a_google_account,
    areas_exist,
    rules_name_calendars,
    rules_are_reached,
    metrics_exist,
    goals_are_about_something,
    paused_exist,
    season_goals_exist,
    new_season_blocks_have_a_kind,
    blocks_name_blocks,
    one_calendar_takes_blocks,
    blocks_go_where_one_may_write,
    shares_add_up,
)


# ---- looking into tables ---------------------------------------------------------------------------------------------


def _entries(tables: Tables, kind: str) -> list[tuple[int, dict[str, object]]]:
    found = tables.get(kind)
    return [(n, e) for n, e in enumerate(found) if isinstance(e, dict)] if isinstance(found, list) else []


def _table(tables: Tables, kind: str) -> dict[str, object]:
    found = tables.get(kind)
    return found if isinstance(found, dict) else {}


def _keys(tables: Tables, kind: str) -> set[str]:
    return set(_table(tables, kind))


def _names(tables: Tables, kind: str) -> set[str]:
    return {_text(entry, "name") for _, entry in _entries(tables, kind)} - {""}


def _with_role(tables: Tables, role: str) -> list[int]:
    return [n for n, entry in _entries(tables, "calendars") if entry.get("role") == role]


def _all_blocks(tables: Tables) -> set[str]:
    ofseasons = (_names(season, "blocks") for _, season in _entries(tables, "seasons"))
    return _names(tables, "blocks").union(*ofseasons)


def _text(entry: Tables, key: str) -> str:
    found = entry.get(key)
    return found.strip() if isinstance(found, str) else ""


def _share(area: Tables) -> float:
    share = area.get("share", 0)
    if isinstance(share, str) and share.strip().endswith("%"):
        number = share.strip()[:-1].strip()
        return float(number) / 100 if number.replace(".", "", 1).isdigit() else 0
    return float(share) if isinstance(share, (int, float)) else 0


def _unknown(what: str, name: str, known: Collection[str], define: str) -> str:
    return f'there is no {what} "{name}"{near(name, known) or f"; define it with {define}"}'


def _key(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else f'"{name}"'
