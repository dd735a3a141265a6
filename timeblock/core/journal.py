"""The journal: what is asked how often, and what was answered. What is written stays on the person's own disk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias, get_args

Cadence: TypeAlias = Literal["weekly", "monthly", "quarterly"]

CADENCES: tuple[Cadence, ...] = get_args(Cadence)
PROMPTS: dict[Cadence, tuple[str, ...]] = {
    "weekly": (
        "Where did this week feel most out of balance?",
        "Which part of the day took most out of you, in body or in mood?",
        "What is one small change that would make the coming days lighter?",
        "What went well, at work and at home, and deserves a small celebration?",
        "What are you grateful for? (Only if you like.)",
    ),
    "monthly": (
        "Which boundary would you draw if you dared?",
        "Which rest do you miss most: for body, mind or feelings, for company, or for meaning?",
        "What might others conclude about when you can be reached, from how you answer them?",
        "What did you promise that was more than there was time for?",
        "What could you hand over, swap or let go?",
        "How could you be kinder to yourself in all this?",
    ),
    "quarterly": (
        "Which values matter most to you now, and would a stranger see them in your calendar?",
        "Where do work and the rest of life pull apart, and which of these knots can be untied?",
        "What is rewarded where you work, and how does it fit what you hold dear?",
        "Where can you be wholly yourself?",
        "Which season of life is this, and what does it ask of you?",
    ),
}
"""Each may be left empty."""

SELF_CHECK = (
    "I am tired in a way that rest does not mend",
    "What used to give me joy leaves me cold",
    "Small things irritate me",
    "I have little left for the people close to me",
    "I feel that I am always behind",
)
"""Answered from 1 (not at all) to 5 (very much)."""
HEAVY = 4
"""An answer from here on weighs."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What was answered on a day: each prompt with its answer, and the five figures (none where not answered)."""

    on: date
    cadence: Cadence
    answers: tuple[tuple[str, str], ...]
    self_check: tuple[int, ...] = ()

    @property
    def heavy(self) -> int:
        """How many of the five weigh."""
        return sum(figure >= HEAVY for figure in self.self_check)


GLAD = PROMPTS["weekly"][3:]
"""Prompts whose answers are no complaint."""
IDEAS: tuple[tuple[str, str, str], ...] = (
    (r"lunch|skipped? (?:a )?meal", "lunch_kept", "at least 4 lunches a week"),
    (r"mail|inbox", "after_hours_emails", "25 % fewer after-hours emails in 8 weeks"),
    (r"evening|late|night|after hours|weekend", "after_hours", "25 % less after-hours work in 8 weeks"),
    (r"overtime|long (?:day|hour)|too much work", "overtime", "2h less overtime a week for 8 weeks"),
    (r"meeting|call(?:s|ed)? all day", "meeting_load", "20 % less meetings in 8 weeks"),
    (r"focus|interrupt|concentrat|deep work", "focus_time", "10 % more focus time in 8 weeks"),
    (r"exercise|gym|sport|run(?:ning)?\b|body", "blocks", "exercise twice a week"),
    (r"famil|child|kids|partner|dinner|friend", "blocks", "dinner with the family twice a week"),
    (r"vacation|holiday|leave|a break from", "leave_used", "all my leave by the end of the year"),
)
"""What an answer speaks of → the metric, and a goal that ``goals add`` understands."""


def drafts(entries: Sequence[Entry], metrics: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Goals that answers hint at, one for each: the answer, and the sentence. ``metrics`` have goals already; what
    went well needs none."""
    found: dict[str, str] = {}
    for entry in entries:
        for prompt, answer in entry.answers:
            if prompt not in GLAD and (sentence := _hinted(answer, metrics)):
                found.setdefault(sentence, answer)
    return tuple((answer, sentence) for sentence, answer in found.items())


def _hinted(answer: str, metrics: Sequence[str]) -> str | None:
    return next((s for pattern, m, s in IDEAS if m not in metrics and re.search(pattern, answer, re.IGNORECASE)), None)
