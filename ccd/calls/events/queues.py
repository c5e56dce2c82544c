"""What ``app_queue`` does with a caller, and with the agents that it rings for him."""

from dataclasses import dataclass

from ccd.calls.events.channels import ChannelEvent
from ccd.calls.ids import Phone, QueueName, UniqueId


@dataclass(frozen=True, kw_only=True)
class QueueJoined(ChannelEvent):
    """The caller entered a queue (``QueueCallerJoin``)."""

    queue: QueueName
    caller_number: str
    caller_name: str
    called_number: str


@dataclass(frozen=True, kw_only=True)
class QueueLeft(ChannelEvent):
    """The caller left a queue for whatever reason (``QueueCallerLeave``)."""

    queue: QueueName


@dataclass(frozen=True, kw_only=True)
class AgentRinging(ChannelEvent):
    """An agent's phone was asked to ring for the caller (``AgentCalled``)."""

    queue: QueueName
    phone: Phone
    member: str
    leg: UniqueId


@dataclass(frozen=True, kw_only=True)
class AgentMissed(ChannelEvent):
    """The agent's phone stopped ringing unanswered (``AgentRingNoAnswer``)."""

    queue: QueueName
    phone: Phone
    leg: UniqueId


@dataclass(frozen=True, kw_only=True)
class AgentConnected(ChannelEvent):
    """Agent and caller talk (``AgentConnect``).  ``waited``: whole seconds in this queue."""

    queue: QueueName
    phone: Phone
    member: str
    leg: UniqueId
    waited: int


@dataclass(frozen=True, kw_only=True)
class AgentCompleted(ChannelEvent):
    """The talk with the agent ended (``AgentComplete``).

    ``reason`` is Asterisk's word: ``caller``, ``agent`` or ``transfer``: who ended it.
    ``waited`` and ``talked`` are whole seconds.  ``leg`` is empty when it was gone before, the
    call's ids too when both channels were.
    """

    queue: QueueName
    phone: Phone
    member: str
    leg: UniqueId
    waited: int
    talked: int
    reason: str
