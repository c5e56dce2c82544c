"""The rate at which trials begin to fail: up after one that worked, down after one that did not.

Near its limit a system fails by chance.  So the limit is the mean of the rates around which the
staircase turned, not the luckiest of them.
"""

import statistics
from dataclasses import dataclass, field

LARGE, SMALL = 1.2, 1.06
"""Steps before the first failure, and after it."""


@dataclass
class Staircase:
    """``rate`` is the next to try."""

    rate: float
    settled: list[float] = field(default_factory=list)
    """The rates that were tried since the first failure."""

    def tried(self, *, worked: bool) -> None:
        """Take the outcome of ``rate`` and choose the next."""
        if self.settled or not worked:
            self.settled.append(self.rate)
        step = SMALL if self.settled else LARGE
        self.rate = round(self.rate * step if worked else self.rate / step, 1)

    @property
    def limit(self) -> float:
        """Where it settled; the next rate when nothing ever failed."""
        return statistics.geometric_mean(self.settled) if self.settled else self.rate
