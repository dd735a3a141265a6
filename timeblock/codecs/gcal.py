"""The codec of Google Calendar's JSON: all that a backend needs under one name. As a module it is a
``sync.backend.Codec``."""

from timeblock.codecs.gcal_read import decode
from timeblock.codecs.gcal_write import encode, patch

__all__ = ["decode", "encode", "patch"]
