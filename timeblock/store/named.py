"""The named queries of ``queries/*.sql``, in the words of either database.

Each begins with a line ``-- name: NAME(PARAMETER, …)`` and a mark for what comes of it: none for rows, ``^`` for the
first row, ``!`` for a statement, ``*!`` for one that is run once for each set of parameters. (aiosql reads the same
form; its import alone takes as long as a whole ``timeblock status`` may.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

Adapter: TypeAlias = Literal["sqlite3", "psycopg"]

QUERIES = Path(__file__).with_name("queries")
_HEAD = re.compile(r"^-- name: (\w+)\(([\w, ]+)\)(\^|!|\*!|)$", re.MULTILINE)
_PARAMETER = re.compile(r"(?<![:\w]):(\w+)")
_COMMENT = re.compile(r"^--.*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Query:
    """``parameters`` are those its first line names."""

    sql: str
    parameters: tuple[str, ...]
    mark: str


def queries(adapter: Adapter, folder: Path = QUERIES) -> Mapping[str, Query]:
    """All of them by name, with parameters as the driver wants them."""
    found = {}
    for file in sorted(folder.glob("*.sql")):
        parts = iter(_HEAD.split(file.read_text("utf-8"))[1:])
        for name, parameters, mark, body in zip(parts, parts, parts, parts, strict=True):
            sql = _COMMENT.sub("", body).strip()
            if adapter == "psycopg":
                sql = _PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))
            found[name] = Query(sql, tuple(parameters.split(", ")), mark)
    return found
