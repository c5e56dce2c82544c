"""What a header of Asterisk's becomes: its name, whether it must be there, and what its text means."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from ccd.ami.framing import unescape
from ccd.calls.ids import called_number

Convert = Callable[[str], Any]

_from_1970 = datetime.fromtimestamp

_UNKNOWN = "<unknown>"
_MAX_DIGITS = 8
"""Three years in seconds: what is longer is no time that a call took, and no ``timedelta`` holds it."""
_MAX_EPOCH = 11
"""Digits of a moment that ``datetime`` can hold."""


class BadHeader(ValueError):  # noqa: N818 - it names what is bad
    """A header that must be there is missing, or does not hold what it must."""


class Column(NamedTuple):
    """One header: its label, whether it must hold something, and what its text becomes.

    ``within``: it is one of so many first lines; what comes later is not Asterisk's.
    """

    header: str
    required: bool = False
    convert: Convert | None = None
    within: int | None = None


def needed(header: str, convert: Convert | None = None) -> Column:
    """Text that must be there: an id, a queue, a phone."""
    return Column(header, required=True, convert=convert)


def ids(prefix: str = "") -> dict[str, Column]:
    """A channel and its call, as every event about a channel names them; ``prefix``: in which part."""
    return {"linked_id": needed(f"{prefix}Linkedid"), "unique_id": needed(f"{prefix}Uniqueid")}


def plain(header: str) -> Column:
    """Text, empty where the header is missing."""
    return Column(header)


def known(header: str) -> Column:
    """Text, empty where Asterisk says ``<unknown>``."""
    return Column(header, convert=_known)


def person(header: str) -> Column:
    """A caller's name: C-escaped by Asterisk, ``<unknown>`` where it has none."""
    return Column(header, convert=_person)


def dialled(header: str) -> Column:
    """An extension as the number that was called; empty for Asterisk's and ccd's own, such as ``s``."""
    return Column(header, convert=lambda value: called_number(_known(value)))


def variable(name: str) -> Column:
    """A channel's variable, which ``channelvars`` in ``manager.conf`` adds to every event of it."""
    return Column(f"ChanVariable: {name}")


def count(header: str, default: int | None = None) -> Column:
    """A whole number, not negative.  Anything else is the default, or without one a BadHeader."""

    def convert(value: str) -> int:
        if value.isascii() and value.isdigit() and len(value) <= _MAX_DIGITS:
            return int(value)
        if default is None:
            raise BadHeader(header)
        return default

    return Column(header, convert=convert)


def flag(header: str) -> Column:
    """``1`` is true; anything else, and nothing, is false."""
    return Column(header, convert="1".__eq__)


def since_1970(header: str) -> Column:
    """A moment in whole seconds; None where Asterisk says 0 (never), or what is no moment."""
    return Column(header, convert=_since_1970)


def reachable(header: str) -> Column:
    """A device's state: false where it is invalid or unavailable (``devicestate.h``)."""
    return Column(header, convert=lambda state: state not in {"4", "5"})


def busy(header: str) -> Column:
    """A device's state: true where it is in use, busy, ringing or on hold (``devicestate.h``)."""
    return Column(header, convert=lambda state: state in {"2", "3", "6", "7", "8"})


def _known(value: str) -> str:
    return "" if value == _UNKNOWN else value


def _person(value: str) -> str:
    return "" if value == _UNKNOWN else unescape(value)


@lru_cache(maxsize=1_000)
def _since_1970(value: str) -> datetime | None:
    """Remembered: a member's every event tells of the same last call."""
    fits = value.isascii() and value.isdigit() and len(value) <= _MAX_EPOCH
    return _from_1970(int(value), UTC) if fits and int(value) else None


def _moment(value: str) -> datetime:
    try:
        return _from_1970(float(value), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.now(UTC)


MOMENT = Column("Timestamp", convert=_moment, within=3)
"""When it happened, UTC (``timestampevents=yes``), else now; after ``Privilege`` (``main/manager.c``)."""

MEMBER = {
    "paused": flag("Paused"),
    "reason": plain("PausedReason"),
    "paused_at": since_1970("LastPause"),
    "last_call_at": since_1970("LastCall"),
    "wrap_up": count("Wrapuptime", default=0),
    "device": plain("StateInterface"),
    "reachable": reachable("Status"),
    "busy": busy("Status"),
}
"""How a queue's member is: the same headers in events and in ``QueueStatus`` (``apps/app_queue.c``)."""
