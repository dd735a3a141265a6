"""``[rest]`` of the file: which rules the person's weeks are held against, and those of their own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from timeblock.config import phrases
from timeblock.config.values import Minutes, Name, Table, at
from timeblock.core.rest_rules import PROFILES, Rule


class OwnRule(Table):
    """A rule of one's own; ``limit`` is the least or the most, as what it is about has it."""

    name: Name
    about: Literal["daily-rest", "weekly-rest", "break", "week", "average-week", "overtime-month", "overtime-year"]
    limit: Annotated[Minutes, Field(gt=0)]
    alert: bool = False
    source: str = "your own rule"


class Rest(Table):
    profiles: tuple[Literal["eu", "japan", "who"], ...] = ("eu", "who")
    off: tuple[str, ...] = ()
    average_weeks: int = Field(default=17, ge=1, le=52)
    rules: tuple[OwnRule, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Rest:
        names = [rule.name for rule in self.rules]
        known = {*names, *(rule.name for rules in PROFILES.values() for rule in rules)}
        for n, name in enumerate(self.off):
            if name not in known:
                raise at(f"off.{n}", f'there is no rule "{name}"{phrases.near(name, known)}')
        for n, name in enumerate(names):
            if name in names[:n]:
                raise at(f"rules.{n}.name", f'there is another rule "{name}"; each needs its own name')
        return self


def rules(said: Rest) -> tuple[Rule, ...]:
    """Those of the profiles and the person's own, without the ones that are switched off."""
    own = (Rule(r.name, r.about, r.limit, r.source, r.alert) for r in said.rules)
    found = (*(rule for profile in said.profiles for rule in PROFILES[profile]), *own)
    return tuple(rule for rule in found if rule.name not in said.off)
