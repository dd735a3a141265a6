"""The table of routes. A new page is a module with a view, a template beside it, and a row here."""

from __future__ import annotations

from timeblock.dashboard import accounts, block, goals, journal, measures, plan, review, seasons, week
from timeblock.dashboard.visit import Page, nothing_else

PAGES = (
    Page("/", week.show, "Week", {"/read": week.read}, nothing_else),
    Page(
        "/plan",
        plan.show,
        "Plan",
        {
            "/plan/accept": plan.accept,
            "/plan/accept-one": plan.accept_one,
            "/plan/pin": plan.pin,
            "/plan/skip": plan.skip,
            "/plan/unpin": plan.unpin,
            "/plan/unskip": plan.unskip,
            "/plan/undo": plan.undo,
        },
        nothing_else,
    ),
    Page("/goals", goals.show, "Goals", {"/goals/decide": goals.answer}, nothing_else),
    Page("/measures", measures.show, "Measures", made_of=nothing_else),
    Page("/measure", measures.show_one, made_of=nothing_else),
    Page("/review", review.show, "Review", made_of=review.made_of),
    Page("/journal", journal.show, "Journal", {"/journal/write": journal.write}),
    Page("/seasons", seasons.show, "Seasons", {"/seasons/rest": seasons.rest, "/seasons/work": seasons.work}),
    Page("/block", block.show, made_of=nothing_else),
    Page(
        "/accounts",
        accounts.show,
        "Accounts",
        {"/accounts/feeds": accounts.rotate, "/accounts/no-feeds": accounts.no_feeds},
    ),
)
"""In the order of the navigation."""
