"""What a backend found out about its server and calendars, kept from run to run."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping

from timeblock.store.database import Database


class Learned(MutableMapping[str, str]):
    """What the backend of ``account`` noted, by the names it gave; each change is saved at once."""

    def __init__(self, db: Database, account: str) -> None:
        self._db = db
        self._account = account
        self._held: dict[str, str] = dict(db.rows("learned", account=account))

    def __getitem__(self, name: str) -> str:
        return self._held[name]

    def __setitem__(self, name: str, value: str) -> None:
        self._db.run("learn", account=self._account, name=name, value=value)
        self._held[name] = value

    def __delitem__(self, name: str) -> None:
        self._db.run("unlearn", account=self._account, name=name)
        del self._held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)
