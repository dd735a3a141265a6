"""Sent mail of a Gmail account, by the scope that shows headers and labels and nothing else (``gmail.metadata``).

Of each message in SENT the Date header and Google's own date are asked for by name, so that no subject, address or
snippet is in any answer. First all messages are listed, newest first; then what was added since (history.list).
https://developers.google.com/workspace/gmail/api/guides/sync
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from timeblock import google_api
from timeblock.core.interval import Instant
from timeblock.core.traces import Trace
from timeblock.errors import AuthNeeded, Gone, Incomplete, TimeblockError
from timeblock.evidence.times import DAY, sent_at
from timeblock.google_api import Api, Tokens
from timeblock.sync.source import FIRST_DAYS, Cursor, Reading
from timeblock.transport import Answer, Transport, origin

PAGE = 100
"""Messages listed at once; what they tell is kept before the next."""


class Gmail:
    """Sent mail of the Google account ``account``."""

    def __init__(self, name: str, account: str, endpoint: str, tokens: Tokens, now: Callable[[], Instant]) -> None:
        self.place = f"gmail:{account}"
        self._name = name
        self._account = account
        self._base = f"{endpoint.rstrip('/')}/users/me/"
        self._host = origin(endpoint).host
        self._tokens = tokens
        self._api = Api("Gmail API", "gmail.googleapis.com", account)
        self._transport = Transport(now)
        self._now = now

    @property
    def requests(self) -> int:
        return self._transport.requests

    def changes(self, cursor: Cursor) -> Reading:
        try:
            here = cursor or {"start": str(self._get("profile", fields="historyId")["historyId"])}
            return self._added(here) if "history" in here else self._listed(here)
        except Gone:  # Google keeps its history, and the place in a list, for some days only
            if cursor:
                return self.changes({})
            raise
        except KeyError as odd:
            raise Incomplete(f"{self._host} answers what Gmail does not: no {odd}") from odd

    def close(self) -> None:
        self._transport.close()

    def _listed(self, cursor: Cursor) -> Reading:
        page = self._get(
            "messages", _page(cursor), labelIds="SENT", maxResults=PAGE, fields="nextPageToken,messages/id"
        )
        traces = tuple(self._sent(message["id"] for message in page.get("messages", ())))
        enough = any(trace.start < self._now() - FIRST_DAYS * DAY for trace in traces)
        if "nextPageToken" in page and not enough:
            return Reading(traces, {"start": cursor["start"], "page": page["nextPageToken"]}, more=True)
        return Reading(traces, {"history": cursor["start"]}, self._now())

    def _added(self, cursor: Cursor) -> Reading:
        begin, fields = cursor["history"], "nextPageToken,historyId,history/messagesAdded/message/id"
        page = self._get(
            "history", _page(cursor), startHistoryId=begin, historyTypes="messageAdded", labelId="SENT", fields=fields
        )
        added = (add["message"]["id"] for record in page.get("history", ()) for add in record.get("messagesAdded", ()))
        traces = tuple(self._sent(added))
        if "nextPageToken" in page:
            return Reading(traces, {"history": begin, "page": page["nextPageToken"]}, more=True)
        return Reading(traces, {"history": str(page["historyId"])}, self._now())

    def _sent(self, ids: Iterable[str]) -> Iterator[Trace]:
        asked = {"format": "metadata", "metadataHeaders": "Date", "fields": "internalDate,payload/headers"}
        for message_id in ids:
            try:
                message = self._get(f"messages/{message_id}", asked)
            except Gone:  # deleted meanwhile
                continue
            headers = message.get("payload", {}).get("headers", ())
            date = next((header["value"] for header in headers if header["name"].lower() == "date"), "")
            at = sent_at(date, self._now()) or int(message["internalDate"]) // 1000
            yield Trace(at, at, "mail", self._name)

    # ---- one request -----------------------------------------------------------------------------------------------

    def _get(self, path: str, more: Mapping[str, str] | None = None, **query: object) -> Mapping[str, Any]:
        """Raises ``Gone`` for what is not there (any more)."""
        url = f"{self._base}{path}?{urlencode({**query, **(more or {})})}"
        answer = google_api.exchange(self._transport, self._tokens, "GET", url, {})
        if answer.status != 200:
            raise self._refusal(answer)
        found = google_api.said(answer)
        if not found:
            raise Incomplete(f"{self._host} answers what Gmail does not")
        return found

    def _refusal(self, answer: Answer) -> TimeblockError:
        status = answer.status
        if held := google_api.not_now(answer, self._transport, self._api):
            return held
        if status >= 500:
            return self._transport.delay(answer, f"{self._host} cannot answer now ({status})")
        if status in (401, 403):
            return AuthNeeded(f"Google does not show when mail was sent. Run: timeblock auth {self._account}")
        if status in (400, 404):
            return Gone(f"{self._host} has no such thing ({status})")
        return Incomplete(f"{self._host} answered {status}, which Gmail does not")


def _page(cursor: Cursor) -> Mapping[str, str]:
    return {"pageToken": cursor["page"]} if "page" in cursor else {}
