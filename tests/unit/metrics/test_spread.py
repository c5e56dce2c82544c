"""Percentiles from buckets: never farther from the truth than the bucket is wide."""

from math import ceil

from hypothesis import example, given
from hypothesis import strategies as st

from ccd.metrics.spread import BUCKETS, EDGES, NOTHING, bucket_of, percentile

MOST = 5_000_000


@example(waits=[0, 0, 3], share=0.9)
@given(st.lists(st.integers(0, MOST), min_size=1, max_size=60), st.sampled_from([0.1, 0.5, 0.9, 1.0]))
def test_a_percentile_is_in_the_bucket_of_the_true_one(waits, share):
    spread = tuple(sum(bucket_of(wait) == place for wait in waits) for place in range(BUCKETS))
    true = sorted(waits)[max(1, ceil(share * len(waits))) - 1]
    found = percentile(spread, share, max(waits))
    bucket = bucket_of(true)
    low = EDGES[bucket - 1] if bucket else 0
    high = EDGES[bucket] if bucket < len(EDGES) else MOST
    assert found is not None
    assert low <= found <= min(high, max(waits) / 1000)


def test_nobody_waited():
    assert percentile(NOTHING, 0.5, 0) is None


def test_an_edge_belongs_to_the_bucket_below():
    assert (bucket_of(1000), bucket_of(1001), bucket_of(3_600_001)) == (0, 1, BUCKETS - 1)
