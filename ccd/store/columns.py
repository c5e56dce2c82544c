"""Column types that mean the same on every engine: any text, a moment, money, JSON.

Names and numbers come from outside and may hold what no database stores: a lone surrogate (bytes
that were not UTF-8) or NUL.  Each such character is written as ``␛`` and its four hex digits, and
so is ``␛`` itself; reading gives back exactly what was saved.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

ESCAPE = "\u241b"
_UNSTORABLE = re.compile(f"[\0\ud800-\udfff{ESCAPE}]")
to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
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


def write_moment(moment: datetime) -> str:
    """A moment as text that sorts by time: UTC, microseconds; ValueError without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without its time zone")
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return in_utc.isoformat(timespec="microseconds")


class AnyText(TypeDecorator[str]):
    """Text of any kind, lossless."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Escape on the way in."""
        return None if value is None else escape(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Unescape on the way out."""
        return None if value is None else unescape(value)


class Moment(TypeDecorator[datetime]):
    """A moment with its time zone, kept as ISO text in UTC: exact, readable, sorted by time."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """To UTC."""
        return None if value is None else write_moment(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Back, in UTC."""
        return None if value is None else datetime.fromisoformat(value)


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


class Json(TypeDecorator[Any]):
    """Lists and dicts as JSON that a person can read: Cyrillic stays Cyrillic."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002
        """To text."""
        if not value and type(value) in _NOTHING:
            return _NOTHING[type(value)]
        return escape(to_json(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        """Back."""
        return json.loads(unescape(value))
