"""Column types that mean the same on every engine: any text, a moment, money, JSON.

Names and numbers come from outside and may hold what no database stores: a lone surrogate (bytes
that were not UTF-8) or NUL.  Each such character is written as ``␛`` and its four hex digits, and
so is ``␛`` itself; reading gives back exactly what was saved.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pydantic_core import to_json as _as_json
from sqlalchemy import String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

ESCAPE = "\u241b"
Reader = Callable[[Any], Any]
Writer = Callable[[Any], Any]
_UNSTORABLE = re.compile(f"[\0\ud800-\udfff{ESCAPE}]")
_ESCAPED = re.compile(f"{ESCAPE}([0-9a-f]{{4}})")
_NOTHING: Mapping[type, str] = {list: "[]", tuple: "[]", dict: "{}"}
"""Most lists are empty, and an encoder takes as long for them as for short ones."""


def escape(text: str) -> str:
    r"""Make any text storable.

    >>> escape("a\0b")
    'a␛0000b'
    """
    if text.isprintable() and ESCAPE not in text:
        return text
    return _UNSTORABLE.sub(lambda found: f"{ESCAPE}{ord(found[0]):04x}", text)


def unescape(text: str) -> str:
    r"""Undo ``escape``.

    >>> unescape("a␛0000b")
    'a\x00b'
    """
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if ESCAPE in text else text


def storable(texts: Iterable[str | None]) -> bool:
    """True when ``escape`` would leave all of them alone: one look for many."""
    try:
        together = "".join(texts)  # type: ignore[arg-type]  # None is found out
    except TypeError:
        return False
    return together.isprintable() and ESCAPE not in together


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC; ValueError without a time zone."""
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError("a moment without its time zone")
    return moment.astimezone(UTC)


def write_moment(moment: datetime) -> str:
    """A moment as text that sorts by time: UTC, microseconds; ValueError without a time zone."""
    moment = in_utc(moment)
    if not moment.microsecond:
        return moment.isoformat("T", "microseconds")
    return f"{_as_json(moment)[1:27].decode()}+00:00"  # a third of the time that isoformat takes


def to_json(value: Any) -> str:
    r"""Storable JSON that a person can read, moments as ISO text; TypeError for what has no JSON.

    >>> to_json(["\0", "Ольга"])
    '["\\u0000","Ольга"]'
    """
    try:
        text = _as_json(value).decode()
    except ValueError:  # of lone surrogates there is no UTF-8
        return escape(_any_json(value))
    return escape(text) if ESCAPE in text else text


def _moment_alone(value: object) -> str:
    if isinstance(value, datetime):
        return write_moment(value)
    raise TypeError(f"there is no JSON for {type(value).__name__}")


_any_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_moment_alone).encode


def _read_text(value: str | None) -> str | None:
    return unescape(value) if value and ESCAPE in value else value


def _write_text(value: str | None) -> str | None:
    return None if value is None else escape(value)


class AnyText(TypeDecorator[str]):
    """Text of any kind, lossless."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Writer:  # noqa: ARG002
        """Escape on the way in: a row has twenty texts, so in one call each, not SQLAlchemy's three."""
        return _write_text

    def result_processor(self, dialect: Dialect, coltype: object) -> Reader:  # noqa: ARG002
        """Unescape on the way out."""
        return _read_text


def _write_moment(value: datetime | None) -> str | None:
    return None if value is None else write_moment(value)


def _read_moment(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


class Moment(TypeDecorator[datetime]):
    """A moment with its time zone, kept as ISO text in UTC: exact, readable, sorted by time."""

    impl = String(32)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Writer:  # noqa: ARG002
        """To UTC."""
        return _write_moment

    def result_processor(self, dialect: Dialect, coltype: object) -> Reader:  # noqa: ARG002
        """Back, in UTC."""
        return _read_moment


class Amount(TypeDecorator[Decimal]):
    """Money, kept as text: SQLite's numbers would round it."""

    impl = String(20)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """To text, never ``1E+3``."""
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """Back, exactly."""
        return None if value is None else Decimal(value)


def _write_json(value: Any) -> str:
    if not value and type(value) in _NOTHING:
        return _NOTHING[type(value)]
    return to_json(value)


def _read_json(value: str) -> Any:
    return [] if value == "[]" else json.loads(unescape(value))


class Json(TypeDecorator[Any]):
    """Lists and dicts as JSON that a person can read: Cyrillic stays Cyrillic."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Writer:  # noqa: ARG002
        """To text."""
        return _write_json

    def result_processor(self, dialect: Dialect, coltype: object) -> Reader:  # noqa: ARG002
        """Back."""
        return _read_json
