"""The floor: every queue, every agent, every waiting caller at one moment, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ccd.calls.ids import LinkedId, Phone, QueueName
from ccd.calls.record import CallRecord
from ccd.metrics.totals import ZERO, Totals


class AgentState(StrEnum):
    """What an agent does; the first that applies, in this order."""

    TALKING = "talking"
    HELD = "held"
    """The caller is on hold."""
    RINGING = "ringing"
    AWAY = "away"
    """The phone cannot be reached."""
    PAUSED = "paused"
    """Paused in every queue."""
    WRAPUP = "wrapup"
    BUSY = "busy"
    """The phone is in use for a call that is no patient's, or that ccd does not know."""
    READY = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A member of queues.  ``since`` is when the state began; None when nobody told."""

    phone: Phone
    name: str
    state: AgentState
    since: datetime | None
    queues: tuple[QueueName, ...]
    paused_in: tuple[QueueName, ...] = ()
    reason: str = ""
    """Why paused, in the words of whoever paused."""
    call: CallRecord | None = None
    """The patient's call that rings here or is talked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A caller in a queue.  ``since`` counts from the first moment in it; None when ccd did not see it."""

    call: CallRecord
    queue: QueueName
    since: datetime | None
    ringing: tuple[Phone, ...] = ()
    """The phones that ring for this caller now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue: who waits, how many of its agents are in which state, what it did today."""

    name: QueueName
    waiting: int = 0
    longest_since: datetime | None = None
    agents: Mapping[AgentState, int] = field(default_factory=dict)
    today: Totals = ZERO
    """Of today's calls only what ``ccd.live.today`` counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """All of it.  ``stale``: Asterisk cannot be heard, so everything may be old."""

    at: datetime
    stale: bool = True
    queues: tuple[Queue, ...] = ()
    agents: tuple[Agent, ...] = ()
    waiting: tuple[Waiting, ...] = ()

    @property
    def calls(self) -> Mapping[LinkedId, CallRecord]:
        """The calls that somebody waits, rings or talks in, by their id."""
        heard = [one.call for one in self.agents if one.call]
        return {call.call_id: call for call in (*heard, *(one.call for one in self.waiting))}
