"""An agent asks somebody else while the caller waits on hold.

In one of two ways: by a second call of the phone's own (its channel is another, and so at first is its
linkedid: ``aside.py``), or by the feature code of an attended transfer, where the agent's own channel
leaves the caller's bridge for a Local channel.  ``Call.consults`` remembers what became of each.
"""

from datetime import datetime

from ccd.calls.call import REACHED, Call
from ccd.calls.earshot import hears
from ccd.calls.ending import consulted, end_where
from ccd.calls.events import BridgeEntered
from ccd.calls.holding import taken_back
from ccd.calls.ids import QueueName, UniqueId
from ccd.calls.record import CONSULTING, Segment
from ccd.calls.segments import BLANK, find_last, find_open, swap
from ccd.calls.values import replace
from ccd.calls.voices import far_leg, talk_of

_NEAR = ";1"
"""The half of a Local channel that joins the agent's bridge; the other one dials."""


def begins(call: Call, leg: UniqueId, talk: Segment, to: str, at: datetime) -> Call:
    """The agent of ``talk`` calls ``to``, on channel ``leg``."""
    if call.over or find_open(call.record.segments, CONSULTING, leg):
        return call
    segment = replace(
        BLANK,
        kind=CONSULTING,
        queue=QueueName(""),
        phone=talk.phone,
        member=talk.member,
        leg=leg,
        began_at=at,
        to=to,
    )
    call = replace(call, consults={**call.consults, leg: ""})
    return call.with_record(segments=(*call.record.segments, segment))


def told(call: Call, leg: UniqueId, word: str) -> Call:
    """What became of the consultation on this channel: ``reached``, ``missed``, ``busy``, ``unreachable``."""
    if call.consults.get(leg) in {None, REACHED}:
        return call
    last = find_last(call.record.segments, CONSULTING, leg)
    if last and last.result == "missed" and word != REACHED:  # its channel's end overtook this
        call = call.with_record(segments=swap(call.record.segments, last, replace(last, result=word)))
    return replace(call, consults={**call.consults, leg: word})


def dials(call: Call, to: str) -> Call:
    """Somebody who is not the caller dials: whom the open consultation is for, where that is not known."""
    segment = find_open(call.record.segments, CONSULTING)
    if segment is None or segment.to:
        return call
    return call.with_record(segments=swap(call.record.segments, segment, replace(segment, to=to)))


def latest(call: Call, dialler: UniqueId) -> UniqueId:
    """The consultation that a channel which is not the caller's dials for, or dialled for."""
    segments = call.record.segments
    segment = find_open(segments, CONSULTING) or find_last(segments, CONSULTING)
    return dialler if dialler in call.consults or segment is None else segment.leg


def over(call: Call, leg: UniqueId, at: datetime, result: str = "") -> Call:
    """The consultation on this channel ended; without a ``result``, the agent came back from it."""
    how = result or consulted(call, leg)
    return end_where(call, at, lambda one: how if one.kind is CONSULTING and one.leg == leg else "")


def moved(call: Call, event: BridgeEntered) -> Call:
    """Who talks with the caller entered a bridge: another one to consult, the caller's to come back."""
    leg, talk = event.unique_id, talk_of(call, event.unique_id)
    caller = call.legs.get(call.caller_leg)
    if talk is None or caller is None or not caller.bridge:
        return call
    if hears(call, leg):
        return taken_back(over(call, leg, event.at), leg, event.at) if leg in call.consults else call
    to = _dialled_from(call, event)
    return call if to is None else begins(call, leg, talk, to, event.at)


def _dialled_from(call: Call, event: BridgeEntered) -> str | None:
    """Whom the Local channel in this bridge dials, empty when that is to come; None without one."""
    for leg, other in call.legs.items():
        if other.bridge == event.bridge and leg != event.unique_id and other.channel.endswith(_NEAR):
            far = far_leg(call, leg)
            phones = (one.phone for one in call.legs.values() if far and one.by == far)
            return next(filter(None, phones), "")
    return None


def named(call: Call, leg: UniqueId) -> str:
    """Whom the last consultation on this channel was for; empty when there was none."""
    segment = find_last(call.record.segments, CONSULTING, leg)
    return segment.to if segment else ""
