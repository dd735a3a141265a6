"""Bytes that nobody would write, against the reader: ``python -m bench.fuzz_reader FOLDER [options of libFuzzer]``.

atheris makes them, led by the paths they take through the code. FOLDER holds files to begin with and takes those that
lead to new paths. Whatever breaks a law of ``tests/reader_laws.py`` is written to ``crash-…`` and becomes a test. Not a
part of any check: it needs an environment of its own (CONTRIBUTING.md) and has no end.
"""

from __future__ import annotations

import sys
import tempfile

import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]  # lives in an environment of its own

with atheris.instrument_imports(include=["timeblock", "dateutil", "icalendar"]):
    from tests.reader_laws import judge

WORDS = (
    *(
        f"{end}:{kind}\n"
        for kind in ("VCALENDAR", "VEVENT", "VTODO", "VTIMEZONE", "VALARM")
        for end in ("BEGIN", "END")
    ),
    *(f"\n{name}:" for name in ("UID", "DTSTART", "DTEND", "DUE", "DURATION", "RRULE", "RDATE", "EXDATE", "STATUS")),
    *(
        "\nRECURRENCE-ID;RANGE=THISANDFUTURE:",
        "\nATTENDEE;PARTSTAT=DECLINED:mailto:",
        "\nSEQUENCE:",
        "\nX-TIMEBLOCK-KEY:",
    ),
    *(
        ";TZID=Europe/Oslo",
        ";TZID=W. Europe Standard Time",
        ";VALUE=DATE",
        ";VALUE=PERIOD",
        "20261025T023000",
        "20260329",
    ),
    *(f"FREQ={freq}" for freq in ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")),
    *(f";BY{by}=" for by in ("SETPOS", "MONTH", "MONTHDAY", "YEARDAY", "WEEKNO", "DAY", "HOUR", "MINUTE", "SECOND")),
    *(";INTERVAL=", ";COUNT=", ";UNTIL=", ";WKST=SU", "-1", "999999999", "-P1W", "PT0S", "P1DT25H", "00010101T000000Z"),
    *("99991231T235959", ",", ";", "\n ", "\r\n\t", "\\n"),
)
"""What iCalendar is made of, so that not every letter has to be guessed."""


def main() -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".dict") as words:
        words.writelines(map(_quoted, WORDS))
        words.flush()
        atheris.Setup([*sys.argv, f"-dict={words.name}", "-max_len=4000", "-timeout=60"], judge)
        atheris.Fuzz()


def _quoted(word: str) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"\n'


if __name__ == "__main__":
    main()
