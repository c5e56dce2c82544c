"""Calls as no generator of nice examples would make them: everything with everything."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from ccd.calls.ids import LinkedId, Phone, QueueName
from ccd.calls.record import CallRecord, Direction, Disposition, Segment, SegmentKind, State

BEGIN = datetime(2026, 10, 24, 18, 30, tzinfo=UTC)
"""Within these three days Kyiv's clock goes back."""
QUEUES = ("operators", "doctors", "night", "")
RESULTS = (
    *("connected", "abandoned", "left", "missed", "answered", "caller", "agent", "unknown", ""),
    *["transfer"] * 4,
)


def seconds(random: Random) -> float | None:
    some = (
        0.0,
        1.0,
        4.999,
        5.0,
        20.0,
        20.001,
        round(random.uniform(0, 60), 3),
        round(random.uniform(0, 5000), 3),
    )
    return random.choice((*some, None))


def segment(random: Random) -> Segment:
    return Segment(
        kind=random.choice(list(SegmentKind)),
        queue=QueueName(random.choice(QUEUES)),
        phone=Phone(random.choice(("PJSIP/101", "PJSIP/102", ""))),
        member=random.choice(("Анна", "Oleg", "Dr Kim", "")),
        began_at=BEGIN,
        result=random.choice(RESULTS),
        seconds=seconds(random),
        held=random.choice((0.0, 3.5, 100.0, None)),
    )


def call(random: Random, number: int) -> CallRecord:
    ended = random.random() < 0.9
    fields: dict[str, Any] = {
        "state": State.ENDED if ended else State.CONNECTED,
        "arrived_at": BEGIN + timedelta(seconds=random.randrange(3 * 24 * 3600)),
        "caller_number": random.choice(("+79161111111", "+79162222222", "79161111111", "")),
        "caller_name": "",
        "called_number": random.choice(("100", "200")),
        "direction": random.choice((Direction.INBOUND, Direction.INBOUND, Direction.OUTBOUND)),
        "withheld": random.random() < 0.1,
        "patient_ids": random.choice(((), ("1",))),
        "queue": QueueName(random.choice(QUEUES)),
        "waited": seconds(random),
        "disposition": random.choice(list(Disposition)),
        "segments": tuple(segment(random) for _ in range(random.randrange(6))),
        "wrapped_up": random.choice((None, 12.5)),
        "source": random.choice(("", "yandex")),
        "topic": random.choice(("", "result", "price")),
        "outcome": random.choice(("", "booked", "booked.repeat", "bookedness", "advice.prices")),
    }
    return CallRecord(call_id=LinkedId(f"1.{number}"), **fields)
