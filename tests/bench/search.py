"""The highest rate that still works, found in few steps."""

import math
from dataclasses import dataclass

GROWTH = 1.25
RESOLUTION = 1.05
"""The search ends when the lowest rate that failed is no more than this above the highest that worked."""


@dataclass
class Search:
    """Grow until it fails, then halve the interval; a rate fails when it fails twice."""

    rate: float
    best: float = 0.0
    worst: float = float("inf")
    failed_once: bool = False

    @property
    def over(self) -> bool:
        """Nothing more to find out."""
        return self.worst / max(self.best, 1) <= RESOLUTION

    def tried(self, *, worked: bool) -> None:
        """Take the outcome of ``rate`` and choose the next."""
        if not worked and not self.failed_once:
            self.failed_once = True
            return
        self.failed_once = False
        if worked:
            self.best = max(self.best, self.rate)
        else:
            self.worst = min(self.worst, self.rate)
        self.rate = self._next()

    def _next(self) -> float:
        if self.worst == float("inf"):
            return round(self.best * GROWTH, 1)
        low = self.best or self.worst / GROWTH**2
        return round(math.sqrt(low * self.worst), 1)
