"""How waits are spread: counts in fixed buckets, from which percentiles are read without the calls.

A percentile lies in the bucket that holds the true one (nearest rank), so it is wrong by less than
that bucket's width: 1 s up to 6 s, 5 s up to 30 s, 10 s up to a minute, 30 s up to three, 5 minutes up to 20.
"""

from bisect import bisect_left
from itertools import accumulate
from math import ceil

Spread = tuple[int, ...]

EDGES = (
    *(1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30),
    *(40, 50, 60, 75, 90, 120, 150, 180, 240, 300),
    *(420, 600, 900, 1200, 1800, 3600),
)
"""Seconds; a bucket holds what is greater than the edge before it and at most its own."""
BUCKETS = len(EDGES) + 1
"""The last one has no upper edge."""
NOTHING: Spread = (0,) * BUCKETS
_ONE = tuple(tuple(int(place == bucket) for place in range(BUCKETS)) for bucket in range(BUCKETS))


def bucket_of(milliseconds: int) -> int:
    """The place of the bucket that this wait belongs to."""
    return bisect_left(EDGES, milliseconds / 1000)


def one_in(bucket: int) -> Spread:
    """A single wait."""
    return _ONE[bucket]


def percentile(spread: Spread, share: float, longest: int) -> float | None:
    """Seconds that ``share`` of the waits do not exceed; ``longest`` in ms.  None without any wait.

    Within its bucket, waits are taken to be spread evenly.
    """
    reached = list(accumulate(spread))
    if not reached[-1]:
        return None
    rank = max(1, ceil(share * reached[-1]))
    bucket = bisect_left(reached, rank)
    low = EDGES[bucket - 1] if bucket else 0
    high = min(EDGES[bucket] if bucket < len(EDGES) else longest / 1000, longest / 1000)
    before = reached[bucket] - spread[bucket]
    reach = (max(high, low) - low) * (rank - before) / spread[bucket]
    return min(low + reach, max(high, low))  # floats may round up, beyond the longest
