"""How long to wait before the next attempt."""

import random
from collections.abc import Callable

_MAX_DOUBLINGS = 16


class Backoff:
    """Pauses in seconds that double up to ``longest``, each shortened by up to half at random.

    The chance keeps many clients from coming back in step after one restart.
    """

    def __init__(
        self,
        first: float,
        longest: float,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._first = first
        self._longest = longest
        self._chance = chance
        self._doublings = 0

    def next(self) -> float:
        """The pause to make now; the one after it is longer."""
        pause = self._first * 2**self._doublings
        self._doublings = min(self._doublings + 1, _MAX_DOUBLINGS)
        return self.jittered(min(pause, self._longest))

    def jittered(self, pause: float) -> float:
        """This pause, shortened by up to half."""
        return pause * (1 - self._chance() / 2)

    def reset(self) -> None:
        """All is well again: begin with the first pause."""
        self._doublings = 0
