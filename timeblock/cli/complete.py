"""What a shell may offer for a name: the config's own words and the store's, as they stand; nothing is judged here.

Each of these is the ``shell_complete`` of an argument or option. Where something is wrong there is nothing to offer:
the command itself tells what.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from timeblock.errors import TimeblockError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from timeblock.store.database import Database

Names: TypeAlias = Iterable[tuple[str, str]]
"""Each with a word about it."""
Offer: TypeAlias = "Callable[[click.Context, click.Parameter, str], list[CompletionItem[str]]]"

WEEKS = 9
"""How many weeks are offered."""


def _offer(found: Callable[[click.Context], Names]) -> Offer:
    """Those of ``found`` that go on as the person began, whatever the case."""

    def offer(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem[str]]:
        from click.shell_completion import CompletionItem

        with suppress(TimeblockError, OSError, ValueError, LookupError, TypeError, AttributeError):
            start = begun.casefold()
            return [
                CompletionItem(name, help=about) for name, about in found(context) if name.casefold().startswith(start)
            ]
        return []

    return offer


def _tables(context: click.Context) -> tuple[Path, dict[str, Any]]:
    """The config, wherever the person said that it is."""
    import tomllib

    from timeblock.config.places import find, text_of

    path = find(context.find_root().params.get("config_path"), os.environ)
    return path, tomllib.loads(text_of(path))


def _named(section: str, about: str) -> Offer:
    """The names in an array of tables, each with what stands at ``about``."""
    return _offer(lambda context: [(t["name"], str(t.get(about, ""))) for t in _tables(context)[1].get(section, ())])


def _keys(section: str, about: str) -> Callable[[click.Context], Names]:
    return lambda context: [(key, str(t.get(about, ""))) for key, t in _tables(context)[1].get(section, {}).items()]


goals = _named("goals", "target")
calendars = _named("calendars", "role")
requests = _named("blocks", "kind")
areas = _offer(_keys("areas", "value"))


@_offer
def accounts(context: click.Context) -> Iterator[tuple[str, str]]:
    """Accounts and sources of evidence."""
    yield from _keys("accounts", "type")(context)
    yield from ((t["name"], t["type"]) for t in _tables(context)[1].get("evidence", ()))


@_offer
def measures(_: click.Context) -> Iterator[tuple[str, str]]:
    from timeblock.core.definitions import DEFINITIONS

    for name, definition in DEFINITIONS.items():
        yield name, definition.text.split(". ")[0]


@_offer
def blocks(context: click.Context) -> Names:
    """Keys of the blocks that stand and are not over."""
    from timeblock.cli.app import App
    from timeblock.store.names import coming_blocks

    return _stored(context, lambda db: [(key, "") for key in coming_blocks(db, App().now)])


@_offer
def runs(context: click.Context) -> Names:
    from timeblock.store.names import last_runs

    return _stored(context, last_runs)


def _stored(context: click.Context, found: Callable[[Database], Names]) -> Names:
    """From the store, where there is one."""
    from timeblock.config.places import database, state_dir
    from timeblock.store.database import open_database, sqlite_path

    path, said = _tables(context)
    url = database(said.get("store", {}).get("database", ""), path.parent, state_dir(os.environ))
    file = sqlite_path(url)
    if file and not file.is_file():
        return ()
    with open_database(url) as db:
        return list(found(db))


def _weeks(step: int) -> Offer:
    def found(_: click.Context) -> Iterator[tuple[str, str]]:
        from datetime import UTC, datetime

        from timeblock.cli.app import App
        from timeblock.core.localtime import Week

        this = Week.of(datetime.fromtimestamp(App().now, UTC).date())
        for n in range(WEEKS):
            week = this.plus(n * step)
            yield str(week), f"{week.monday:%-d %b} to {week.days()[-1]:%-d %b}"

    return _offer(found)


past_weeks, coming_weeks = _weeks(-1), _weeks(1)
