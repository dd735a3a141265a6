"""The iCalendar codec: all that a backend needs under one name. As a module it is a ``sync.backend.Codec``."""

from timeblock.codecs.ical_feed import split
from timeblock.codecs.ical_read import decode
from timeblock.codecs.ical_write import encode, patch

__all__ = ["decode", "encode", "patch", "split"]
