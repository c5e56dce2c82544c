"""Reading one header out of a frame, without parsing the others.

A reader is made once per header and called for every frame: it searches the bytes for
``CR LF Header: `` and decodes that value only, which is several times faster than a full parse.
The first of two equal headers wins: what is injected further down cannot replace an identity.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from ccd.ami.framing import text, unescape

T = TypeVar("T")
Reader = Callable[[bytes], T]

_UNKNOWN = "<unknown>"
_NOT_DIALLED = frozenset({"s", "i", "h", "t", "T", "o", "a", "e"})
"""Extensions of Asterisk's own (start, invalid, hangup, time-out...): nobody dialled them."""
_MAX_DIGITS = 15


class BadHeader(ValueError):  # noqa: N818 - it names what is bad
    """A header that must be there is missing, or does not hold what it must."""


def raw(name: str) -> Reader[bytes | None]:
    """The value's bytes; None where the header is missing."""
    key = f"\r\n{name}: ".encode()
    size = len(key)

    def read(frame: bytes) -> bytes | None:
        start = frame.find(key)
        if start < 0:
            return None
        start += size
        end = frame.find(b"\r\n", start)
        return frame[start:end] if end >= 0 else frame[start:]

    return read


def plain(name: str) -> Reader[str]:
    """Text, empty where the header is missing or says ``<unknown>``."""
    value_of = raw(name)

    def read(frame: bytes) -> str:
        value = value_of(frame)
        if not value:
            return ""
        found = text(value)
        return "" if found == _UNKNOWN else found

    return read


def escaped(name: str) -> Reader[str]:
    """Like :func:`plain`, for the headers that Asterisk C-escapes: people's names."""
    value_of = raw(name)

    def read(frame: bytes) -> str:
        value = value_of(frame)
        if not value:
            return ""
        found = text(unescape(value))
        return "" if found == _UNKNOWN else found

    return read


def dialled(name: str) -> Reader[str]:
    """An extension as the number that was called; empty for Asterisk's own, such as ``s``."""
    value_of = plain(name)

    def read(frame: bytes) -> str:
        found = value_of(frame)
        return "" if found in _NOT_DIALLED else found

    return read


def needed(name: str) -> Reader[str]:
    """Text that must be there: an id, a queue, a phone.  Raises BadHeader."""
    value_of = raw(name)

    def read(frame: bytes) -> str:
        value = value_of(frame)
        if not value:
            raise BadHeader(name)
        return text(value)

    return read


def count(name: str, default: int | None = None) -> Reader[int]:
    """A whole number, not negative.  Without a default, raises BadHeader for anything else."""
    value_of = raw(name)

    def read(frame: bytes) -> int:
        value = value_of(frame)
        if value and value.isdigit() and len(value) <= _MAX_DIGITS:
            return int(value)
        if default is None:
            raise BadHeader(name)
        return default

    return read


def flag(name: str) -> Reader[bool]:
    """``1`` is true; anything else, and nothing, is false."""
    value_of = raw(name)

    def read(frame: bytes) -> bool:
        return value_of(frame) == b"1"

    return read


_timestamp = raw("Timestamp")


def moment(frame: bytes) -> datetime:
    """When it happened, UTC: Asterisk's ``Timestamp`` (``timestampevents=yes``), else now."""
    value = _timestamp(frame)
    if value is not None:
        try:
            return datetime.fromtimestamp(float(value), UTC)
        except (ValueError, OverflowError, OSError):
            pass
    return datetime.now(UTC)
