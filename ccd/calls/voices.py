"""Who speaks through which channel.

A Local channel is a pipe of two halves, ``...;1`` and ``...;2``: the second half dials, and whoever
answers it speaks through the first.  So the phone that holds, transfers or hangs up may be another
channel than the one that a queue or ``Dial()`` named.
"""

from collections.abc import Iterator

from ccd.calls.call import Call, Leg
from ccd.calls.ids import UniqueId
from ccd.calls.record import TALKING, Segment
from ccd.calls.segments import find_open, is_open

_FAR = {";1": ";2", ";2": ";1"}
_DEEP = 5
"""Local channels one behind the other, at most."""


def far_half(channel: str) -> str:
    """The name of a Local channel's other half; empty for a phone's channel."""
    far = _FAR.get(channel[-2:])
    return channel[:-2] + far if far and channel.startswith("Local/") else ""


def far_leg(call: Call, leg: UniqueId) -> UniqueId | None:
    """The other half of this Local channel, while it lives; None for a phone's channel."""
    far = far_half(call.legs[leg].channel) if leg in call.legs else ""
    return next((one for one, other in call.legs.items() if other.channel == far), None) if far else None


def leads_on(call: Call, leg: UniqueId) -> bool:
    """Whether this is half of a Local channel whose other half dials."""
    far = far_leg(call, leg)
    return far is not None and any(other.by == far for other in call.legs.values())


def behind(call: Call, leg: UniqueId) -> UniqueId:
    """The phone's channel that speaks through this one; itself when it is a phone's, or nobody is known."""
    for _ in range(_DEEP):
        far = far_leg(call, leg)
        dialled = [one for one, other in call.legs.items() if far and other.by == far]
        spoken = [one for one in dialled if call.legs[one].answered]
        if len(spoken or dialled) != 1:
            return leg
        (leg,) = spoken or dialled
    return leg


def leads_from(call: Call, leg: UniqueId) -> Iterator[UniqueId]:
    """The near halves of the Local channels before this far half, the nearest first."""
    for _ in range(_DEEP):
        near = far_leg(call, leg)
        if near is None:
            return
        yield near
        leg = call.legs[near].by


def talk_of(call: Call, leg: UniqueId) -> Segment | None:
    """The open talk that whoever is on this channel takes part in."""
    direct = find_open(call.record.segments, TALKING, leg)
    if direct:
        return direct
    talks = (one for one in call.record.segments if one.kind is TALKING and is_open(one))
    return next((one for one in talks if behind(call, one.leg) == leg), None)


def spoken_by(call: Call, leg: UniqueId) -> Leg:
    """What is known of the phone behind this channel."""
    return call.legs.get(behind(call, leg), Leg())


def is_caller(call: Call, leg: UniqueId) -> bool:
    """Whether this is the caller's own channel, or the pipe that goes on in his name after a transfer."""
    return leg == call.caller_leg or leg in call.proxies
