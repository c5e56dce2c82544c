"""Whether Asterisk's clock was set: an hour more or less on it is no hour that a call took.

Asterisk's time is compared with this machine's steady clock, which nobody sets.  Events may come late, never
early: who is earlier than ever by more than seconds, or told of a time before the last one, was set.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import inf

SET = 5.0
"""Seconds; less than that is lateness, or two clocks that run a little apart."""

_AT_ONCE, _SOON = timedelta(0), timedelta(seconds=1)


class Clock:
    """Asterisk's clock as its events tell it."""

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        self._steady = steady
        self._ahead = -inf
        self._last = -inf
        self._seen = datetime.min.replace(tzinfo=UTC)

    def jump(self, at: datetime) -> float:
        """Seconds by which the clock was set since the last event; 0 nearly always."""
        if _AT_ONCE <= at - self._seen < _SOON:
            return 0.0  # most events come within a second of the last that was looked at
        self._seen = at
        told = at.timestamp()
        ahead, before = told - self._steady(), self._ahead
        back = told < self._last - SET
        self._last = told
        if ahead <= before and not back:
            return 0.0
        self._ahead = ahead
        return ahead - before if back or SET < ahead - before < inf else 0.0
