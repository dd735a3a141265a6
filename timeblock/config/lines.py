"""Where each key of a TOML text stands, so that a mistake can be shown with its line.

Only for text that ``tomllib`` has accepted: the scan trusts that and checks nothing. tomllib and tomlkit both give
values without places, hence this file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""``("blocks", 0, "windows", 1)``: keys of tables and indices of arrays, from the root."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|' r"'''.*?'{3,5}|" r'"(?:\\.|[^"\\\n])*"|' r"'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}\n#]+")


def locate(text: str) -> dict[Path, int]:
    """The line (from 1) of every table header, key and array element."""
    scan = _Scan(text)
    scan.document()
    return scan.lines


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of ``path``, or of the nearest thing around it; 1 for the file as a whole."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Scan:
    """A cursor over the text; each method eats what it is named after."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}
        self._counted_to, self._line = 0, 1

    def document(self) -> None:
        table: Path = ()
        self.blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.blank()

    def blank(self) -> None:
        """White space, line ends and comments."""
        match = _BLANK.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def header(self) -> Path:
        """``[a.b]`` or ``[[a.b]]``, whose path it returns; elements of arrays of tables are counted."""
        line, array = self.line(), self.text.startswith("[[", self.at)
        self.at += 2 if array else 1
        keys = self.key()
        self.at += 2 if array else 1
        parent = self.latest((), keys[:-1])
        path: Path = (*parent, keys[-1])
        if array:
            self.counts[path] = self.counts.get(path, -1) + 1
            path = (*path, self.counts[path])
        self.mark_all(path, line)
        self.lines[path] = line
        return path

    def latest(self, base: Path, keys: tuple[str, ...]) -> Path:
        """The path of ``keys`` below ``base``, where an array of tables stands for its last element."""
        for key in keys:
            base = (*base, key)
            if base in self.counts:
                base = (*base, self.counts[base])
        return base

    def pair(self, table: Path) -> None:
        """``key = value``."""
        line = self.line()
        keys = self.key()
        path: Path = (*table, *keys)
        self.mark_all(path, line)
        self.blank()
        self.at += 1  # the equals sign
        self.blank()
        self.value(path)

    def key(self) -> tuple[str, ...]:
        """A key, dotted or not, and the white space and dots around its parts."""
        parts: list[str] = []
        while True:
            self.blank()
            match = _STRING.match(self.text, self.at) or _BARE.match(self.text, self.at)
            assert match is not None
            parts.append(_unquoted(match[0]))
            self.at = match.end()
            self.blank()
            if self.text[self.at] != ".":
                return tuple(parts)
            self.at += 1

    def value(self, path: Path) -> None:
        match self.text[self.at]:
            case "[":
                self.array(path)
            case "{":
                self.inline_table(path)
            case _:
                match = _STRING.match(self.text, self.at) or _SCALAR.match(self.text, self.at)
                assert match is not None
                self.at = match.end()

    def array(self, path: Path) -> None:
        self.at += 1
        index = 0
        self.blank()
        while self.text[self.at] != "]":
            self.lines[(*path, index)] = self.line()
            self.value((*path, index))
            index += 1
            self.comma()
        self.at += 1

    def inline_table(self, path: Path) -> None:
        self.at += 1
        self.blank()
        while self.text[self.at] != "}":
            self.pair(path)
            self.comma()
        self.at += 1

    def comma(self) -> None:
        self.blank()
        if self.text[self.at] == ",":
            self.at += 1
            self.blank()

    def mark_all(self, path: Path, line: int) -> None:
        """``path`` and what it lies in, unless that has a place of its own."""
        for depth in range(1, len(path) + 1):
            self.lines.setdefault(path[:depth], line)

    def line(self) -> int:
        """The line of the cursor, counted on from the last time."""
        self._line += self.text.count("\n", self._counted_to, self.at)
        self._counted_to = self.at
        return self._line


def _unquoted(key: str) -> str:
    """A key without its quotes. Escapes stay: keys with escapes are nobody's settings."""
    return key[1:-1] if key[0] in "\"'" else key
