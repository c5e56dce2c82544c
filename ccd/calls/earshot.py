"""Whom the caller hears, read off the bridges.

A Local channel is no phone but a pipe of two halves (``voices.py``): whoever shares the far half's
bridge is heard through it.  Every transfer by an agent's keys begins so.
"""

from collections.abc import Collection, Iterator

from ccd.calls.call import Call
from ccd.calls.ids import UniqueId
from ccd.calls.voices import far_half


def in_earshot(call: Call) -> Iterator[UniqueId]:
    """The legs of all phones that the caller hears; a Local channel that a queue named is a phone."""
    return _heard(call, {segment.leg for segment in call.record.segments})


def hears(call: Call, leg: UniqueId) -> bool:
    """Whether the caller hears this very channel, through however many pipes."""
    return _beside(call, leg) or leg in _heard(call, {leg})


def _beside(call: Call, leg: UniqueId) -> bool:
    """Whether this channel is in the caller's own bridge."""
    caller, other = call.legs.get(call.caller_leg), call.legs.get(leg)
    return bool(caller and other and caller is not other and caller.bridge and caller.bridge == other.bridge)


def _heard(call: Call, phones: Collection[UniqueId]) -> Iterator[UniqueId]:
    caller = call.legs.get(call.caller_leg)
    walk, walked = [caller.bridge if caller else ""], {""}
    while walk:
        bridge = walk.pop()
        if bridge in walked:
            continue
        walked.add(bridge)
        for leg, other in call.legs.items():
            if other.bridge != bridge or leg == call.caller_leg:
                continue
            far = far_half(other.channel) if leg not in phones else ""
            if far:
                walk += [one.bridge for one in call.legs.values() if one.channel == far]
            else:
                yield leg
