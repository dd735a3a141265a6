"""Requests and answers judged by the descriptions that Google publishes of its Calendar and Gmail APIs.

The documents come with google-api-python-client. They know shapes (methods, parameters, fields, types), no meanings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias
from urllib.parse import unquote

Schema: TypeAlias = Mapping[str, Any]

BASE = "/calendar/v3/"
INT32 = range(-(2**31), 2**31)
FORMATS = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"),
}
TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
}


@dataclass(frozen=True)
class Method:
    """One method of the API; ``path`` holds what stands in the address for each name."""

    id: str
    described: Schema
    path: Mapping[str, str]


@cache
def document() -> Schema:
    """Both as one: the names of their schemas differ."""
    folder = files("googleapiclient.discovery_cache.documents")
    read = [json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in ("calendar.v3", "gmail.v1")]
    return {
        "schemas": {name: schema for api in read for name, schema in api["schemas"].items()},
        "parameters": read[0]["parameters"],
        "methods": [(f"/{api['servicePath']}{called['path']}", called) for api in read for called in _methods(api)],
    }


def method(verb: str, path: str) -> Method | None:
    """The method that a request with ``verb`` to ``path`` calls, if the API has it."""
    for address, described in document()["methods"]:
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(address))
        match = re.fullmatch(pattern, path)
        if match and described["httpMethod"] == verb:
            return Method(described["id"], described, {k: unquote(v) for k, v in match.groupdict().items()})
    return None


def _methods(described: Schema) -> Iterator[Schema]:
    yield from described.get("methods", {}).values()
    for resource in described.get("resources", {}).values():
        yield from _methods(resource)


def request_faults(called: Method, query: Sequence[tuple[str, str]], body: object) -> list[str]:
    """What is wrong with a request; ``body`` None for none."""
    found = [*_query(called, query), *_missing_parameters(called, query)]
    expected = called.described.get("request")
    if (body is not None) != (expected is not None):
        return [*found, "a body where none is due" if body is not None else "no body"]
    if expected:
        said = _without_nulls(body) if called.described["httpMethod"] == "PATCH" else body
        found += [*_value(expected, said, "body"), *_missing_fields(called, expected, said)]
    return found


def _without_nulls(body: object) -> object:
    """What a PATCH says apart from what it takes away."""
    if isinstance(body, dict):
        return {name: _without_nulls(value) for name, value in body.items() if value is not None}
    return body


def answer_faults(called: Method, body: object) -> list[str]:
    """What is wrong with the body of a successful answer; None for none."""
    expected = called.described.get("response")
    if expected is None or body is None:
        return [] if (expected is None) == (body is None) else ["a body where none is due, or none where one is"]
    return list(_value(expected, body, "body"))


# ---- parameters ----------------------------------------------------------------------------------------------------


def _query(called: Method, query: Sequence[tuple[str, str]]) -> Iterator[str]:
    known = {**document()["parameters"], **called.described.get("parameters", {})}
    for name, text in query:
        schema = known.get(name)
        if schema is None or schema["location"] != "query":
            yield f"{called.id} has no parameter {name}"
        else:
            yield from _parameter(name, schema, text)
    for name, _ in query:
        if [n for n, _ in query].count(name) > 1 and not known.get(name, {}).get("repeated"):
            yield f"{name} is given twice"


def _parameter(name: str, schema: Schema, text: str) -> Iterator[str]:
    kind = schema["type"]
    if kind == "integer":
        whole = int(text) if re.fullmatch(r"-?\d+", text) else None
        low, high = int(schema.get("minimum", INT32.start)), int(schema.get("maximum", INT32.stop - 1))
        if whole is None or not low <= whole <= high:
            yield f"{name} is {text!r}, not a number from {low} to {high}"
    elif kind == "boolean" and text not in ("true", "false"):
        yield f"{name} is {text!r}, neither true nor false"
    elif kind == "string":
        yield from _string(schema, text, name)


def _missing_parameters(called: Method, query: Sequence[tuple[str, str]]) -> Iterator[str]:
    given = {name for name, _ in query} | called.path.keys()
    for name, schema in called.described.get("parameters", {}).items():
        if schema.get("required") and name not in given:
            yield f"{name} is missing"


# ---- bodies --------------------------------------------------------------------------------------------------------


def _value(schema: Schema, value: object, where: str) -> Iterator[str]:
    if "$ref" in schema:
        yield from _value(document()["schemas"][schema["$ref"]], value, where)
        return
    kind = schema["type"]
    if not isinstance(value, TYPES[kind]) or (kind in ("integer", "number") and isinstance(value, bool)):
        yield f"{where} is {value!r}, no {kind}"
    elif isinstance(value, dict):
        yield from _fields(schema, value, where)
    elif isinstance(value, list):
        for n, entry in enumerate(value):
            yield from _value(schema["items"], entry, f"{where}[{n}]")
    elif isinstance(value, str):
        yield from _string(schema, value, where)
    elif schema.get("format") == "int32" and value not in INT32:
        yield f"{where} is {value}, beyond 32 bits"


def _fields(schema: Schema, value: Mapping[str, object], where: str) -> Iterator[str]:
    for name, entry in value.items():
        described = schema.get("properties", {}).get(name) or schema.get("additionalProperties")
        if described is None:
            yield f"{where} has no field {name}"
        else:
            yield from _value(described, entry, f"{where}.{name}")


def _string(schema: Schema, text: str, where: str) -> Iterator[str]:
    if "enum" in schema and text not in schema["enum"]:
        yield f"{where} is {text!r}, none of {', '.join(schema['enum'])}"
    form = FORMATS.get(schema.get("format", ""))
    if form and not form.fullmatch(text):
        yield f"{where} is {text!r}, no {schema['format']}"


def _missing_fields(called: Method, expected: Schema, body: object) -> Iterator[str]:
    properties = document()["schemas"][expected["$ref"]]["properties"]
    for name, schema in properties.items():
        if called.id in schema.get("annotations", {}).get("required", ()) and not (
            isinstance(body, dict) and name in body
        ):
            yield f"body.{name} is missing"
