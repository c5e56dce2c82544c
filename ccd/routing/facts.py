"""All that rules may ask about a call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ccd.calls.ids import QueueName
from ccd.directory.caller import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCall:
    """An earlier call from the same number."""

    at: datetime
    disposition: str
    agent: str = ""
    """Member name of who talked last; empty without a talk."""
    phone: str = ""
    """That member's phone, such as ``PJSIP/101``."""


HISTORY_REACH, HISTORY_CALLS = timedelta(days=90), 50
"""How far a history reaches, in time and in calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What came before this call.  ``complete`` is False when the store gave no answer in time."""

    calls: tuple[PastCall, ...] = ()
    """Newest first, at most 50, of the last 90 days."""
    reminded_at: datetime | None = None
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """A queue right now, as far as Asterisk told.  Times are aware."""

    waiting: int = 0
    longest_since: datetime | None = None
    on_duty: int = 0
    """Members that are there: reachable and not paused."""
    free: int = 0
    """Those among them who are in no call."""
    waits: tuple[datetime, ...] = ()
    """When each of those waiting joined, the oldest first, as far as it is known; gathered with the other
    facts from the AMI's picture of the queue.  A caller who was in the line before (a slice of a plan, a key
    that ended the wait) keeps the first join: it is what a place in the line is counted from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that rules may ask about: nothing else enters a decision.  ``now`` is aware.

    ``queues`` are those that Asterisk has, by name; None while it cannot be heard.
    """

    caller: Caller
    called_number: str
    now: datetime
    history: History = History()
    queues: Mapping[QueueName, QueueState] | None = None
    pressed: Mapping[str, str] = field(default_factory=dict)
    """Keys pressed so far in this call, by the menu's name."""
