"""What is alive on the Asterisk at one moment, as asked after every (re)connection."""

from dataclasses import dataclass
from datetime import datetime

from ccd.calls.ids import LinkedId, Phone, QueueName, UniqueId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelNow:
    """A living channel (``CoreShowChannels``).  ``age`` is whole seconds since its birth."""

    unique_id: UniqueId
    linked_id: LinkedId
    channel: str
    caller_number: str
    caller_name: str
    called_number: str
    context: str
    bridge: str
    age: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueNow:
    """A queue that Asterisk has (``QueueParams``)."""

    queue: QueueName


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingNow:
    """A caller waiting in a queue (``QueueEntry``).  ``waited`` is whole seconds."""

    queue: QueueName
    unique_id: UniqueId
    waited: int


@dataclass(frozen=True, kw_only=True)
class MemberNow:
    """A queue member (``QueueMember``)."""

    queue: QueueName
    phone: Phone
    name: str
    paused: bool
    reachable: bool = True
    """False when Asterisk knows the phone to be unavailable or its device to be invalid."""
    busy: bool = False
    """True when the phone rings, talks or holds, for whatever call."""
    reason: str = ""
    """Why it is paused, in the words of whoever paused it."""
    paused_at: datetime | None = None
    """When the last pause began; it may be over."""
    last_call_at: datetime | None = None
    """When the last call that this queue gave it ended."""
    wrap_up: int = 0
    """Seconds of peace after a call, of a member who has its own; the queue's own are not told."""
    device: Phone = Phone("")
    """The device whose state is the member's: the phone behind a Local channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All of it.  ``at`` is before the question: who was born since may be missing."""

    at: datetime
    channels: tuple[ChannelNow, ...]
    waiting: tuple[WaitingNow, ...]
    members: tuple[MemberNow, ...]
    queues: tuple[QueueName, ...] = ()
