"""The file's words → :class:`Settings`: domain values, absolute paths, seasons laid over the requests they change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from timeblock.config import blocks, energy, goals, rest, schema
from timeblock.config.evidence import Evidence
from timeblock.config.phrases import WEEKDAYS, target
from timeblock.config.places import absolute, database
from timeblock.config.references import DEFAULT_AREAS
from timeblock.config.settings import (
    Account,
    Area,
    CalendarSettings,
    Daemon,
    EvidenceSettings,
    Notify,
    Planning,
    Season,
    Settings,
)
from timeblock.core.classify import Rule
from timeblock.core.goals import Goal, Phase
from timeblock.core.hours import YEARS, Person, public
from timeblock.core.localtime import Stay, Whereabouts
from timeblock.core.problem import WORKDAYS_ONLY, Kind, Request

EXCEPTIONS = 2
"""How often in four weeks a non-negotiable may give way where the file does not say."""


def settings(file: schema.File, path: Path, state: Path) -> Settings:
    """``path`` is the file's own, to which others are relative; ``state`` the folder of the default database."""
    at_work = frozenset(n for n, day in enumerate(WEEKDAYS) if getattr(file.person.hours, day))
    return Settings(
        path=path,
        identity=file.identity,
        person=_person(file.person, file.rest.average_weeks),
        accounts=tuple(_account(name, a, file.evidence, path.parent) for name, a in file.accounts.items()),
        calendars=tuple(_calendar(c) for c in file.calendars),
        evidence=tuple(_evidence(e, file.person.zone, path.parent) for e in file.evidence),
        areas=_areas(file),
        rules=tuple(_rule(r) for r in file.rules),
        requests=tuple(_request(b, b.kind, at_work) for b in file.blocks),
        goals=tuple(_goal(g, file.seasons) for g in file.goals),
        seasons=tuple(_season(s, file.blocks, at_work) for s in file.seasons),
        planning=_planning(file.planning),
        daemon=Daemon(file.daemon.poll.least * 60, file.daemon.poll.most * 60, file.daemon.metrics),
        notify=Notify(file.notify.to, file.notify.digest, file.notify.titles),
        database=database(file.store.database, path.parent, state),
        journal=absolute(file.journal.folder, path.parent) if file.journal.folder else None,
        fresh_minutes=file.sync.fresh,
        rest_rules=rest.rules(file.rest),
    )


def _person(said: schema.Person, average_weeks: int) -> Person:
    stays = tuple(Stay(t.first, t.last, ZoneInfo(t.zone)) for t in said.travel)
    own = said.energy
    return Person(
        where=Whereabouts(ZoneInfo(said.zone), stays),
        hours=tuple(getattr(said.hours, day) for day in WEEKDAYS),
        name=said.name,
        addresses=frozenset(said.addresses),
        contract_minutes=said.contract,
        unpaid_break_minutes=said.unpaid_break,
        basis=said.basis,
        holiday_region=said.holidays,
        public=public(said.holidays, frozenset(YEARS)) if said.holidays else (),
        extra_holidays=frozenset(said.extra_holidays),
        leave_days=said.leave_days,
        leave_carry_over=said.carry_over,
        carry_over_until=said.carry_over_until,
        reference_weeks=average_weeks,
        night=said.night,
        lunch=said.lunch,
        energy=energy.own(own.high, own.low) if own else energy.preset(said.chronotype),
    )


def _account(name: str, said: schema.Account, evidence: Sequence[Evidence], base: Path) -> Account:
    """With ``mail`` where a source of evidence reads by this account's sign-in when mail was sent."""
    made = account(name, said, base)
    asked = any(e.type == "gmail" and e.account == name for e in evidence)
    return replace(made, options=(*made.options, ("mail", True))) if asked else made


def account(name: str, said: schema.Account, base: Path) -> Account:
    """``base`` is the folder that paths are relative to. Keys that are empty or false are left out."""
    return Account(name, said.type, tuple((key, value) for key, value in _options(said, base).items() if value))


def _evidence(said: Evidence, zone: str, base: Path) -> EvidenceSettings:
    options = _options(said, base)
    if said.type == "csv":
        options["zone"] = said.zone or zone
    if said.type == "imap":
        options["port"] = said.port or (993 if said.security == "tls" else 143)
    mail = said.type != "activitywatch" and not options.get("end")
    return EvidenceSettings(said.name, said.type, mail, tuple((key, value) for key, value in options.items() if value))


def _options(said: schema.Account | Evidence, base: Path) -> dict[str, object]:
    options: dict[str, object] = {key: value for key, value in said if key not in ("name", "type")}
    for key in ("path", "client"):
        if options.get(key):
            options[key] = str(absolute(str(options[key]), base))
    return options


def _calendar(said: schema.Calendar) -> CalendarSettings:
    return CalendarSettings(said.name, said.account, said.match or said.name, said.role, said.area, said.privacy)


