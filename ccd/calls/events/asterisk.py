"""What is about no single call: the link to Asterisk, its clock, its queues and their members."""

from dataclasses import dataclass
from datetime import datetime

from ccd.calls.ids import Phone, QueueName
from ccd.calls.snapshot import MemberNow, Snapshot
from ccd.calls.values import made


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
    queue: QueueName
    phone: Phone
    name: str
    paused: bool
    present: bool
    reachable: bool = True
    busy: bool = False
    reason: str = ""
    paused_at: datetime | None = None
    last_call_at: datetime | None = None
    wrap_up: int = 0
    device: Phone = Phone("")

    @property
    def member(self) -> MemberNow:
        """The member as it is now."""
        told = vars(self).copy()
        del told["at"], told["present"]
        return made(MemberNow, told)


@dataclass(frozen=True, kw_only=True)
class QueuesNow:
    """All queues that Asterisk has, and all their members: no event tells what a reload removed."""

    at: datetime
    queues: tuple[QueueName, ...]
    members: tuple[MemberNow, ...]
