"""Whether the records that a shape left are those that it must leave."""

from collections.abc import Mapping, Sequence

from tests.catalogue.expected import Record, differences
from tests.catalogue.shape import Shape

TO = "it does not say whom the talk was passed on to"
LOCAL = "it names a Local channel in place of the phone behind it"
CONSULTING = "it does not say whom the agent asked meanwhile"
ENDED = "a phone that stopped ringing is sometimes told by another word"
WRONG: Mapping[str, str] = {
    "a-colleague-is-asked-meanwhile": CONSULTING,
    "a-member-behind-a-local-channel-that-goes": LOCAL,
    "a-member-behind-a-local-channel-that-stays": LOCAL,
    "abandoned-in-the-second-queue": ENDED,
    "abandoned-while-a-dialled-phone-rings": ENDED,
    "abandoned-while-a-phone-rings": ENDED,
    "asked-by-keys-and-back": CONSULTING,
    "asked-by-keys-and-declined": CONSULTING,
    "handed-over": CONSULTING,
    "handed-over-by-a-program": CONSULTING,
    "handed-over-by-keys": CONSULTING,
    "handed-over-to-a-colleague-who-hangs-up": CONSULTING,
    "handed-over-while-the-colleagues-phone-rings": CONSULTING,
    "passed-to-the-doctor-by-a-code": TO,
    "passed-to-the-doctor-from-the-desk": TO,
    "returned-to-the-operator": TO,
    "sent-by-a-program": TO,
    "sent-by-keys": TO,
    "sent-on-twice": TO,
    "sent-to-a-colleague": TO,
    "sent-to-a-colleague-and-given-up": TO,
    "sent-to-a-colleague-who-does-not-answer": TO,
    "sent-to-a-colleague-who-hangs-up": TO,
    "sent-to-a-colleague-who-is-busy": TO,
    "sent-to-another-operator": TO,
    "the-caller-gives-up-while-a-program-asks": CONSULTING,
    "the-caller-hangs-up-while-a-colleague-is-asked": CONSULTING,
    "the-colleague-declines-to-take-over": CONSULTING,
    "the-colleague-does-not-want-to-be-asked": CONSULTING,
    "the-colleague-hangs-up-after-the-question": CONSULTING,
    "the-dialled-phone-forwards": LOCAL,
    "the-phone-forwards-to-a-colleague": LOCAL,
    "three-phones-ring-at-once-and-one-declines": ENDED,
    "three-talk-together": CONSULTING,
}
"""Shapes of which ccd's record is known to be wrong, and what is wrong."""


def wrong(shape: Shape, records: Sequence[Record]) -> list[str]:
    """What is wrong, in words; nothing when all is right."""
    if len(records) != len(shape.expected):
        told = [f"{one['call_id']} {one['direction']} {one['disposition']}" for one in records]
        return [f"{len(records)} records instead of {len(shape.expected)}: {told}"]
    pairs = zip(shape.expected, records, strict=True)
    return [one for expected, record in pairs for one in differences(expected, record, shape)]
