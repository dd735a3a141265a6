"""How SQLite finds what a query asks for: what is read again and again must not cost more the longer the history is."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from timeblock import store as store_package
from timeblock.store.database import Database, open_database
from timeblock.store.named import queries

STORE = Path(store_package.__path__[0])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    with open_database(f"sqlite://{tmp_path / 'timeblock.db'}") as opened:
        yield opened


def plan(store: Database, query: str) -> list[str]:
    """The tables that are looked at, in order, and how (https://www.sqlite.org/eqp.html)."""
    named = store.queries[query]
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
                "occurrence_run (owner=? AND start_at>? AND start_at<?)",
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
    assert {q: steps for q in store.queries if (steps := [s for s in plan(store, q) if s.startswith("SCAN")])} == {}
    assert len(store.queries) > 50


def test_each_query_names_the_parameters_that_it_takes() -> None:
    for name, query in queries("sqlite3").items():
        assert set(re.findall(r"(?<!:):([a-z_]+)", query.sql)) == set(query.parameters), name


MARKS = {"rows": "", "row": "^", "run": "!", "many": "*!", "bulk": "*!"}


def test_each_query_is_asked_for_and_as_it_is_marked() -> None:
    code = "".join(file.read_text() for file in STORE.glob("*.py"))
    asked = re.findall(r"db\.(rows|row|run|many|bulk)\(\s*\"(\w+)\"", code)
    assert {(name, MARKS[method]) for method, name in asked} == {(n, q.mark) for n, q in queries("sqlite3").items()}


def test_a_sign_that_the_driver_would_read_is_doubled(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("-- name: like(owner)\n-- Of some.\nSELECT 'x%'::text WHERE a = :owner;\n")
    assert queries("sqlite3", tmp_path)["like"].sql == "SELECT 'x%'::text WHERE a = :owner;"
    assert queries("psycopg", tmp_path)["like"].sql == "SELECT 'x%%'::text WHERE a = %(owner)s;"
