"""What the file may say of evidence: one model per kind of source, in the words a person writes."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, field_validator, model_validator

from timeblock.config.values import Name, SecretText, Table, Zone, address, at, on_this_machine


class ImapEvidence(Table):
    """The folder of sent mail on an IMAP server. Without a password, it is the one that ``timeblock auth`` keeps."""

    name: Name
    type: Literal["imap"]
    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Literal["tls", "starttls", "none"] = "tls"
    allow_plain: bool = False
    username: Annotated[str, Field(min_length=1)]
    password: SecretText = None
    folder: str = ""

    @model_validator(mode="after")
    def _safe(self) -> ImapEvidence:
        if self.security == "none" and not self.allow_plain and not on_this_machine(f"//{self.host}"):
            raise at("security", 'your password would be readable to all; use "tls", or add allow_plain = true')
        return self


class GmailEvidence(Table):
    """Sent mail of a Google account, read with the right to see headers and nothing else."""

    name: Name
    type: Literal["gmail"]
    account: str
    endpoint: str = "https://gmail.googleapis.com/gmail/v1/"

    @field_validator("endpoint")
    @classmethod
    def _scheme(cls, url: str) -> str:
        if not (address(url, ("https://", "http://")).startswith("https://") or on_this_machine(url)):
            raise ValueError("http:// shows your sign-in to all; use https:// (http:// is for this machine only)")
        return url


class MboxEvidence(Table):
    """A file (mbox) or folder (Maildir) of sent mail."""

    name: Name
    type: Literal["mbox"]
    path: str


Column: TypeAlias = Annotated[str, Field(coerce_numbers_to_str=True)]


class CsvEvidence(Table):
    """A table of times. ``time`` and ``end`` are columns: by the name in the first row, or by number, from 1.

    With an ``end`` each row is activity from ``time`` to it, else a message that was sent. Times without an offset are
    clock times of ``zone`` (the person's, if left out).
    """

    name: Name
    type: Literal["csv"]
    path: str
    time: Column = "1"
    end: Column = ""
    zone: Zone | None = None


class ActivityWatchEvidence(Table):
    """When the person was at the machine, by ActivityWatch's own watcher of that; no titles, no pages."""

    name: Name
    type: Literal["activitywatch"]
    url: str = "http://localhost:5600/"
    allow_remote: bool = False

    @field_validator("url")
    @classmethod
    def _scheme(cls, url: str) -> str:
        return address(url, ("http://", "https://"))

    @model_validator(mode="after")
    def _here(self) -> ActivityWatchEvidence:
        if not self.allow_remote and not on_this_machine(self.url):
            raise at("url", "ActivityWatch has no sign-in and is read on this machine only, unless allow_remote = true")
        return self


Evidence: TypeAlias = Annotated[
    ImapEvidence | GmailEvidence | MboxEvidence | CsvEvidence | ActivityWatchEvidence, Field(discriminator="type")
]
