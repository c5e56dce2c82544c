"""A second call of a phone that talks with a caller: a consultation about that caller's call.

Asterisk gives it a linkedid of its own until a transfer joins the two, so what happens on it is told
to the call whose caller waits meanwhile, its host.
"""

from collections.abc import Iterable

from ccd.calls import consulting
from ccd.calls.call import REACHED, Call
from ccd.calls.events import (
    AgentConnected,
    ChannelEnded,
    PhoneAnswered,
    PhoneMissed,
    PhoneRinging,
    QueueJoined,
)
from ccd.calls.ids import Phone, phone_of
from ccd.calls.record import TALKING, Segment
from ccd.calls.segments import is_open
from ccd.calls.voices import spoken_by

BEGINS = PhoneRinging | QueueJoined
"""What makes a second call a consultation: it calls somebody."""
TOLD = BEGINS | AgentConnected | PhoneAnswered | PhoneMissed | ChannelEnded
"""What a host is told of."""


def host_of(side: Call, event: BEGINS, calls: Iterable[Call]) -> Call | None:
    """The call whose caller waits while this phone calls somebody; None when it talks with nobody."""
    if event.unique_id != side.caller_leg or event.unique_id not in side.legs:
        return None
    phone = phone_of(side.legs[event.unique_id].channel)
    return next((call for call in calls if call.tracked and _talk_on(call, phone)), None)


def told(host: Call, side: Call, event: TOLD) -> Call:
    """The host after this happened on the second call ``side``."""
    match event:
        case PhoneRinging() | QueueJoined():
            return _begun(host, side, event)
        case AgentConnected() | PhoneAnswered():
            return consulting.told(host, event.unique_id, REACHED)
        case PhoneMissed():
            return consulting.told(host, event.unique_id, event.result)
        case ChannelEnded():
            return consulting.over(host, event.unique_id, event.at)


def _begun(host: Call, side: Call, event: BEGINS) -> Call:
    talk = _talk_on(host, phone_of(side.legs[event.unique_id].channel))
    if talk is None or event.unique_id in host.consults:
        return host
    to = event.phone if isinstance(event, PhoneRinging) else event.queue
    return consulting.begins(host, event.unique_id, talk, to, event.at)


def _talk_on(call: Call, phone: Phone) -> Segment | None:
    """The open talk of this phone, also of one that a queue reaches through a Local channel."""
    talks = (one for one in call.record.segments if one.kind is TALKING and is_open(one))
    return next(
        (one for one in talks if phone in {one.phone, phone_of(spoken_by(call, one.leg).channel)}), None
    )
