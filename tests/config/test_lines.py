"""Where keys stand in a TOML text."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path as File

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from timeblock.config.lines import Path, line_of, locate

TEXT = '''\
top = 1 # a comment with [brackets] and "quotes"

[a.b]
"odd key" = "x # not a comment"
dotted . key = { inner = [1, 2], more = "}" }
list = [
  "one",   # ] not the end
  [2, 3],
]
text = """
[not.a.table]
not = "a key\\""
"""
literal = \'\'\'
a = 1\'\'\'

[[t]]
k = 1
  [[t.u]]
  k = 2
  [[t.u]]
  k = 3
  [t.u.v]
  k = 4
[[t]]
k = 5
last = 2026-11-23T10:00:00'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 1),
        (("a", "b"), 3),
        (("a", "b", "odd key"), 4),
        (("a", "b", "dotted", "key", "inner", 1), 5),
        (("a", "b", "dotted", "key", "more"), 5),
        (("a", "b", "list", 0), 7),
        (("a", "b", "list", 1, 1), 8),
        (("a", "b", "text"), 10),
        (("a", "b", "literal"), 14),
        (("t", 0), 17),
        (("t", 0, "k"), 18),
        (("t", 0, "u", 1, "k"), 22),
        (("t", 0, "u", 1, "v", "k"), 24),
        (("t", 1, "k"), 26),
        (("t", 1, "last"), 27),
    ],
)
def test_each_key_has_its_line(path: Path, line: int) -> None:
    assert locate(TEXT)[path] == line


def test_what_is_missing_is_shown_at_the_table_around_it() -> None:
    lines = locate(TEXT)
    assert line_of(lines, ("t", 1, "missing")) == 25
    assert line_of(lines, ("nowhere", "at all")) == 1


def leaves(value: object, at: Path = ()) -> Iterator[Path]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*at, key)
        yield from leaves(inner, (*at, key))


def test_no_key_of_the_text_is_left_out() -> None:
    assert set(leaves(tomllib.loads(TEXT))) <= set(locate(TEXT))


def test_no_key_of_the_example_is_left_out() -> None:
    text = (File(__file__).parents[2] / "config.example.toml").read_text("utf-8")
    assert set(leaves(tomllib.loads(text))) <= set(locate(text))


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)
keys = st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True)
values = st.recursive(
    st.one_of(words, st.integers(-9, 9), st.booleans()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60)
@given(st.dictionaries(keys, values, max_size=4))
def test_any_toml_that_is_written_is_found_again(tables: dict[str, object]) -> None:
    text = tomlkit.dumps(tables)
    assert set(leaves(tomllib.loads(text))) <= set(locate(text))
