"""Whether the records that a shape left are those that it must leave."""

from collections.abc import Mapping, Sequence

from tests.catalogue.differences import differences
from tests.catalogue.laws import Record
from tests.catalogue.shape import Shape

WRONG: Mapping[str, str] = {}
"""Shapes of which ccd's record is known to be wrong, and what is wrong."""
SOMETIMES: Mapping[str, str] = {}
"""Those whose record depends on which of two events comes first; their captures are of the good order."""


def wrong(shape: Shape, records: Sequence[Record]) -> list[str]:
    """What is wrong, in words; nothing when all is right."""
    if len(records) != len(shape.expected):
        told = [f"{one['call_id']} {one['direction']} {one['disposition']}" for one in records]
        return [f"{len(records)} records instead of {len(shape.expected)}: {told}"]
    pairs = zip(shape.expected, records, strict=True)
    return [one for expected, record in pairs for one in differences(expected, record, shape)]
