"""Whether the records that a shape left are those that it must leave."""

from collections.abc import Mapping, Sequence

from tests.catalogue.expected import Record, differences
from tests.catalogue.shape import Shape

TO = "it does not say whom the talk was passed on to"
LOCAL = "it names a Local channel in place of the phone behind it"
CONSULTING = "it does not say whom the agent asked meanwhile"
ENDED = "a phone that stopped ringing is sometimes told by another word"
WRONG: Mapping[str, str] = {
    "a-member-behind-a-local-channel-that-goes": LOCAL,
    "a-member-behind-a-local-channel-that-stays": LOCAL,
    "handed-over-while-the-colleagues-phone-rings": CONSULTING,
    "sent-by-keys": TO,
}
"""Shapes of which ccd's record is known to be wrong, and what is wrong."""


def wrong(shape: Shape, records: Sequence[Record]) -> list[str]:
    """What is wrong, in words; nothing when all is right."""
    if len(records) != len(shape.expected):
        told = [f"{one['call_id']} {one['direction']} {one['disposition']}" for one in records]
        return [f"{len(records)} records instead of {len(shape.expected)}: {told}"]
    pairs = zip(shape.expected, records, strict=True)
    return [one for expected, record in pairs for one in differences(expected, record, shape)]
