"""The plan as JSON, there and back."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from tests.core.test_referee import SOUND
from tests.planner.life import span
from timeblock.core.plan import Unplaced, from_json, to_json
from timeblock.core.problem import Kind
from timeblock.errors import FixNeeded

FULL_PLAN = replace(
    SOUND,
    blocks=(
        replace(SOUND.blocks[0], moved_from=span("24 18:00", 60), busy=False, private=True, area="family"),
        replace(SOUND.blocks[1], pinned=True),
    ),
    unplaced=(Unplaced("mail/2026-11-23/1", "mail", Kind.BATCH, "no room", "30 min would fit"),),
)


def test_a_plan_comes_back_as_it_was() -> None:
    assert from_json(to_json(FULL_PLAN)) == FULL_PLAN


def test_the_form_of_a_plan() -> None:
    assert to_json(FULL_PLAN)["version"] == 1
    first: Any = to_json(FULL_PLAN)["blocks"]
    assert first[0] == {
        "key": "dinner/2026-W48/1",
        "request": "dinner",
        "title": "Dinner",
        "kind": "non-negotiable",
        "area": "family",
        "start": "2026-11-23T17:00:00Z",
        "end": "2026-11-23T18:00:00Z",
        "busy": False,
        "private": True,
        "pinned": False,
        "moved_from": {"start": "2026-11-24T17:00:00Z", "end": "2026-11-24T18:00:00Z"},
        "reason": "why not",
    }


def _broken(path: tuple[Any, ...], value: Any) -> Any:
    whole: Any = deepcopy(to_json(FULL_PLAN))
    inner = whole
    for step in path[:-1]:
        inner = inner[step]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return whole


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("version",), 2, "version: this timeblock reads version 1"),
        (("horizon", "start"), "soon", "horizon.start: not a moment"),
        (("blocks",), {}, "blocks: must be a list"),
        (("blocks", 1), 3, r"blocks\[1\]: must be an object"),
        (("blocks", 1, "start"), "2026-11-23T17:00:00", r"blocks\[1\].start: has no zone"),
        (("blocks", 1, "end"), "2026-11-23T17:00:00Z", r"blocks\[1\].end: is not after the start"),
        (("blocks", 0, "moved_from", "end"), ..., r"blocks\[0\].moved_from.end: is missing"),
        (("blocks", 0, "busy"), "no", r"blocks\[0\].busy: must be true or false"),
        (("blocks", 0, "kind"), "nap", r"blocks\[0\].kind: nap is none of non-negotiable, rest"),
        (("blocks", 0, "title"), None, r"blocks\[0\].title: must be text"),
        (("blocks", 0, "colour"), "red", r"blocks\[0\].colour: nothing of that name is known"),
        (("unplaced", 0, "reason"), ..., r"unplaced\[0\].reason: is missing"),
        (("unplaced", 0, "x"), 1, r"unplaced\[0\].x: nothing"),
        (("horizon", "x"), 1, "horizon.x: nothing"),
        (("notes",), 1, "notes: nothing"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_by_its_path(path: tuple[Any, ...], value: Any, says: str) -> None:
    with pytest.raises(FixNeeded, match=f"^{says}"):
        from_json(_broken(path, value))


def test_a_file_that_is_no_plan() -> None:
    with pytest.raises(FixNeeded, match=r"^the plan: must be an object"):
        from_json([])


def test_a_block_without_moved_from_has_not_moved() -> None:
    assert from_json(_broken(("blocks", 0, "moved_from"), ...)).blocks[0].moved_from is None
