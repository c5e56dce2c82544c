"""What can happen to a call, as frozen values.

The AMI edge translates Asterisk's events to these and to nothing else; the core knows no
header name.  Every time is an aware UTC ``datetime``: Asterisk's own clock where the event
carries a ``Timestamp``, the moment of receipt otherwise.
"""

from ccd.calls.events.asterisk import ClockSet, LinkLost, MemberChanged, QueuesNow, Resynchronised
from ccd.calls.events.channels import (
    BridgeEntered,
    BridgeLeft,
    ChannelEnded,
    ChannelEvent,
    ChannelStarted,
    HangupRequested,
    Held,
    Transferred,
    Unheld,
)
from ccd.calls.events.phones import PhoneAnswered, PhoneMissed, PhoneRinging
from ccd.calls.events.plans import CallbackPromised, CallOffered, MessageLeft, StepTaken
from ccd.calls.events.queues import (
    AgentCompleted,
    AgentConnected,
    AgentMissed,
    AgentRinging,
    QueueJoined,
    QueueLeft,
)

CallEvent = (
    ChannelStarted
    | CallOffered
    | StepTaken
    | MessageLeft
    | CallbackPromised
    | QueueJoined
    | QueueLeft
    | AgentRinging
    | AgentMissed
    | AgentConnected
    | AgentCompleted
    | PhoneRinging
    | PhoneMissed
    | PhoneAnswered
    | Held
    | Unheld
    | BridgeEntered
    | BridgeLeft
    | Transferred
    | HangupRequested
    | ChannelEnded
)
"""Anything that changes one call."""

OwnEvent = StepTaken | MessageLeft | CallbackPromised
"""What ccd itself, not Asterisk, knows of a call."""

AsteriskEvent = CallEvent | MemberChanged | QueuesNow | ClockSet | LinkLost | Resynchronised
"""Everything that the AMI edge delivers, in order."""

__all__ = [
    "AgentCompleted",
    "AgentConnected",
    "AgentMissed",
    "AgentRinging",
    "AsteriskEvent",
    "BridgeEntered",
    "BridgeLeft",
    "CallEvent",
    "CallOffered",
    "CallbackPromised",
    "ChannelEnded",
    "ChannelEvent",
    "ChannelStarted",
    "ClockSet",
    "HangupRequested",
    "Held",
    "LinkLost",
    "MemberChanged",
    "MessageLeft",
    "OwnEvent",
    "PhoneAnswered",
    "PhoneMissed",
    "PhoneRinging",
    "QueueJoined",
    "QueueLeft",
    "QueuesNow",
    "Resynchronised",
    "StepTaken",
    "Transferred",
    "Unheld",
]
