"""One class per *reaction*. What is not listed here is a bug and is let out.

The text of an error says what is wrong and what to do about it; the command line prints it as it is.
"""


class TimeblockError(Exception):
    """Base of everything a person is told about; ``exit_code`` is what the command ends with."""

    exit_code = 3


class FixNeeded(TimeblockError):
    """The person can mend it: a config, an argument, a file. The text names file, line and remedy."""

    exit_code = 2


class AuthNeeded(TimeblockError):
    """Sign in (again) to the account named in the text."""

    exit_code = 4


class TryLater(TimeblockError):
    """A calendar could not be reached or asked us to wait; ``at`` (UTC seconds) is the earliest moment to ask again."""

    exit_code = 5

    def __init__(self, message: str, at: int | None = None) -> None:
        super().__init__(message)
        self.at = at


class Forbidden(TimeblockError):
    """The server understood and refuses: no right to do this here. Do not repeat; keep the intent and say so."""

    exit_code = 5


class LookAgain(TimeblockError):
    """What we believed about the other side no longer holds: read, then decide anew."""

    exit_code = 5


class CursorExpired(LookAgain):
    """The sync token is no longer honoured: list everything and prune by comparison."""


class Conflict(LookAgain):
    """A precondition failed: someone else wrote (update, delete), or the id is taken (create)."""


class Gone(LookAgain):
    """The resource is not there."""


class Unsure(LookAgain):
    """A write left, and nobody knows whether it arrived. The next step is a read of that id, never a resend."""


class Incomplete(LookAgain):
    """An answer that cannot be believed whole (empty, cut, not what was asked): the old picture stays."""


def traced(bug: BaseException) -> str:
    """Where it came from, without the texts of the errors: those could hold a title or a password."""
    import traceback

    told: list[str] = []
    behind: BaseException | None = bug
    while behind is not None:
        told += (*traceback.format_tb(behind.__traceback__), f"{type(behind).__qualname__}\n")
        behind = behind.__cause__ or behind.__context__
    return "".join(told)
