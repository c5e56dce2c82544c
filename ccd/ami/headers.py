"""Reading the few headers that matter out of a frame's lines.

Asterisk writes a kind's headers in the same order every time.  So where they were in a genuine frame
of as many lines is tried first: each line found there must begin with its header's name, else all
lines are searched.  That is several times faster than parsing every header.  Lines that a caller
injects make a frame longer and move what follows them, so it is searched, and ``forgery.py`` says
which of its lines to believe.  A kind that tells of channels or leaves them out is known by the names
of all its headers: injected lines could give the shorter frame the longer one's length.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, NamedTuple

from ccd.ami.forgery import genuine, names_of, undoubted
from ccd.ami.framing import text, unescape

Lines = list[str]
Convert = Callable[[str], Any]

_UNKNOWN = "<unknown>"
_NOT_DIALLED = frozenset({"s", "i", "h", "t", "T", "o", "a", "e"})
"""Extensions of Asterisk's own (start, invalid, hangup, time-out...): nobody dialled them."""
_MAX_DIGITS = 8
"""Three years in seconds: what is longer is no time that a call took, and no ``timedelta`` holds it."""
_MAX_EPOCH = 11
"""Digits of a moment that ``datetime`` can hold."""
_END = -1
_TIMESTAMP = "Timestamp: "
_MAX_SHAPES = 1_000
"""Shapes of one kind: they come from the network."""


class BadHeader(ValueError):  # noqa: N818 - it names what is bad
    """A header that must be there is missing, or does not hold what it must."""


class Column(NamedTuple):
    """One header: its name, whether it must hold something, and what its text becomes."""

    header: str
    required: bool = False
    convert: Convert | None = None


def needed(header: str, convert: Convert | None = None) -> Column:
    """Text that must be there: an id, a queue, a phone."""
    return Column(header, required=True, convert=convert)


def plain(header: str) -> Column:
    """Text, empty where the header is missing."""
    return Column(header)


def known(header: str) -> Column:
    """Text, empty where Asterisk says ``<unknown>``."""
    return Column(header, convert=_known)


def person(header: str) -> Column:
    """A caller's name: C-escaped by Asterisk, ``<unknown>`` where it has none."""
    return Column(header, convert=lambda value: _known(unescape(value)))


def dialled(header: str) -> Column:
    """An extension as the number that was called; empty for Asterisk's own, such as ``s``."""
    return Column(header, convert=lambda value: "" if value in _NOT_DIALLED else _known(value))


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

    def convert(value: str) -> datetime | None:
        fits = value.isascii() and value.isdigit() and len(value) <= _MAX_EPOCH
        return datetime.fromtimestamp(int(value), UTC) if fits and int(value) else None

    return Column(header, convert=convert)


def reachable(header: str) -> Column:
    """A device's state: false where it is invalid or unavailable (``devicestate.h``)."""
    return Column(header, convert=lambda state: state not in {"4", "5"})


def busy(header: str) -> Column:
    """A device's state: true where it is in use, busy, ringing or on hold (``devicestate.h``)."""
    return Column(header, convert=lambda state: state in {"2", "3", "6", "7", "8"})


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


def _known(value: str) -> str:
    return "" if value == _UNKNOWN else value


class Fields:
    """Fills fields from the headers of one kind of frame: ``fields(lines)`` gives keyword arguments."""

    def __init__(self, **columns: Column) -> None:
        ordered = sorted(columns.items(), key=lambda item: not item[1].required)
        self._names = [name for name, _ in ordered]
        self._required = sum(column.required for column in columns.values())
        self._converts = [
            (at, column.convert) for at, (_, column) in enumerate(ordered) if column.convert is not None
        ]
        self._prefixes = [f"{column.header}: " for _, column in ordered]
        self._shapes: dict[object, _Shape] = {}

    def __call__(self, lines: Lines, *, alike: bool = True) -> dict[str, Any]:
        """The fields' values.  Raises BadHeader.

        ``alike``: frames of as many lines have the same headers.  Not of a kind that tells of channels
        or leaves them out.
        """
        found = self._found(lines, len(lines) if alike else names_of(lines))
        values = list(map(str.removeprefix, found, self._prefixes))
        if "" in values[: self._required]:
            raise BadHeader(self._prefixes[values.index("")].rstrip(": "))
        for at, convert in self._converts:
            values[at] = convert(values[at])
        return dict(zip(self._names, values))  # noqa: B905 - equal by construction, and hot

    def _found(self, lines: Lines, key: object) -> Sequence[str]:
        """The headers' lines, in our order; an empty one where a header is missing."""
        shape = self._shapes.get(key)
        if shape is not None:
            found = shape.pick(lines)
            if all(map(str.startswith, found, shape.prefixes)):
                return found
        return self._search(lines, key)

    def _search(self, lines: Lines, key: object) -> Sequence[str]:
        """The lines wherever they are; where they were in a genuine frame is remembered."""
        clean = genuine(lines)
        believed = lines if clean else undoubted(lines)
        places = [_place(believed, prefix) for prefix in self._prefixes]
        if clean and _END not in places[: self._required] and len(self._shapes) < _MAX_SHAPES:
            self._shapes[key] = self._shape(places)
        return [believed[at] for at in places]

    def _shape(self, places: list[int]) -> "_Shape":
        prefixes = [prefix if at != _END else "" for at, prefix in zip(places, self._prefixes, strict=True)]
        return _Shape(itemgetter(*places, _END), [*prefixes, ""])


class _Shape(NamedTuple):
    """Where the headers stand in such a frame, and how those lines begin."""

    pick: Callable[[Lines], Sequence[str]]
    prefixes: list[str]


def _place(lines: Lines, prefix: str) -> int:
    return next((at for at, line in enumerate(lines) if line.startswith(prefix)), _END)


def lines_of(frame: bytes) -> Lines:
    """A frame's lines as text, and an empty one at the end: where a missing header is found."""
    return f"{text(frame)}\r\n".split("\r\n")


def moment(lines: Lines) -> datetime:
    """When it happened, UTC: Asterisk's ``Timestamp`` (``timestampevents=yes``), else now.

    It is the third line of an event, after ``Privilege`` (``main/manager.c``).
    """
    if len(lines) > 2 and lines[2].startswith(_TIMESTAMP):
        try:
            return datetime.fromtimestamp(float(lines[2].removeprefix(_TIMESTAMP)), UTC)
        except (ValueError, OverflowError, OSError):
            pass
    return datetime.now(UTC)
