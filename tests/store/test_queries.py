"""How SQLite finds what a query asks for: what is read again and again must not cost more the longer the history is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from timeblock.store.database import Database, open_database


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    with open_database(f"sqlite://{tmp_path / 'timeblock.db'}") as opened:
        yield opened


def plan(store: Database, query: str) -> list[str]:
    """The tables that are looked at, in order, and how (https://www.sqlite.org/eqp.html)."""
    named = getattr(store.queries, query)
    rows = store.connection.execute(f"EXPLAIN QUERY PLAN {named.sql}", dict.fromkeys(named.parameters)).fetchall()
    return [step for *_, step in rows if step.startswith(("SEARCH", "SCAN"))]


@pytest.mark.parametrize(
    ("query", "indexes"),
    [
        (
            "occurrences",
            [
                "occurrence_start (owner=? AND start_at>? AND start_at<?)",
                "event_1 (owner=? AND id=?)",
                "occurrence_lasting (owner=? AND end_at>?)",
                "event_1 (owner=? AND id=?)",
            ],
        ),
        ("marked", ["event_marked (owner=?)", "resource_1 (", "occurrence_1 (owner=? AND event=? AND n=?)"]),
        ("updates", ["entry_updated (owner=? AND at>?)"]),
        ("run_counts", ["entry_1 (owner=? AND run>?)"]),
        ("traces", ["trace_end (owner=? AND end_at>?)"]),
    ],
)
def test_what_every_run_asks_for_is_found_by_an_index(store: Database, query: str, indexes: list[str]) -> None:
    steps = plan(store, query)
    assert len(steps) == len(indexes)
    assert all(index in step for step, index in zip(steps, indexes, strict=True)), steps


def test_no_query_reads_a_table_from_end_to_end(store: Database) -> None:
    queries = [q for q in store.queries.available_queries if getattr(store.queries, q).parameters]
    assert {q: steps for q in queries if (steps := [s for s in plan(store, q) if s.startswith("SCAN")])} == {}
    assert len(queries) > 50
