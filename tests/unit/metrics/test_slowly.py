"""Every figure equals the slow count, for calls that nobody would think of."""

from datetime import date
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.callbacks.promise import Standing
from ccd.calls.ids import QueueName
from ccd.calls.record import CallRecord, Disposition, State
from ccd.metrics.dimensions import PART, Dimension, Part
from ccd.metrics.facts import Around, Other, facts
from ccd.metrics.formulas import METRICS, How, value
from ccd.metrics.rules import Prices, Rules
from ccd.metrics.service_level import ServiceLevel, service_level
from ccd.metrics.spread import bucket_of
from ccd.metrics.totals import Totals, added
from tests.unit.metrics import slow
from tests.unit.metrics.made_up import call

KYIV = ZoneInfo("Europe/Kyiv")
RULES = Rules(answer_within=20, short_below=5, doctors_queue=QueueName("doctors"))
HOW = How(prices=Prices(new_patient=1000, known_patient=300))
APPROXIMATE = {"speed_of_answer_median", "speed_of_answer_p90"}


def same(found: dict[str, float | None], expected: dict[str, float | None]) -> None:
    """Figure by figure; a percentile only has to be in the bucket of the true one."""
    for name in METRICS:
        if name in APPROXIMATE and expected[name] is not None:
            assert bucket_of(round((found[name] or 0) * 1000)) in near(expected[name]), name
        else:
            assert found[name] == (None if expected[name] is None else pytest.approx(expected[name])), name


def near(seconds: float | None) -> set[int]:
    """The bucket; its lower edge is the end of the one before."""
    bucket = bucket_of(round((seconds or 0) * 1000))
    return {bucket, max(0, bucket - 1)}


def around(world: slow.World, record: CallRecord) -> Around:
    others = [one for one in world.calls if one.state is State.ENDED and not one.withheld and one.arrived_at]
    same_number = [one for one in others if one.caller_number[-10:] == record.caller_number[-10:] != ""]
    found = [
        Other(
            at=one.arrived_at,
            topic=one.topic,
            inbound=one.direction.value == "inbound",
            answered=one.disposition is Disposition.ANSWERED,
        )
        for one in same_number
        if one.arrived_at and not record.withheld
    ]
    promise = world.promises.get(record.call_id)
    return Around(
        others=tuple(found),
        promise=Standing(promise) if promise else None,
        booked=record.call_id in world.booked,
    )


def made_up(random: Random, calls: int) -> slow.World:
    records = tuple(call(random, number) for number in range(calls))
    ids = [one.call_id for one in records]
    promises = {str(one): str(random.choice(list(Standing))) for one in ids if random.random() < 0.2}
    return slow.World(calls=records, promises=promises, booked=frozenset(ids[::7]))


@given(st.integers(0, 2**32), st.integers(0, 25))
def test_facts_add_up_to_what_the_slow_count_says(seed, calls):
    world = made_up(Random(seed), calls)
    gathered: dict[tuple[Part, str], list[Totals]] = {}
    for record in world.calls:
        assert record.arrived_at
        for one in facts(record, record.arrived_at, around(world, record), RULES):
            gathered.setdefault((one.part, one.value), []).append(one.totals)
    for by in (Dimension.ALL, *PART):
        part = PART.get(by, Part.CALL)
        expected = slow.rows(world, date.min, date.max, by, KYIV)
        found = {key: added(some) for (of, key), some in gathered.items() if of is part}
        assert found.keys() == expected.keys()
        for key, totals in found.items():
            same({one.name: value(one, totals, part, HOW) for one in METRICS.values()}, expected[key])
            for formula in ServiceLevel if part in {Part.CALL, Part.QUEUE} else ():
                assert service_level(totals, formula) == pytest.approx(expected[key][formula]), formula
