"""Names with spaces in bash, which takes word for word what it is offered; zsh and fish quote by themselves."""

from __future__ import annotations

import os
import re

from click.shell_completion import BashComplete, CompletionItem, add_completion_class


class Bash(BashComplete):
    """Offers names as they have to be typed: click reads them with ``read``, which takes away one backslash of two."""

    def format_completion(self, item: CompletionItem[str]) -> str:
        kind, _, value = super().format_completion(item).partition(",")
        if kind == "plain" and not _in_quotes():
            value = re.sub(r"([^\w@%+=:,./-])", r"\\\\\1", value)
        return f"{kind},{value}"


def _in_quotes() -> bool:
    """Whether the word that the person is at begins with a quote; bash sets words apart by lines."""
    words = os.environ.get("COMP_WORDS", "").splitlines()
    at = int(os.environ.get("COMP_CWORD", "0"))
    return at < len(words) and words[at].startswith(("'", '"'))


def register() -> None:
    """Instead of click's own."""
    add_completion_class(Bash)
