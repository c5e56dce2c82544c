"""Stretches of time up to the 90 days that the history of a number goes back."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

_SPAN = re.compile(r"(?:([0-9]{1,2})d)?(?:([0-9]{1,4})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,7})s?)?", re.ASCII)
_LONGEST = 90 * 86_400


def span(value: Any) -> int:
    """Whole seconds of ``7d``, ``2h``, ``15m``, ``1h30m`` or a plain number, up to 90 days.

    Raises ValueError.
    """
    written = re.sub(r"\s", "", str(value))
    match = _SPAN.fullmatch(written)
    if isinstance(value, bool) or not written or not match:
        raise ValueError(f'"{value}" is not a stretch of time; write 7d, 2h, 15m or plain seconds')
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = days * 86_400 + hours * 3600 + minutes * 60 + seconds
    if total > _LONGEST:
        raise ValueError(f'"{value}" is more than 90 days; no more of the past is looked at')
    return total


def _some(value: Any) -> int:
    total = span(value)
    if not total:
        raise ValueError(f'"{value}" must be at least 1s')
    return total


def within(seconds: int, at: datetime | None, now: datetime) -> bool:
    """True when a moment of the past lies at most so far back; both are aware."""
    return at is not None and timedelta() <= now - at <= timedelta(seconds=seconds)


Span = Annotated[
    int,
    BeforeValidator(_some, json_schema_input_type=int | str),
    Field(title="time (`15m`, `2h`, `7d`, up to 90 days)"),
]