def _areas(file: schema.File) -> tuple[Area, ...]:
    """The person's own first, then the usual ones they did not mention."""
    own = tuple(Area(name, said.value, said.share) for name, said in file.areas.items())
    return own + tuple(Area(name) for name in DEFAULT_AREAS if name not in file.areas)


def _rule(said: schema.Rule) -> Rule:
    return Rule(
        name=said.name,
        activity=said.activity,
        area=said.area,
        calendars=said.calendars,
        title=said.title,
        categories=said.categories,
        domains=said.domains,
        organizer=said.organizer,
        types=said.types,
        all_day=said.all_day,
        min_minutes=said.at_least,
        max_minutes=said.at_most,
        within=said.within,
        weekdays=said.days or frozenset(),
    )


def _request(said: blocks.BlockBase, kind: Kind, at_work: frozenset[int]) -> Request:
    """``at_work``: weekdays with working hours."""
    days = said.days & at_work if kind in WORKDAYS_ONLY and not said.windows else said.days
    count = blocks.pieces(said, len(days))
    return Request(
        name=said.name,
        title=said.title or said.name[:1].upper() + said.name[1:],
        kind=kind,
        per=said.quota.per,
        count=count,
        min_minutes=said.duration.min,
        ideal_minutes=_ideal(said, count),
        max_minutes=said.duration.max,
        area=said.area,
        weekdays=said.days,
        windows=said.windows,
        spacing_minutes=said.spacing,
        priority=said.priority,
        energy=said.energy,
        after_stretch_minutes=said.after_stretch,
        around=said.around,
        before_minutes=said.before,
        after_minutes=said.after,
        after_late_minutes=said.after_late,
        since=said.since,
        until=said.until,
        follows=said.follows,
        not_next_to=frozenset(said.not_next_to),
        batch=said.batch,
        place=said.place,
        travel_minutes=said.travel,
        flexible=said.flexible,
        private=said.private,
        on_delete=said.on_delete,
        exceptions=EXCEPTIONS if said.exceptions is None and kind is Kind.NON_NEGOTIABLE else said.exceptions,
    )


def _ideal(said: blocks.BlockBase, count: int) -> int:
    """The wished length; of a quota of minutes as long as makes all pieces alike, on the quarter of an hour."""
    lengths: blocks.Durations = said.duration
    if not said.quota.minutes:
        return lengths.ideal
    each = -(-int(said.quota.minutes) // count // 15) * 15
    return max(lengths.min, min(lengths.max, each))


def _goal(said: schema.Goal, seasons: Sequence[schema.Season]) -> Goal:
    wanted = target(said.target)
    shape = goals.shape_of(wanted, said.metric)
    return Goal(
        name=said.name,
        metric=said.metric,
        shape=shape,
        target=goals.figure(wanted, said.metric, said.start, said.by),
        start=said.start,
        deadline=said.by,
        at_most=goals.at_most(wanted),
        baseline=goals.baseline(said.baseline, said.metric),
        of=said.of,
        cadence=said.cadence,
        tolerance=said.tolerance,
        area=said.area,
        why=said.why,
        eased=said.eased,
        share_with=said.share_with,
        total=goals.total(wanted),
        ceiling=goals.ceiling(said.ceiling, shape),
        phases=tuple(_phases(said, seasons)),
    )


def _phases(said: schema.Goal, seasons: Sequence[schema.Season]) -> Iterator[Phase]:
    for season in seasons:
        for changed in season.goals:
            if changed.name == said.name:
                figure = goals.figure(target(changed.target), said.metric, said.start, said.by)
                yield Phase(season.first, season.last, figure)


def _season(said: schema.Season, usual: Sequence[blocks.Block], at_work: frozenset[int]) -> Season:
    base = {b.name: b for b in usual}
    requests = tuple(_seasonal(b, base.get(b.name), at_work) for b in said.blocks)
    return Season(said.name, said.first, said.last, requests, frozenset(said.paused))


def _seasonal(said: blocks.SeasonBlock, base: blocks.Block | None, at_work: frozenset[int]) -> Request:
    kind = said.kind or (base.kind if base else None)
    assert kind is not None, "references.new_season_blocks_have_a_kind"
    return _request(blocks.laid_over(base, said) if base else said, kind, at_work)


def _planning(said: schema.Planning) -> Planning:
    return Planning(
        weeks=said.weeks,
        grid_minutes=said.grid,
        freeze_minutes=said.freeze,
        max_moves_per_day=said.max_moves_per_day,
        daily_rest_minutes=said.daily_rest,
        work_free_day=said.work_free_day,
        white_space_minutes=said.white_space,
        busy_below_alternatives=said.busy_below_alternatives,
        busy_before_minutes=said.busy_before,
        auto_apply=said.auto_apply,
    )
