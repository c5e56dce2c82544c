"""Whether the records that a shape left are those that it must leave."""

from collections.abc import Mapping, Sequence

from tests.catalogue.differences import differences
from tests.catalogue.laws import Record
from tests.catalogue.shape import Shape

WRONG: Mapping[str, str] = {}
"""Shapes of which ccd's record is known to be wrong, and what is wrong."""
SOMETIMES: Mapping[str, str] = {}
"""Those whose record depends on which of two events comes first; their captures are of the good order."""

_ENDER = "the logs' account does not know who ended a call after a transfer"
_OUTBOUND = "the logs' account has no outbound calls"
_LOCAL = "the logs' account takes the halves of a Local channel for phones"
DISPUTED: Mapping[str, str] = {
    "a-member-behind-a-local-channel-that-stays": _LOCAL,
    "a-member-behind-a-local-channel-that-goes": _LOCAL,
    "the-phone-forwards-to-a-colleague": _LOCAL,
    "the-dialled-phone-forwards": _LOCAL,
    "handed-over-to-a-colleague-who-hangs-up": _ENDER,
    "handed-over-while-the-colleagues-phone-rings": _ENDER,
    "passed-to-the-doctor-from-the-desk": _ENDER,
    "sent-to-a-colleague": _ENDER,
    "sent-to-a-colleague-and-given-up": _ENDER,
    "sent-on-twice": _ENDER,
    "sent-on-from-hold": _ENDER,
    "sent-to-nobody-and-returned": _ENDER,
    "sent-by-keys": _ENDER,
    "sent-by-a-program": _ENDER,
    "sent-to-another-operator": _ENDER,
    "an-agent-calls-a-patient-who-hangs-up": _OUTBOUND,
    "an-agent-calls-a-patient-and-hangs-up": _OUTBOUND,
    "an-agent-calls-a-patient-and-gives-up": _OUTBOUND,
    "an-agent-calls-a-patient-who-is-busy": _OUTBOUND,
}
"""Shapes of which Asterisk's own logs, as ccd reads them, tell something else."""


def wrong(shape: Shape, records: Sequence[Record]) -> list[str]:
    """What is wrong, in words; nothing when all is right."""
    if len(records) != len(shape.expected):
        told = [f"{one['call_id']} {one['direction']} {one['disposition']}" for one in records]
        return [f"{len(records)} records instead of {len(shape.expected)}: {told}"]
    pairs = zip(shape.expected, records, strict=True)
    return [one for expected, record in pairs for one in differences(expected, record, shape)]
