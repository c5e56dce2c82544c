"""What a value of a JSON answer means.

Each function takes what an expression found and returns a value of the model, or raises ValueError.
Messages never quote the value: it may be a patient's, and they are logged.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from ccd.directory import csv_cells
from ccd.directory.model import LANGUAGES

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)

LONGEST = 4_000
"""Characters of a text."""
LONGEST_ID = 200
_MOST = 200
"""Tags of one patient."""
_REORDERING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?(Z|\+00:00)?$")
_LANGUAGE = re.compile(r"([a-z]{2,3})([-_][a-z0-9_-]{1,20})?", re.IGNORECASE)
_CENT = Decimal("0.01")


def text(value: Any, longest: int = LONGEST) -> str:
    """Text, or a whole number as text, without what would not show or would disturb its neighbours."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise ValueError(f"must be text, not {_kind(value)}")  # noqa: TRY004 - told as any other misfit
    if len(value) > longest:
        raise ValueError(f"is longer than {longest:,} characters")
    if value.isascii() and value.isprintable():
        return " ".join(value.split())
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError("holds half a letter")
    seen = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in value)
    return " ".join(_REORDERING.sub("", seen).split())


def identity(value: Any) -> str:
    """An id: text that is not empty, as it is."""
    if not text(value, LONGEST_ID):
        raise ValueError("is empty")
    if any(unicodedata.category(letter) in {"Cc", "Cf"} for letter in str(value)):
        raise ValueError("holds a letter that does not show")
    return str(value)


def required(value: Any) -> str:
    """A text that is not empty."""
    if not (found := text(value)):
        raise ValueError("is empty")
    return found


def day(value: Any) -> date | None:
    """``2026-11-21``, ``21.11.2026``, or a moment at midnight."""
    written = _MIDNIGHT.sub("", text(value, 40))
    return _plainly(csv_cells.day, written, "is no date, YYYY-MM-DD or DD.MM.YYYY")


def moment(value: Any, zone: tzinfo) -> datetime:
    """``2026-11-21T16:30:00+03:00``; without an offset it is of the zone.  In UTC."""
    try:
        found = datetime.fromisoformat(text(value, 40))
        utc = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("is no moment, YYYY-MM-DDTHH:MM:SS+03:00") from None
    if not 1880 <= utc.year < 2200:
        raise ValueError("is not of our time")
    return utc


def amount(value: Any) -> Decimal | None:
    """Money of 0 or more: ``1200``, ``1200.5``, ``"1 200,50"``; to the cent."""
    if isinstance(value, float):
        value = str(_cents(value))
    written = text(value, 40)
    return _plainly(csv_cells.amount, written, "is no amount of 0 or more like 1200 or 1200.50")


def percent(value: Any) -> int:
    """0 to 100."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value not in range(101):
        raise ValueError("is no whole percentage from 0 to 100")
    return int(value)


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false: compare, as in status == 'active'")  # noqa: TRY004
    return value


def tags(value: Any) -> frozenset[str]:
    """A list of texts, or one."""
    several = value if isinstance(value, list) else [value]
    if len(several) > _MOST:
        raise ValueError(f"holds more than {_MOST}")
    return frozenset(filter(None, (text(one, LONGEST_ID) for one in several if one is not None)))


def language(value: Any) -> str:
    """``ru``, ``uk`` or ``en``, also of ``uk-UA``; empty for another language, which ccd does not speak."""
    found = _LANGUAGE.fullmatch(text(value, 40))
    if not found:
        raise ValueError("is no language like ru, uk or en")
    return found[1].lower() if found[1].lower() in LANGUAGES else ""


def one_of(value: Any, known: Sequence[str]) -> str:
    """One of these words."""
    if value not in known:
        raise ValueError(f"is none of {', '.join(known)}; the settings may say under words what it means")
    return str(value)


def member(kind: type[_E]) -> Callable[[Any], _E]:
    """A converter to one of these words, as the model has them."""
    return lambda value: kind(one_of(value, tuple(kind)))


def translated(value: Any, words: Mapping[str, str]) -> Any:
    """What the settings say of the source's word; the word itself when they say nothing."""
    if isinstance(value, bool):
        return words.get(str(value).lower(), value)
    return words.get(str(value), value) if isinstance(value, (str, int)) else value


def _plainly(convert: Callable[[str], _T], written: str, sentence: str) -> _T:
    """A converter of cells quotes the cell in its messages."""
    try:
        return convert(written)
    except ValueError:
        raise ValueError(sentence) from None


def _cents(value: float) -> Decimal:
    try:
        return Decimal(str(value)).quantize(_CENT)
    except InvalidOperation:
        raise ValueError("is no amount of 0 or more like 1200 or 1200.50") from None


def _kind(value: Any) -> str:
    kinds = {bool: "true or false", float: "a fraction", dict: "an object", list: "a list"}
    return kinds.get(type(value), "that")
