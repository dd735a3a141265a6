"""What the person did, what should stand, and what to write; each alone, then the laws of all three."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timeblock.core.diff import (
    Adopt,
    Create,
    Delete,
    Observed,
    Release,
    Slot,
    State,
    Update,
    Written,
    accepted,
    as_written,
    changes,
    deletion_guard,
    desired,
    draft_of,
    same,
    standing,
    their_edits,
    together,
)
from timeblock.core.event import CalendarId, Draft, Mark, Resource, block_uid, fingerprint
from timeblock.core.interval import HOUR, MINUTE, Interval
from timeblock.core.localtime import Stay, Whereabouts
from timeblock.core.plan import Block
from timeblock.core.problem import Kind

NOW = int(datetime(2026, 11, 23, 8, tzinfo=UTC).timestamp())
UNTIL = NOW + 14 * 24 * HOUR
OSLO = ZoneInfo("Europe/Oslo")
HOME = Whereabouts(OSLO)
MINE, WORK = CalendarId("home", "mine"), CalendarId("work", "work")
ME = "maya"
KEY = "dinner/2026-W48/1"
SLOT = Slot(MINE, KEY)


def at(hours: float, minutes: int = 60) -> Interval:
    start = NOW + int(hours * HOUR)
    return Interval(start, start + minutes * MINUTE)


def draft(key: str = KEY, when: Interval | None = None, generation: int = 0, calendar: CalendarId = MINE) -> Draft:
    uid = block_uid(ME, calendar, key, generation)
    return Draft(uid, key, generation, when or at(10), "Europe/Oslo", "Dinner")


def stands(of: Draft, calendar: CalendarId = MINE, version: str = "1") -> Observed:
    """``of`` as its calendar has it, just written."""
    resource = Resource(calendar, f"{of.uid}.ics", version, "")
    return Observed(Slot(calendar, of.key), of.mark, resource, of.interval, of.summary, of.busy)


def wrote(of: Draft, state: State = State.LIVE, calendar: CalendarId = MINE) -> Written:
    return Written(Slot(calendar, of.key), of, f"{of.uid}.ics", "1", state)


def edits(
    observed: Iterable[Observed], written: Iterable[Written], on_delete: str = "skip", complete: bool = True
) -> tuple[Adopt | Release, ...]:
    requests = {"dinner": on_delete}
    return their_edits(observed, written, {MINE} if complete else (), requests, ME)  # type: ignore[arg-type]


def block(key: str = KEY, when: Interval | None = None, title: str = "Dinner", *, busy: bool = True) -> Block:
    return Block(key, "dinner", title, Kind.NON_NEGOTIABLE, "family", when or at(10), busy=busy)


def wanted(
    blocks: Sequence[Block], written: Iterable[Written] = (), twins: Sequence[CalendarId] = ()
) -> dict[Slot, Draft]:
    return desired(blocks, MINE, twins, ME, HOME, written)


# ---- what the person did -------------------------------------------------------------------------------------------


def test_what_stands_as_written_is_no_edit() -> None:
    assert edits([stands(draft())], [wrote(draft())]) == ()


@pytest.mark.parametrize("to", [at(12), at(10, 90)], ids=["moved", "resized"])
def test_moved_or_resized_is_pinned(to: Interval) -> None:
    (edit,) = edits([replace(stands(draft()), interval=to)], [wrote(draft())])
    assert isinstance(edit, Adopt)
    assert (edit.written.state, edit.written.draft.interval, edit.why) == (State.PINNED, to, "you moved")


def test_renamed_stays_the_plans_to_move_and_keeps_the_title() -> None:
    (edit,) = edits([replace(stands(draft()), summary="With Anna")], [wrote(draft())])
    assert edit.written.state is State.LIVE
    moved = wanted([block(when=at(12))], [edit.written])[SLOT]
    assert (moved.summary, moved.interval) == ("With Anna", at(12))


def test_a_title_they_chose_is_known_by_the_mark_wherever_it_is_read() -> None:
    (edit,) = edits([replace(stands(draft()), summary="With Anna")], [wrote(draft())])
    moved = wanted([block(when=at(12))], [edit.written])[SLOT]
    (again,) = edits([stands(moved)], [])
    assert again.written.state is State.LIVE
    assert wanted([block()], [again.written])[SLOT].summary == "With Anna"


def test_an_order_to_stay_is_known_by_the_mark_wherever_it_is_read() -> None:
    held = replace(draft(), theirs=frozenset({"interval"}))
    for known in ([], [wrote(draft())]):
        (edit,) = edits([stands(held)], known)
        assert edit.written.state is State.PINNED
        assert edit.written.draft.theirs == {"interval"}
    assert edits([stands(held)], [wrote(held, State.PINNED)]) == ()


def test_a_title_they_chose_outlives_a_plan_that_had_no_room() -> None:
    (edit,) = edits([replace(stands(draft()), summary="With Anna")], [wrote(draft())])
    taken_away = replace(edit.written, state=State.REMOVED)
    again = wanted([block()], [taken_away])[SLOT]
    assert (again.summary, again.generation) == ("With Anna", 1)


def test_free_or_busy_as_they_marked_it_is_kept() -> None:
    (edit,) = edits([replace(stands(draft()), busy=False)], [wrote(draft())])
    assert edit.why == "you marked free"
    assert not wanted([block()], [edit.written])[SLOT].busy


@pytest.mark.parametrize(("on_delete", "state"), [("skip", State.SKIPPED), ("replan", State.REMOVED)])
@pytest.mark.parametrize("was", [State.LIVE, State.PINNED])
def test_deleted_is_released(on_delete: str, state: State, was: State) -> None:
    (edit,) = edits([], [wrote(draft(), was)], on_delete)
    assert isinstance(edit, Release)
    assert edit.written.state is state


def test_missing_where_not_all_was_read_is_no_deletion() -> None:
    assert edits([], [wrote(draft())], complete=False) == ()


@pytest.mark.parametrize("state", [State.SKIPPED, State.REMOVED])
def test_gone_is_where_we_thought_it_was(state: State) -> None:
    assert edits([], [wrote(draft(), state)]) == ()


@pytest.mark.parametrize("state", [State.SKIPPED, State.REMOVED])
def test_what_they_put_back_is_believed(state: State) -> None:
    (edit,) = edits([stands(draft())], [wrote(draft(), state)])
    assert edit.written.state is State.LIVE
    assert edits([stands(draft())], [wrote(draft(), state)], complete=False) == ()


def test_with_guests_or_a_rule_it_is_theirs() -> None:
    (edit,) = edits([replace(stands(draft()), hands_off=True)], [wrote(draft())])
    assert edit.written.state is State.PINNED
    assert edits([replace(stands(draft()), hands_off=True)], [edit.written]) == ()


def test_what_is_pinned_stays_pinned_wherever_they_move_it() -> None:
    (edit,) = edits([stands(draft())], [wrote(draft(when=at(12)), State.PINNED)])
    assert edit.written.state is State.PINNED


def test_what_another_machine_moved_stays_the_plans() -> None:
    (edit,) = edits([stands(draft(when=at(12)))], [wrote(draft())])
    assert edit.written.state is State.LIVE


def test_the_next_generation_from_another_machine_is_taken_over() -> None:
    (edit,) = edits([stands(draft(generation=1))], [wrote(draft())])
    assert edit.written.draft.uid == block_uid(ME, MINE, KEY, 1)


@pytest.mark.parametrize("state", [State.LIVE, State.SKIPPED])
def test_what_is_still_to_be_found_out_is_not_the_persons_doing(state: State) -> None:
    unsure = replace(wrote(draft(), state), unsure=True)
    assert edits([], [unsure]) == ()
    assert edits([stands(draft())], [unsure]) == ()
    (edit,) = edits([replace(stands(draft()), interval=at(12))], [unsure])
    assert (edit.written.state, edit.written.unsure) == (State.PINNED, False)


# ---- a memory that was lost ----------------------------------------------------------------------------------------


def test_found_as_we_wrote_it_is_live_again() -> None:
    (edit,) = edits([stands(draft())], [])
    assert (edit.written.state, edit.written.draft.uid) == (State.LIVE, draft().uid)


@pytest.mark.parametrize("what", [{"interval": at(12)}, {"summary": "x"}, {"hands_off": True}])
def test_found_changed_is_pinned(what: dict[str, object]) -> None:
    (edit,) = edits([replace(stands(draft()), **what)], [])  # type: ignore[arg-type]
    assert edit.written.state is State.PINNED


def numbered(*numbers: int) -> list[Observed]:
    return [stands(draft(f"dinner/2026-W48/{n}", at(10 + n))) for n in numbers]


def test_numbers_missing_below_the_highest_were_deleted() -> None:
    released = [e for e in edits(numbered(2, 4), []) if isinstance(e, Release)]
    assert [e.slot.key for e in released] == ["dinner/2026-W48/1", "dinner/2026-W48/3"]
    assert {e.written.state for e in released} == {State.SKIPPED}


@pytest.mark.parametrize(
    "case",
    ["a memory that is there", "not read in full", "may be planned anew"],
)
def test_missing_numbers_say_nothing_otherwise(case: str) -> None:
    written = [wrote(draft("lunch/2026-11-23/1"), State.REMOVED)] if case == "a memory that is there" else []
    on_delete = "replan" if case == "may be planned anew" else "skip"
    found = edits(numbered(2), written, on_delete, complete=case != "not read in full")
    assert [type(e) for e in found] == [Adopt]


def test_names_of_buffers_are_not_numbers() -> None:
    assert (
        len(edits([stands(draft("travel/2026-11-23/9f3a2b-before")), stands(draft("travel/2026-11-23/123456-x"))], []))
        == 2
    )


# ---- what should stand ---------------------------------------------------------------------------------------------


def test_a_block_is_one_line_in_its_own_zone() -> None:
    there = Whereabouts(OSLO, (Stay(date(2026, 11, 23), date(2026, 11, 30), ZoneInfo("Asia/Tokyo")),))
    made = desired([block(title=" Dinner\r\nATTENDEE:x\x00 ")], MINE, (), ME, there, ())[SLOT]
    assert (made.summary, made.zone, made.categories) == ("Dinner ATTENDEE:x", "Asia/Tokyo", ("family",))


def test_a_twin_tells_nothing() -> None:
    made = wanted([replace(block(), private=True)], twins=[WORK])
    assert (made[SLOT].summary, made[SLOT].private) == ("Dinner", True)
    twin = made[Slot(WORK, KEY)]
    assert (twin.summary, twin.private, twin.categories, twin.description) == ("Busy", True, (), "")
    assert twin.uid == block_uid(ME, WORK, KEY, 0)


def test_what_is_skipped_has_no_twin_either() -> None:
    assert wanted([block()], [wrote(draft(), State.SKIPPED)], [WORK]) == {}


def test_a_twin_that_was_deleted_stays_away_alone() -> None:
    assert list(wanted([block()], [wrote(draft(calendar=WORK), State.SKIPPED, WORK)], [WORK])) == [SLOT]


def test_a_twin_follows_a_pinned_block_that_the_plan_does_not_name() -> None:
    made = wanted([], [wrote(draft(when=at(12)), State.PINNED)], [WORK])
    assert made[Slot(WORK, KEY)].interval == at(12)


def test_what_was_removed_gets_another_id() -> None:
    made = wanted([block()], [wrote(draft(generation=2), State.REMOVED)])[SLOT]
    assert (made.generation, made.uid) == (3, block_uid(ME, MINE, KEY, 3))


# ---- what to write -------------------------------------------------------------------------------------------------


def test_what_is_missing_is_created() -> None:
    (change,) = changes(wanted([block()]), [], [], NOW, UNTIL)
    assert isinstance(change, Create)


def test_what_is_equal_is_left() -> None:
    assert changes(wanted([block()], [wrote(draft())]), [stands(draft())], [wrote(draft())], NOW, UNTIL) == ()


@pytest.mark.parametrize(
    ("planned", "why"),
    [(block(when=at(12)), "moved"), (block(title="Supper"), "renamed"), (block(busy=False), "free now")],
)
def test_what_differs_is_updated(planned: Block, why: str) -> None:
    (change,) = changes(wanted([planned], [wrote(draft())]), [stands(draft())], [wrote(draft())], NOW, UNTIL)
    assert isinstance(change, Update)
    assert (change.why, change.before, change.base.version) == (why, draft(), "1")


def test_what_is_not_planned_any_more_is_deleted() -> None:
    (change,) = changes({}, [stands(draft())], [wrote(draft())], NOW, UNTIL)
    assert isinstance(change, Delete)
    assert change.becomes is State.REMOVED


def test_of_two_generations_the_newest_stands_unless_the_person_touched_the_other() -> None:
    old, new = stands(draft()), stands(draft(generation=1))
    assert together([old, new]) == replace(new, spares=(old,))
    moved = replace(old, interval=at(11))
    assert together([new, moved]) == replace(moved, spares=(new,))


def test_a_spare_goes_and_the_guard_does_not_count_it() -> None:
    old, new = stands(draft()), stands(draft(generation=1))
    found = changes(wanted([block()]), [together([old, new])], [wrote(draft(generation=1))], NOW, UNTIL)
    assert [(type(c), c.becomes, c.base) for c in found if isinstance(c, Delete)] == [
        (Delete, State.LIVE, old.resource)
    ]
    assert deletion_guard(found * 9, 9) == ""


def test_a_second_version_that_the_person_made_theirs_is_left() -> None:
    both = together([replace(stands(draft()), interval=at(11)), replace(stands(draft(generation=1)), interval=at(12))])
    assert changes({}, [both], [wrote(draft(generation=1), State.PINNED)], NOW, UNTIL) == ()


PINNED = wrote(draft(), State.PINNED)
BEGUN = draft(when=at(-0.5))
BEYOND = draft(when=Interval(UNTIL, UNTIL + HOUR))


@pytest.mark.parametrize(
    ("observed", "written"),
    [
        (stands(draft()), PINNED),
        (replace(stands(draft()), hands_off=True), wrote(draft())),
        (stands(BEGUN), wrote(BEGUN)),
        (replace(stands(draft()), interval=at(11)), wrote(draft())),
        (stands(draft()), None),
        (stands(draft()), wrote(draft(), State.SKIPPED)),
    ],
    ids=["pinned", "hands off", "begun", "edited, not yet believed", "never believed", "thought to be gone"],
)
@pytest.mark.parametrize("plan", [[], [block(when=at(12))]], ids=["not planned", "planned elsewhere"])
def test_left_alone(observed: Observed, written: Written | None, plan: list[Block]) -> None:
    known = [written] if written else []
    if written is None and plan:
        known = []
    assert changes(wanted(plan, known), [observed], known, NOW, UNTIL) == ()


def test_beyond_the_horizon_nothing_is_judged() -> None:
    assert changes({}, [stands(BEYOND)], [wrote(BEYOND)], NOW, UNTIL) == ()


def test_nothing_is_moved_into_the_past_or_made_there() -> None:
    plan = [block(when=at(-2))]
    assert changes(wanted(plan, [wrote(draft())]), [stands(draft())], [wrote(draft())], NOW, UNTIL) == ()
    assert changes(wanted(plan), [], [], NOW, UNTIL) == ()


def test_what_was_not_read_is_not_made_twice() -> None:
    assert changes(wanted([block()], [wrote(draft())]), [], [wrote(draft())], NOW, UNTIL) == ()


def test_a_guard_against_deleting_much() -> None:
    doomed = [Delete(SLOT, stands(draft()).resource, draft(), "")] * 6
    assert deletion_guard(doomed[:5], 5) == ""
    assert deletion_guard(doomed, 20) == ""
    assert "6 of 19" in deletion_guard(doomed, 19)
    assert deletion_guard(doomed, 19, allow=True) == ""


def test_blocks_to_come_are_counted() -> None:
    gone = wrote(draft("a/b/1"), State.REMOVED)
    assert standing([wrote(draft()), wrote(draft("a/b/2", at(-5))), gone, PINNED], NOW) == 2


# ---- laws ----------------------------------------------------------------------------------------------------------

KEYS = [f"dinner/2026-W48/{n}" for n in range(1, 5)]
PLANS = st.dictionaries(st.sampled_from(KEYS), st.integers(1, 40).map(at)).map(
    lambda plan: [block(key, when) for key, when in plan.items()]
)
HANDS = st.dictionaries(
    st.sampled_from(KEYS),
    st.one_of(
        st.just("delete"),
        st.builds(lambda when: {"interval": when}, st.integers(1, 40).map(at)),
        st.builds(lambda title: {"summary": title}, st.sampled_from(["Dinner", "With Anna"])),
        st.builds(lambda busy: {"busy": busy}, st.booleans()),
    ),
)


class Side:
    """A calendar and a memory, with pure hands."""

    def __init__(self) -> None:
        self.events: dict[Slot, Observed] = {}
        self.known: dict[Slot, Written] = {}

    def decide(self, plan: Sequence[Block]) -> tuple[Create | Update | Delete, ...]:
        found = their_edits(self.events.values(), self.known.values(), {MINE, WORK}, {}, ME)
        self.known = {w.slot: w for w in accepted(self.known.values(), found)}
        aims = desired(plan, MINE, [WORK], ME, HOME, self.known.values())
        return changes(aims, self.events.values(), self.known.values(), NOW, UNTIL)

    def apply(self, plan: Sequence[Block]) -> None:
        for change in self.decide(plan):
            slot = change.slot
            if isinstance(change, Delete):
                del self.events[slot]
                self.known[slot] = wrote(change.before, State.REMOVED, slot.calendar)
            else:
                self.events[slot] = stands(change.draft, slot.calendar)
                self.known[slot] = wrote(change.draft, State.LIVE, slot.calendar)

    def by_hand(self, hands: dict[str, object]) -> None:
        for key, what in hands.items():
            slot = Slot(MINE, key)
            if slot in self.events and isinstance(what, dict):
                self.events[slot] = replace(self.events[slot], **what)
            elif slot in self.events:
                del self.events[slot]


@settings(max_examples=150)
@given(st.lists(st.tuples(PLANS, HANDS), max_size=4), PLANS)
def test_diff_then_apply_then_diff_is_empty(
    life: list[tuple[list[Block], dict[str, object]]], plan: list[Block]
) -> None:
    side = Side()
    for each, hands in life:
        side.apply(each)
        side.by_hand(hands)
    side.apply(plan)
    assert side.decide(plan) == ()


@settings(max_examples=150)
@given(PLANS, HANDS, PLANS, PLANS)
def test_what_the_person_did_is_never_overwritten(
    plan: list[Block], hands: dict[str, object], second: list[Block], third: list[Block]
) -> None:
    side = Side()
    side.apply(plan)
    before = dict(side.events)
    side.by_hand(hands)
    after = dict(side.events)
    side.apply(second)
    side.apply(third)
    for key in hands:
        slot = Slot(MINE, key)
        if slot in before and slot not in after:
            assert slot not in side.events
        elif slot in after and after[slot].interval != before[slot].interval:
            assert side.events[slot] == after[slot]
        elif slot in after and slot in side.events and side.events[slot].mark.generation == 0:
            theirs = after[slot]
            if theirs.summary != before[slot].summary:
                assert side.events[slot].summary == theirs.summary
            if theirs.busy != before[slot].busy:
                assert side.events[slot].busy == theirs.busy


@settings(max_examples=100)
@given(PLANS, HANDS, PLANS)
def test_a_lost_memory_changes_nothing_that_stands_as_planned(
    plan: list[Block], hands: dict[str, object], second: list[Block]
) -> None:
    side = Side()
    side.apply(plan)
    side.by_hand(hands)
    moved = {s: o for s, o in side.events.items() if not as_written(o)}
    side.known = {}
    side.apply(second)
    assert {slot: side.events.get(slot) for slot in moved} == moved
    assert side.decide(second) == ()


@given(st.integers(0, 3), st.text(max_size=5), st.booleans(), st.sampled_from([(), ("summary",), ("busy", "summary")]))
def test_a_draft_survives_being_written_and_read(n: int, title: str, busy: bool, theirs: tuple[str, ...]) -> None:
    made = replace(draft(generation=n), summary=title, busy=busy, theirs=frozenset(theirs))
    read = stands(made)
    assert same(read, made)
    assert as_written(read)
    assert draft_of(read, ME, made) == made


def test_a_mark_says_who_chose() -> None:
    chosen = fingerprint((at(1), "x", True, None), frozenset({"summary"}))
    assert chosen != fingerprint((at(1), "x", True, None))
    assert Mark(KEY, 0, chosen) == replace(draft(when=at(1)), summary="x", theirs=frozenset({"summary"})).mark
