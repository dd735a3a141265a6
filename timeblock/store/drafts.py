"""Drafts and changes as JSON: what the outbox and the log keep. Whatever has its default is left out."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from typing import Any, TypeAlias

from timeblock.core.diff import Create, Delete, Slot, State, Update
from timeblock.core.event import Draft, EventType, Resource
from timeblock.core.interval import Interval

Writing: TypeAlias = Create | Update | Delete

PLAIN = tuple(f for f in fields(Draft) if f.name not in ("interval", "categories", "type", "theirs"))


def draft_text(draft: Draft | None) -> str | None:
    return None if draft is None else _text(_draft(draft))


def draft_of(text: str | None) -> Draft | None:
    """The draft that :func:`draft_text` made ``text`` of."""
    return None if text is None else _read_draft(json.loads(text))


def change_text(change: Writing | None) -> str | None:
    return None if change is None else _text(_change(change))


def change_of(slot: Slot, text: str | None) -> Writing | None:
    """The change of ``slot`` that :func:`change_text` made ``text`` of."""
    if text is None:
        return None
    said: dict[str, Any] = json.loads(text)
    why, becomes = said["why"], State(said["becomes"])
    if "base" not in said:
        return Create(slot, _read_draft(said["draft"]), why, becomes)
    base, before = Resource(slot.calendar, *said["base"]), _read_draft(said["before"])
    if "draft" not in said:
        return Delete(slot, base, before, why, becomes)
    return Update(slot, _read_draft(said["draft"]), base, before, why, becomes)


def _change(change: Writing) -> dict[str, object]:
    said: dict[str, object] = {"why": change.why, "becomes": change.becomes}
    if isinstance(change, Create | Update):
        said["draft"] = _draft(change.draft)
    if isinstance(change, Update | Delete):
        said["base"] = (change.base.href, change.base.version, change.base.body)
        said["before"] = _draft(change.before)
    return said


def _draft(draft: Draft) -> dict[str, object]:
    said = {f.name: value for f in PLAIN if (value := getattr(draft, f.name)) != f.default or f.default is MISSING}
    said["interval"] = (draft.interval.start, draft.interval.end)
    if draft.categories:
        said["categories"] = draft.categories
    if draft.type is not EventType.DEFAULT:
        said["type"] = draft.type
    if draft.theirs:
        said["theirs"] = sorted(draft.theirs)
    return said


def _read_draft(said: dict[str, Any]) -> Draft:
    return Draft(
        interval=Interval(*said["interval"]),
        categories=tuple(said.get("categories", ())),
        type=EventType(said.get("type", EventType.DEFAULT)),
        theirs=frozenset(said.get("theirs", ())),
        **{f.name: said[f.name] for f in PLAIN if f.name in said},
    )


def _text(said: dict[str, object]) -> str:
    return json.dumps(said, separators=(",", ":"))
