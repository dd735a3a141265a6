"""Journal entries as Markdown with front matter: readable without us, and readable again by us."""

from __future__ import annotations

import re
from datetime import date

from timeblock.core.journal import CADENCES, PROMPTS, SELF_CHECK, Cadence, Entry


def written(entry: Entry) -> str:
    """The text of an entry. Prompts stand in it as heads, answered or not."""
    head = ["---", f"date: {entry.on}", f"cadence: {entry.cadence}"]
    if entry.self_check:
        head.append(f"self-check: {' '.join(map(str, entry.self_check))}")
    return (
        "\n".join([*head, "---", *(f"\n## {prompt}\n\n{answer}".rstrip() for prompt, answer in entry.answers)]) + "\n"
    )


def blank(cadence: Cadence, on: date) -> Entry:
    """An entry with every prompt of its cadence still to be answered."""
    return Entry(on, cadence, tuple((prompt, "") for prompt in PROMPTS[cadence]))


def read(text: str) -> Entry:
    """The entry of a text; heads that the person added are kept. Raises ValueError where it is no journal entry."""
    match = re.match(r"\s*---\n(.*?)\n---[ \t]*(?:\n|$)(.*)", text.replace("\r\n", "\n"), re.DOTALL)
    if not match:
        raise ValueError("it does not begin with --- and the date of the entry")
    head = dict(re.findall(r"^([\w-]+):[ \t]*(.*?)[ \t]*$", match[1], re.MULTILINE))
    cadence = next((c for c in CADENCES if c == head.get("cadence")), None)
    if cadence is None:
        raise ValueError("its cadence is none of weekly, monthly, quarterly")
    parts = re.split(r"^## +(.+)$", match[2], flags=re.MULTILINE)
    answers = tuple((prompt.strip(), answer.strip()) for prompt, answer in zip(parts[1::2], parts[2::2], strict=True))
    return Entry(date.fromisoformat(head.get("date", "")), cadence, answers, _figures(head.get("self-check", "")))


def _figures(said: str) -> tuple[int, ...]:
    figures = tuple(int(word) for word in said.split() if word in ("1", "2", "3", "4", "5"))
    return figures if len(figures) == len(SELF_CHECK) else ()
