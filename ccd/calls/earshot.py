"""Whom the caller hears, read off the bridges.

A Local channel is no phone but a pipe of two halves, ``...;1`` and ``...;2``: whoever shares the
far half's bridge is heard through it.  Every transfer by an agent's keys begins so.
"""

from collections.abc import Iterator

from ccd.calls.call import Call
from ccd.calls.ids import UniqueId

_FAR = {";1": ";2", ";2": ";1"}


def in_earshot(call: Call) -> Iterator[UniqueId]:
    """The legs of all phones that the caller hears; a Local channel that a queue named is a phone."""
    named = {segment.leg for segment in call.record.segments}
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
            far = _far_half(other.channel) if leg not in named else ""
            walk += [one.bridge for one in call.legs.values() if far and one.channel == far]
            if not far:
                yield leg


def _far_half(channel: str) -> str:
    """The name of a Local channel's other half; empty for a phone's channel."""
    far = _FAR.get(channel[-2:])
    return channel[:-2] + far if far and channel.startswith("Local/") else ""
