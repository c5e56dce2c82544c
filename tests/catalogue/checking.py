"""Whether what a shape left behind is what it must leave."""

from collections.abc import Sequence

from tests.catalogue.expected import Record, differences
from tests.catalogue.playing import Played
from tests.catalogue.shape import Shape


def wrong(shape: Shape, played: Played) -> list[str]:
    """What is wrong, in words; nothing when all is right."""
    if played.failure:
        return [played.failure]
    return disagreements(shape, played.records)


def disagreements(shape: Shape, records: Sequence[Record]) -> list[str]:
    """Where the records are not those that the shape must leave."""
    if len(records) != len(shape.expected):
        told = [f"{one['call_id']} {one['direction']} {one['disposition']}" for one in records]
        return [f"{len(records)} records instead of {len(shape.expected)}: {told}"]
    pairs = zip(shape.expected, records, strict=True)
    return [one for expected, record in pairs for one in differences(expected, record, shape)]
