"""What happens on one channel of one call, and to the bridges that it is in."""

from dataclasses import dataclass
from datetime import datetime

from ccd.calls.ids import LinkedId, Phone, UniqueId


@dataclass(frozen=True, kw_only=True)
class ChannelEvent:
    """Something happened on one channel of one call."""

    at: datetime
    linked_id: LinkedId
    unique_id: UniqueId


@dataclass(frozen=True, kw_only=True)
class ChannelStarted(ChannelEvent):
    """A channel was born (``Newchannel``); the first one of a linkedid is the caller's."""

    channel: str
    caller_number: str
    caller_name: str
    called_number: str
    context: str


@dataclass(frozen=True, kw_only=True)
class BridgeEntered(ChannelEvent):
    """The channel joined a bridge: from now on it hears whoever else is there.

    ``swapped`` is the channel whose place it took there: a Local one, optimised away.
    """

    bridge: str
    channel: str
    swapped: UniqueId = UniqueId("")


@dataclass(frozen=True, kw_only=True)
class BridgeLeft(ChannelEvent):
    """The channel left a bridge."""

    bridge: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class Held(ChannelEvent):
    """The owner of this channel put the other side on hold."""


@dataclass(frozen=True, kw_only=True)
class Unheld(ChannelEvent):
    """The hold ended."""


@dataclass(frozen=True, kw_only=True)
class Transferred(ChannelEvent):
    """A transfer succeeded: ``unique_id`` is the channel of whoever transferred.

    ``kind`` is ``blind`` or ``attended``; ``target`` the dialled extension, or the other
    party's phone, as far as Asterisk tells.  ``second`` is the channel on which the transferer consulted,
    ``transferee`` whom he passed on.  ``stays``: all three talk now.
    """

    kind: str
    by: Phone
    target: str
    second: UniqueId = UniqueId("")
    transferee: UniqueId = UniqueId("")
    stays: bool = False


@dataclass(frozen=True, kw_only=True)
class HangupRequested(ChannelEvent):
    """The far end of this channel hung up (``HangupRequest``): tells who ended the call."""


@dataclass(frozen=True, kw_only=True)
class ChannelEnded(ChannelEvent):
    """The channel is gone (``Hangup``).  ``cause`` is a Q.850 code; 0 where unknown.

    ``recording`` is the file that the channel was recorded to, where Asterisk tells.
    """

    channel: str
    cause: int
    recording: str = ""
