"""What a cell of a database means.

Each function takes a value that is not NULL and returns what the model holds, or raises ValueError
with a sentence.  Databases have types, and old ones keep dates, numbers and answers as text: both
are understood, nothing is guessed.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from ccd.directory import csv_cells as cells
from ccd.directory import csv_cleaning, csv_words

_T = TypeVar("_T")
_LONGEST = 4_000
_SHOWN = 40
_RICHEST = 10**12
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_PART = re.compile(r"[0-9]{1,3}(\.0{1,4})?")
_OPEN = 2200
"""A date from this year on stands for "open" in databases that have no NULL there; so does year 1."""
_NO_DATE = ("0000-00-00", "0000-00-00 00:00:00")
"""What old MySQL keeps in place of NULL."""


def text(value: Any) -> str:
    """One line of text, without what no reader sees; numbers and UUIDs as they are written."""
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal, UUID)):
        raise ValueError(f"must be text, not {_kind(value)}")  # noqa: TRY004 - told with its column
    if len(written := str(value)) > _LONGEST:
        raise ValueError(f"has more than {_LONGEST:,} characters")
    if not written.isprintable():
        written = _CONTROL.sub(" ", written.translate(csv_cleaning.DIRECTION))
    return " ".join(written.split())


def some_text(value: Any) -> str:
    """The same, and not empty."""
    return csv_words.required(text(value))


def day(value: Any) -> date | None:
    """A date; of a moment, its day; as text like ``2026-11-21`` or ``21.11.2026``."""
    if isinstance(value, datetime):
        if value.tzinfo is not None:  # its day depends on where one is: drivers give it in UTC
            raise ValueError("is a moment with its zone; make a date of it in the query, like begins::date")
        return value.date()
    if isinstance(value, date):
        return value
    written = _written(value)
    return None if written in _NO_DATE else cells.day(written)


def birthday(value: Any) -> date | None:
    """A day of our time."""
    found = day(value)
    if found and not 1880 <= found.year < _OPEN:
        raise ValueError(f'"{found}" is not of our time')
    return found


def bound(value: Any) -> date | None:
    """The first or last day of a period; days before and after our time are open ends."""
    found = _far(value) or day(value)
    return found if found and 1880 <= found.year < _OPEN else None


def moments(zone: tzinfo) -> Callable[[Any], datetime]:
    """Moments in UTC; those that do not say where they belong are of ``zone``."""

    def moment(value: Any) -> datetime:
        found = value if isinstance(value, datetime) else cells.moment(_written(value), zone)
        if not 1880 <= found.year < _OPEN:
            raise ValueError("is not of our time")
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)

    return moment


def amount(value: Any) -> Decimal | None:
    """Money of 0 or more, to the hundredth."""
    if isinstance(value, str):
        return cells.amount(value.strip())
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise ValueError(f"must be an amount, not {_kind(value)}")  # noqa: TRY004 - told with its column
    money = Decimal(str(value))
    if not money.is_finite() or not 0 <= money <= _RICHEST:
        raise ValueError(f'"{money}" is no amount of 0 or more')
    return money.quantize(Decimal("0.01")) if money != money.to_integral_value() else Decimal(int(money))


def percent(value: Any) -> int:
    """0 to 100, whole."""
    written = str(value).strip().removesuffix("%").strip()
    if not _PART.fullmatch(written) or int(Decimal(written)) > 100:
        raise ValueError(f'"{_shown(written)}" is no percentage; write a whole number, 0 to 100')
    return int(Decimal(written))


def tags(value: Any) -> frozenset[str]:
    """An array, or a text with semicolons."""
    if isinstance(value, (list, tuple)):
        return frozenset(filter(None, map(text, value)))
    return frozenset(csv_words.words(text(value)))


def language(value: Any) -> str:
    """``ru``, ``uk`` or ``en``; a region after it does not matter."""
    return csv_words.language(text(value).replace("_", "-").partition("-")[0])


def one_of(words: Mapping[str, _T]) -> Callable[[Any], _T]:
    """One of the spellings, in any case; of each meaning the first is told to whoever writes another."""
    first = {meaning: word for word, meaning in reversed(tuple(words.items()))}
    known = ", ".join(reversed(tuple(first.values())))

    def meant(value: Any) -> _T:
        written = str(value).strip().casefold() if isinstance(value, (str, int)) else _kind(value)
        if written not in words:
            near = csv_words.did_you_mean(csv_words.nearest(written, tuple(words)))
            raise ValueError(f'"{_shown(written)}" is unknown: {known}{near}')
        return words[written]

    return meant


def _written(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must not be {_kind(value)}")  # noqa: TRY004 - told with its column
    return _cut(value.strip())


def _cut(written: str) -> str:
    if len(written) > _SHOWN:
        raise ValueError(f'"{_shown(written)}" is too long')
    return written


def _far(value: Any) -> date | None:
    """The ends of time, as text: before cells.day refuses them."""
    written = value.strip() if isinstance(value, str) else ""
    return date.max if written[:4].isdigit() and written[:4] >= str(_OPEN) and written[4:5] == "-" else None


def _shown(written: str) -> str:
    return written if len(written) <= _SHOWN else written[:_SHOWN] + "..."


def _kind(value: Any) -> str:
    return {"bytes": "bytes", "memoryview": "bytes", "dict": "JSON", "list": "a list"}.get(
        type(value).__name__, type(value).__name__
    )
