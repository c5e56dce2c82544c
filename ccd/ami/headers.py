"""Reading the few headers that matter out of a frame's lines.

Asterisk writes a kind's headers in the same order every time.  So where they were last time is
tried first: each line found there must begin with its header's name, else all lines are searched,
and the first of two equal headers wins.  That is several times faster than parsing every header,
and what is injected further down cannot replace an identity.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, NamedTuple

from ccd.ami.framing import text, unescape

Lines = list[str]
Convert = Callable[[str], Any]

_UNKNOWN = "<unknown>"
_NOT_DIALLED = frozenset({"s", "i", "h", "t", "T", "o", "a", "e"})
"""Extensions of Asterisk's own (start, invalid, hangup, time-out...): nobody dialled them."""
_MAX_DIGITS = 15
_TIMESTAMP = "Timestamp: "


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
        self._pick: Callable[[Lines], Sequence[str]] = itemgetter(*[0] * max(2, len(ordered)))

    def __call__(self, lines: Lines) -> dict[str, Any]:
        """The fields' values.  Raises BadHeader."""
        found = self._found(lines)
        values = list(map(str.removeprefix, found, self._prefixes))
        if "" in values[: self._required]:
            raise BadHeader(self._prefixes[values.index("")].rstrip(": "))
        for at, convert in self._converts:
            values[at] = convert(values[at])
        return dict(zip(self._names, values))  # noqa: B905 - equal by construction, and hot

    def _found(self, lines: Lines) -> Sequence[str]:
        """The headers' lines, in our order; an empty one where a header is missing."""
        try:
            found = self._pick(lines)
        except IndexError:
            return self._search(lines)
        return found if all(map(str.startswith, found, self._prefixes)) else self._search(lines)

    def _search(self, lines: Lines) -> list[str]:
        """The lines wherever they are; where all were found is remembered."""
        places = [_place(lines, prefix) for prefix in self._prefixes]
        if None not in places and len(places) > 1:
            self._pick = itemgetter(*places)
        return ["" if place is None else lines[place] for place in places]


def _place(lines: Lines, prefix: str) -> int | None:
    return next((at for at, line in enumerate(lines) if line.startswith(prefix)), None)


def lines_of(frame: bytes) -> Lines:
    """A frame's lines as text."""
    return text(frame).split("\r\n")


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
