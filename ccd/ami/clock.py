"""Whether Asterisk's clock was set: an hour more or less on it is no hour that a call took.

Asterisk's time is compared with this machine's steady clock, which nobody sets.  Events may come late, never
early: who is earlier than ever by more than seconds, or told of a time before the last one, was set.
"""

import time
from collections.abc import Callable
from datetime import datetime

SET = 5.0
"""Seconds; less than that is lateness, or two clocks that run a little apart."""


class Clock:
    """Asterisk's clock as its events tell it."""

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        self._steady = steady
        self._ahead: float | None = None
        self._last = 0.0

    def jump(self, at: datetime) -> float:
        """Seconds by which the clock was set since the last event; 0 nearly always."""
        told = at.timestamp()
        ahead = told - self._steady()
        more = 0.0 if self._ahead is None else ahead - self._ahead
        back = told < self._last - SET
        self._last = told
        if self._ahead is None or more > 0 or back:
            self._ahead = ahead
        return more if more > SET or back else 0.0
