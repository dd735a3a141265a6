"""What ``--json`` prints, command by command, and its JSON Schema (draft 2020-12), made from the types themselves."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypedDict, Union, get_args, get_origin, get_type_hints

from timeblock.backtest import Lever, Replayed
from timeblock.cli.jsonform import AS_TEXT, VERSION
from timeblock.cli.render_tables import Check, SignedIn
from timeblock.core.classify import Classified, Tried
from timeblock.core.interval import Interval, Spans
from timeblock.core.journal import Entry as JournalEntry
from timeblock.core.localtime import Week
from timeblock.core.measures import Drain, Measure
from timeblock.core.plan import Certificate
from timeblock.core.problem import Kind
from timeblock.core.progress import Progress
from timeblock.core.referee import Violation
from timeblock.core.rest import Checked
from timeblock.core.review import Review
from timeblock.core.smart import Letter
from timeblock.inspection import Found as Inspected
from timeblock.planner.why import Explained
from timeblock.store.history import Entry, Run
from timeblock.store.weekly import Decision
from timeblock.sync.evidence import Told
from timeblock.sync.pull import Pulled
from timeblock.views.status import Status
from timeblock.views.today import Today


class PlannedBlock(TypedDict):
    """A block of a plan; moments in UTC. ``moved_from``: where it stood before."""

    key: str
    request: str
    title: str
    kind: Kind
    area: str
    start: str
    end: str
    busy: bool
    private: bool
    pinned: bool
    moved_from: Interval | None
    reason: str


class LeftOut(TypedDict):
    """A block that did not fit: why, and what would make room."""

    key: str
    request: str
    kind: Kind
    reason: str
    suggestion: str


class PlanFile(TypedDict):
    """A plan as ``plan -o`` keeps it and ``apply FILE`` reads it; moments in UTC."""

    version: int
    horizon: Interval
    certificate: Certificate | None
    blocks: list[PlannedBlock]
    unplaced: list[LeftOut]


class Changed(TypedDict):
    """What would change in a calendar, and why."""

    change: str
    block: str
    calendar: str
    why: str


class Proposed(TypedDict):
    """The plan, what it would change in calendars, thoughts, and rules that it breaks."""

    plan: PlanFile
    changes: list[Changed]
    ideas: list[str]
    broken: list[Violation]


class Planned(Proposed):
    """The same, and why each block is where it is, or in no place: of every one, or those that were asked about."""

    explained: Explained


class Applied(Proposed):
    """What was written by run ``run`` ("" where there was nothing to write), and the plan."""

    run: str
    written: list[Entry]


class TakenBack(TypedDict):
    """What the undo ``run`` wrote; what it left as it is, and why."""

    run: str
    written: list[Entry]
    left: list[str]


class Measured(TypedDict):
    """The measures of ``span``; those of the weeks around it by id; trends a week; the primary drain; goals."""

    span: Interval
    measures: list[Measure]
    weeks: Mapping[Week, Mapping[str, float | None]]
    trend: Mapping[str, float | None]
    drain: Drain | None
    resting: list[Week]
    goals: list[Progress]


class Classes(TypedDict):
    """What events count as; with ``--explain``, for each of them every rule that was tried."""

    events: list[Classified]
    tried: list[list[Tried]]


class Cost(TypedDict):
    """What reading an account took."""

    requests: int
    bytes: int
    seconds: float


class Read(TypedDict):
    """What changed in calendars and evidence, by name, and what reading each account took."""

    calendars: Mapping[str, Pulled]
    evidence: Mapping[str, Told]
    accounts: Mapping[str, Cost]


class Offered(TypedDict):
    """A calendar of an account, or a source of evidence; ``used_as``: its name in the config."""

    account: str
    name: str
    path: str
    writable: bool
    used_as: str | None
    role: str | None


class Mistaken(TypedDict):
    """A mistake in the config, where the file has it."""

    line: int
    column: int
    key: str
    message: str


class Judged(TypedDict):
    """The config, judged."""

    path: Path
    ok: bool
    mistakes: list[Mistaken]
    warning: str


class Kept(TypedDict):
    """Something that is kept on this machine."""

    name: str
    purpose: str
    paths: list[Path]
    bytes: int
    elsewhere: str
    private: bool


class CalendarUse(TypedDict):
    """A calendar in a new config."""

    name: str
    account: str
    role: str


class Begun(TypedDict):
    """The config that ``init`` wrote, and what to run next."""

    config: Path
    calendars: list[CalendarUse]
    next: list[str]


class Shown(TypedDict):
    """Where the demo is."""

    folder: Path
    config: Path
    page: Path
    ics: Path
    run: str


class New(TypedDict):
    """A goal as understood: its entries for the config, how it is judged, whether it was written."""

    entries: str
    letters: Mapping[str, list[Letter]]
    written: bool


DOCUMENTS: Mapping[str, Any] = {
    "timeblock": Today,
    "apply": Applied,
    "auth": {"accounts": list[SignedIn]},
    "calendars": {"calendars": list[Offered]},
    "check": {"weeks": list[Week], "found": Checked},
    "classify": Classes,
    "config check": Judged,
    "config path": {"path": Path},
    "config show": {"config": Mapping[str, Any]},
    "data show": {"pieces": list[Kept]},
    "demo": Shown,
    "doctor": {"checks": list[Check]},
    "doctor --ics": {"found": Inspected, "reasons": Mapping[str, int]},
    "feed": {"feeds": Mapping[str, str]},
    "goals add": New,
    "goals backtest": {"weeks": Mapping[str, list[Replayed]]},
    "goals check": {"letters": Mapping[str, list[Letter]]},
    "goals levers": {"levers": list[Lever]},
    "goals list": {"goals": list[Progress]},
    "goals show": {"goal": Progress, "decisions": list[Decision]},
    "init": Begun,
    "journal list": {"folder": Path, "entries": list[JournalEntry]},
    "journal search": {"found": list[tuple[JournalEntry, str, str]]},
    "log": {"runs": list[Run]},
    "log RUN": {"entries": list[Entry]},
    "measure": Measured,
    "pin": {"run": str, "written": list[Entry]},
    "plan": Planned,
    "plan -o": PlanFile,
    "rest-week": {"resting": list[Week]},
    "review": {"review": Review},
    "skip": {"run": str, "written": list[Entry]},
    "status": Status,
    "sync": Read,
    "undo": TakenBack,
}
"""What a command prints with ``--json``: that, and ``version``. ``plan -o`` is the file it writes."""


HAVE_A_VERSION = {"plan -o"}
"""Documents with a version of their own."""


def schema(name: str) -> dict[str, object]:
    """The JSON Schema of document ``name`` of :data:`DOCUMENTS`."""
    shapes = _Shapes()
    found = shapes.fields(DOCUMENTS[name])
    if name not in HAVE_A_VERSION:
        found["properties"] = {"version": {"const": VERSION}} | found["properties"]
        found["required"] = ["version", *found["required"]]
    command = "timeblock" if name == "timeblock" else f"timeblock {name}"
    top = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"{command} --json"}
    return top | found | {"$defs": shapes.named}


_MOMENT = {"type": "string", "format": "date-time"}
_OR_NULL: dict[str, object] = {"anyOf": [_MOMENT, {"type": "null"}]}

_PLAIN: Mapping[Any, dict[str, object]] = {
    Any: {},
    object: {},
    NoneType: {"type": "null"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    date: {"type": "string", "format": "date"},
}


class _Shapes:
    """JSON Schemas of types. Those of dataclasses and typed dicts are gathered in ``named``."""

    def __init__(self) -> None:
        self.named: dict[str, object] = {}

    def of(self, kind: Any) -> dict[str, Any]:
        """The schema of the values of a type, in the form that ``jsonform.as_json`` gives them."""
        if get_origin(kind):
            return self._generic(get_origin(kind), get_args(kind))
        if kind in _PLAIN:
            return dict(_PLAIN[kind])
        if issubclass(kind, AS_TEXT):
            return {"type": "string"}
        if issubclass(kind, Enum):
            return {"enum": [member.value for member in kind]}
        return {"type": "array", "items": self.of(Interval)} if kind is Spans else self._named(kind)

    def _generic(self, origin: Any, inner: tuple[Any, ...]) -> dict[str, Any]:
        if origin in (Union, UnionType):
            return {"anyOf": [self.of(one) for one in inner]}
        if origin is Literal:
            return {"enum": list(inner)}
        if issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(inner[1])}
        if origin is tuple and inner[-1] is not ...:
            return {"type": "array", "prefixItems": [self.of(one) for one in inner], "items": False}
        return {"type": "array", "items": self.of(inner[0])}

    def _named(self, kind: Any) -> dict[str, Any]:
        name = f"{kind.__module__.split('.')[-1]}.{kind.__qualname__}"
        if name not in self.named:
            self.named[name] = {}  # it may hold itself
            self.named[name] = self.fields(kind)
        return {"$ref": f"#/$defs/{name}"}

    def fields(self, kind: Any) -> dict[str, Any]:
        """The schema of a dataclass or typed dict itself, or of fields by name."""
        said = {f.name: str(f.type) for f in dataclasses.fields(kind)} if dataclasses.is_dataclass(kind) else {}
        moments = {"Instant": _MOMENT, "Instant | None": _OR_NULL}
        hints = kind if isinstance(kind, dict) else get_type_hints(kind)
        names = list(said or hints)
        told = {} if isinstance(kind, dict) else {"description": " ".join((kind.__doc__ or "").split())}
        return told | {
            "type": "object",
            "properties": {name: moments.get(said.get(name, "")) or self.of(hints[name]) for name in names},
            "required": names,
            "additionalProperties": False,
        }
