"""What a soak will do, and when: all of it follows from the seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tests.soak.shapes import SHAPES, Shape

_VARIANTS = 2
"""So many crowds of callers for each shape, who stay on the line for different times."""


class Trouble(StrEnum):
    """What happens around ccd."""

    KILL = "ccd killed"
    CUT = "link cut"
    LOCK = "database locked"
    RESTART = "Asterisk restarted"


LASTS: dict[Trouble, tuple[float, float]] = {
    Trouble.KILL: (0.1, 2),
    Trouble.CUT: (0, 3),
    Trouble.LOCK: (0.5, 4),
    Trouble.RESTART: (0, 1),
}
"""For how many seconds, between the least and the most."""


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Callers of one shape; each hangs up after ``talk`` seconds unless the other side did."""

    shape: Shape
    talk: float
    numbers: tuple[str, ...]
    after: float
    """Seconds from the beginning to the first of them."""
    rate: float
    """Calls in a second."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A trouble: when, and for how long, in seconds."""

    at: float
    lasts: float


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One soak."""

    calls: int
    rate: float = 10
    troubles: dict[Trouble, int]
    seed: int

    @property
    def seconds(self) -> float:
        """How long calls are placed."""
        return self.calls / self.rate

    def crowds(self) -> list[Crowd]:
        """Who calls: every shape alike, each call from a number of its own."""
        chance = random.Random(self.seed)
        shapes = [shape for shape in SHAPES for _ in range(_VARIANTS)]
        first = 78_000_000_000
        numbers = [f"+{first + number}" for number in range(self.calls)]
        shares = [numbers[place :: len(shapes)] for place in range(len(shapes))]
        return [
            self._crowd(shape, tuple(share), chance)
            for shape, share in zip(shapes, shares, strict=True)
            if share
        ]

    def _crowd(self, shape: Shape, numbers: tuple[str, ...], chance: random.Random) -> Crowd:
        rate = len(numbers) / self.seconds
        return Crowd(
            shape=shape,
            talk=round(chance.uniform(*shape.talk), 1),
            numbers=numbers,
            after=chance.uniform(0, 1 / rate),
            rate=rate,
        )

    def moments(self, trouble: Trouble) -> Iterator[Moment]:
        """When it happens: spread over the whole soak, never regularly."""
        chance = random.Random(f"{self.seed} {trouble}")
        count = self.troubles.get(trouble, 0)
        for number in range(count):
            at = (number + chance.uniform(0.1, 0.9)) * self.seconds / count
            yield Moment(at=at, lasts=chance.uniform(*LASTS[trouble]))
