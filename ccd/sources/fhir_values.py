"""FHIR's simple values, checked: bounded, on one line, in UTC; what does not fit is a ValueError.

The validation context is the server's base address: only references to that server name anybody.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo

_ID = r"(?!\.+(?:/|\Z))[A-Za-z0-9\-.]{1,64}"
"""A resource's id; nothing in it can lead a URL elsewhere, as ``..`` would."""
_WHOLE_ID = re.compile(_ID)
_REFERENCE = re.compile(rf"([A-Z][A-Za-z]{{2,63}}/{_ID})(?:/_history/{_ID})?")
_UNPRINTABLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T.*)?)?)?", re.DOTALL | re.ASCII)
_YEARS = range(1800, 2301)
_LONGEST = 1_000
_LARGEST = 1_000_000_000


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")  # noqa: TRY004 - pydantic collects ValueError
    value.encode()  # half a letter is a UnicodeError, which is a ValueError
    return _UNPRINTABLE.sub(" ", value[:_LONGEST]).strip()


def is_id(value: Any) -> bool:
    """Whether it can be a resource's id."""
    return isinstance(value, str) and _WHOLE_ID.fullmatch(value) is not None


def _id(value: Any) -> str:
    if not is_id(value):
        raise ValueError("must be an id")
    return str(value)


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None or moment.year not in _YEARS:
        raise ValueError("must be a moment with its zone")
    return moment.astimezone(UTC)


def _day(value: Any) -> str:
    text = _text(value)
    if not _DATE.fullmatch(text) or int(text[:4]) not in _YEARS:
        raise ValueError("must be a date")
    date.fromisoformat(text[:10] + "-01-01"[len(text) - 10 :] if len(text) < 10 else text[:10])
    return text[:10]


def _amount(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise ValueError("must be a number")  # noqa: TRY004 - pydantic collects ValueError
    number = Decimal(value)
    if not -_LARGEST <= number <= _LARGEST:
        raise ValueError("must be a usual number")
    return number


def _reference(value: Any, info: ValidationInfo) -> str:
    found = _REFERENCE.fullmatch(_text(value).removeprefix(f"{info.context or ''}/"))
    return found[1] if found else ""


Text = Annotated[str, BeforeValidator(_text)]
Id = Annotated[str, BeforeValidator(_id)]
Flag = Annotated[bool, Field(strict=True)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Day = Annotated[str, BeforeValidator(_day)]
"""A date that may be cut: ``2026-05-17``, ``2026-05`` or ``2026``."""
Amount = Annotated[Decimal, BeforeValidator(_amount)]
LocalReference = Annotated[str, BeforeValidator(_reference)]
"""``Type/id``; empty for what is not on this server."""


def whole_day(day: str | None) -> date | None:
    """A date that is not cut; None for all others.

    >>> whole_day("2026-05")
    """
    return date.fromisoformat(day) if day and len(day) == 10 else None
