"""What is about no single call: the link to Asterisk, its clock, its queues and their members."""

from dataclasses import dataclass
from datetime import datetime

from ccd.calls.ids import QueueName
from ccd.calls.snapshot import MemberNow, Snapshot


@dataclass(frozen=True, kw_only=True)
class LinkLost:
    """ccd stopped hearing Asterisk; what happens from now on may stay unknown."""

    at: datetime


@dataclass(frozen=True, kw_only=True)
class Resynchronised:
    """ccd hears Asterisk again; ``snapshot`` is what was alive at that moment.

    Also delivered after the reader dropped events (a gap), and at the daemon's start.
    """

    at: datetime
    snapshot: Snapshot


@dataclass(frozen=True, kw_only=True)
class ClockSet:
    """Asterisk's clock was set, forward or back by so many seconds: times told from now on differ by them."""

    at: datetime
    seconds: float


@dataclass(frozen=True, kw_only=True)
class MemberChanged:
    """A queue member's state changed (``QueueMemberStatus``/``Added``/``Removed``/``Pause``)."""

    at: datetime
    member: MemberNow
    """As it is now, or was when the queue lost it."""
    present: bool
    """False when the queue has it no more."""


@dataclass(frozen=True, kw_only=True)
class QueuesNow:
    """All queues that Asterisk has, and all their members: no event tells what a reload removed."""

    at: datetime
    queues: tuple[QueueName, ...]
    members: tuple[MemberNow, ...]
