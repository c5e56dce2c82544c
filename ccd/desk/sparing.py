"""Log lines that anybody can cause: cut, and at most one of a kind in a second."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

_EVERY = 1.0
_LONGEST = 100


class Sparing:
    """Writes the first line of a kind; the next, a second later, says how many were left out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._written: dict[str, float] = {}
        self._left_out: Counter[str] = Counter()

    def __call__(self, write: Callable[..., Any], kind: str, **facts: object) -> None:
        """``write(kind, **facts)``, or nothing.  ``kind`` is a text of ours, never of a request."""
        now = self._clock()
        if now < self._written.get(kind, now - _EVERY) + _EVERY:
            self._left_out[kind] += 1
            return
        self._written[kind] = now
        cut = {key: fact[:_LONGEST] if isinstance(fact, str) else fact for key, fact in facts.items()}
        write(kind, **cut, left_out=self._left_out.pop(kind, 0))
