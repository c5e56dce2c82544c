"""Channels enter and leave bridges: whom the caller hears talks with him, also where no queue tells of it."""

from datetime import datetime

from ccd.calls import consulting
from ccd.calls.call import SEGMENTS, Call, refreshed
from ccd.calls.earshot import in_earshot
from ccd.calls.ending import end_where, who_left
from ccd.calls.events import BridgeEntered, BridgeLeft
from ccd.calls.ids import Phone, UniqueId, phone_of
from ccd.calls.record import OFFERED, TALKING, Segment
from ccd.calls.segments import AT_ONCE, BLANK, Segments, elapsed, find_last, find_open, is_open, swap
from ccd.calls.talking import talk_begins
from ccd.calls.values import replace
from ccd.calls.voices import far_half, far_leg


def bridged(call: Call, event: BridgeEntered) -> Call:
    """A channel joined a bridge; after a transfer, whom the caller now hears is a talk too."""
    if call.over:
        return call
    call = call.with_leg(event.unique_id, channel=event.channel, bridge=event.bridge)
    if not find_last(call.record.segments, TALKING):
        return call
    if event.swapped:
        call = _swapped(call, event)
    call = consulting.moved(_moved_on(call, event), event)
    heard = list(in_earshot(call))
    if _passed_on_unheard(call, event, heard):
        call = call.with_record(unknown=(SEGMENTS,))
    for leg in heard:
        call = _meets(call, leg, event.at)
    return call


def _passed_on_unheard(call: Call, event: BridgeEntered, heard: list[UniqueId]) -> bool:
    """Whether the caller comes to somebody of whom nothing was told, after a gap that may have hidden it."""
    segments = call.record.segments
    last = find_last(segments, TALKING)
    sent = last is not None and last.to
    known = any(find_last(segments, kind, leg) for leg in heard for kind in (OFFERED, TALKING))
    return call.deaf and event.unique_id == call.caller_leg and not (sent or known)


def _swapped(call: Call, event: BridgeEntered) -> Call:
    """A Local channel was optimised away: whoever spoke through it took its place, the talk goes on.

    An attended transfer swaps phones in the same way: there it is another talk.
    """
    swapped = call.legs.get(event.swapped)
    if swapped and not far_half(swapped.channel):
        return call
    last = find_last(call.record.segments, TALKING)
    if last is None or not (is_open(last) or last.result == "left"):
        return call
    ours = last.leg in {event.swapped, event.unique_id}
    leg = event.unique_id if ours else _heard_directly(call, last, event)
    if leg is None:
        return call
    goes_on = replace(last, leg=leg, ended_at=None, result="", seconds=None)
    return refreshed(call, segments=swap(call.record.segments, last, goes_on))


def _heard_directly(call: Call, talk: Segment, event: BridgeEntered) -> UniqueId | None:
    """The phone that the caller hears himself now: it was he who took the place of the half beside it."""
    if event.unique_id != call.caller_leg or talk.leg != far_leg(call, event.swapped):
        return None
    there = (leg for leg, other in call.legs.items() if other.bridge == event.bridge)
    return next((leg for leg in there if leg not in {event.unique_id, event.swapped}), None)


def _moved_on(call: Call, event: BridgeEntered) -> Call:
    """Who left the caller's bridge, and no queue reports on, entered another at once: the talk goes on."""
    talk = find_last(call.record.segments, TALKING, event.unique_id)
    if talk is None or talk.result != "left" or (elapsed(talk.ended_at, event.at) or 0.0) > AT_ONCE:
        return call
    goes_on = replace(talk, ended_at=None, result="", seconds=None)
    return refreshed(call, segments=swap(call.record.segments, talk, goes_on))


def _meets(call: Call, leg: UniqueId, at: datetime) -> Call:
    """A phone that no queue offered the call to is heard: a transfer brought it there."""
    segments, other = call.record.segments, call.legs[leg]
    if find_open(segments, TALKING, leg) or find_last(segments, OFFERED, leg):
        return call
    phone = phone_of(other.channel)
    if leg in call.consults or _passed_on(segments, leg, phone, at):
        return call
    talk = replace(
        BLANK,
        kind=TALKING,
        queue=other.queue,
        phone=phone,
        member=other.member,
        leg=leg,
        began_at=at,
    )
    return talk_begins(call, talk)


def _passed_on(segments: Segments, leg: UniqueId, phone: Phone, at: datetime) -> bool:
    """While a transfer swaps channels, whoever transferred is still in the bridge for a moment."""
    talk = find_last(segments, TALKING, leg)
    last = find_last(segments, TALKING)
    just = last and last.result == "transfer" and last.phone == phone and elapsed(last.ended_at, at)
    return bool(talk and talk.result == "transfer") or (isinstance(just, float) and just <= AT_ONCE)


def unbridged(call: Call, event: BridgeLeft) -> Call:
    """A channel left its bridge; a talk that no queue will report on ends with it."""
    if call.over or event.unique_id not in call.legs:
        return call
    if call.legs[event.unique_id].bridge not in {"", event.bridge}:
        return call  # told late: it is in another bridge by now
    call = call.with_leg(event.unique_id, channel=event.channel, bridge="")
    return end_where(
        call,
        event.at,
        lambda one: who_left(call, one.leg) if one.leg == event.unique_id and _unreported(call, one) else "",
    )


def _unreported(call: Call, segment: Segment) -> bool:
    """True for a talk that did not begin with an offer of a queue: no ``AgentComplete`` will come."""
    offered = find_last(call.record.segments, OFFERED, segment.leg)
    return segment.kind is TALKING and (not segment.queue or offered is None)
