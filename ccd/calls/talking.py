"""Phones ring, agents talk with the caller, hold, transfer."""

from datetime import datetime, timedelta

from ccd.calls.call import Call, Hold, refreshed
from ccd.calls.earshot import in_earshot
from ccd.calls.ending import end_where, ended_segment, who_left, without_hold
from ccd.calls.events import (
    AgentConnected,
    AgentMissed,
    AgentRinging,
    BridgeEntered,
    BridgeLeft,
    Held,
    Transferred,
    Unheld,
)
from ccd.calls.ids import Phone, UniqueId, phone_of
from ccd.calls.record import Disposition, Segment, SegmentKind, State
from ccd.calls.segments import Segments, closed, elapsed, find_last, find_open, is_open, swap
from ccd.calls.values import replace


def ringing(call: Call, event: AgentRinging) -> Call:
    """An agent's phone rings for the caller."""
    if call.over or find_last(call.record.segments, SegmentKind.OFFERED, event.leg):
        return call
    segment = Segment(
        kind=SegmentKind.OFFERED,
        queue=event.queue,
        phone=event.phone,
        member=event.member,
        leg=event.leg,
        began_at=event.at,
    )
    return refreshed(call.with_record(segments=(*call.record.segments, segment)))


def missed(call: Call, event: AgentMissed) -> Call:
    """The phone stopped ringing unanswered, also when its channel's end overtook this event."""
    offer = find_last(call.record.segments, SegmentKind.OFFERED, event.leg)
    if offer is None or offer.result not in {"", "ended"}:
        return call
    ended = replace(offer, result="missed") if offer.result else closed(offer, event.at, "missed")
    return refreshed(call.with_record(segments=swap(call.record.segments, offer, ended)))


def connected(call: Call, event: AgentConnected) -> Call:
    """An agent answered: the wait is over, the other phones stop ringing."""
    known = find_last(call.record.segments, SegmentKind.TALKING, event.leg)
    if call.over or (known and known.began_at):
        return call
    call = call.with_leg(event.leg, queue=event.queue, member=event.member)
    call = call.with_record(segments=_wait_answered(call.record.segments, event))
    call = end_where(call, event.at, lambda one: _offer_result(one, event.leg))
    talk = Segment(
        kind=SegmentKind.TALKING,
        queue=event.queue,
        phone=event.phone,
        member=event.member,
        leg=event.leg,
        began_at=event.at,
    )
    return talk_begins(call, talk, instead_of=known)


def _offer_result(segment: Segment, leg: UniqueId) -> str:
    if segment.kind is not SegmentKind.OFFERED:
        return ""
    return "answered" if segment.leg == leg else "elsewhere"


def _wait_answered(segments: Segments, event: AgentConnected) -> Segments:
    """The wait in this queue ended in a talk; Asterisk's own figure of it, in seconds."""
    last = find_last(segments, SegmentKind.WAITING)
    if last is None or last.queue != event.queue:
        began_at = event.at - timedelta(seconds=event.waited)
        last = Segment(kind=SegmentKind.WAITING, queue=event.queue, began_at=began_at)
        segments = (*segments, last)
    return swap(segments, last, closed(last, last.ended_at or event.at, "connected", event.waited))


def talk_begins(call: Call, talk: Segment, *, instead_of: Segment | None = None) -> Call:
    """Somebody of the clinic speaks with the caller: remember who, and forget older hang-ups.

    ``instead_of`` is the same talk as far as it was known before.
    """
    record = call.record
    segments = swap(record.segments, instead_of, talk) if instead_of else (*record.segments, talk)
    call = replace(call, hung_up_first=UniqueId(""), hold=None).with_record(
        segments=segments,
        queue=talk.queue or record.queue,
        phone=talk.phone,
        agent=talk.member,
        answered_at=record.answered_at or talk.began_at,
        disposition=Disposition.ANSWERED,
    )
    return refreshed(call)


def held(call: Call, event: Held) -> Call:
    """The agent put the caller on hold; a hold by the caller's own phone is not counted."""
    if call.hold or not find_open(call.record.segments, SegmentKind.TALKING, event.unique_id):
        return call
    return refreshed(replace(call, hold=Hold(event.unique_id, event.at)))


def unheld(call: Call, event: Unheld) -> Call:
    """The agent took the caller back."""
    talk = find_open(call.record.segments, SegmentKind.TALKING, event.unique_id)
    if call.hold is None or call.hold.leg != event.unique_id or talk is None:
        return call
    more = elapsed(call.hold.since, event.at) or 0.0
    after = replace(talk, held=None if talk.held is None else talk.held + more)
    return refreshed(replace(call, hold=None).with_record(segments=swap(call.record.segments, talk, after)))


def bridged(call: Call, event: BridgeEntered) -> Call:
    """A channel joined a bridge; after a transfer, whom the caller now hears is a talk too."""
    if call.over:
        return call
    call = call.with_leg(event.unique_id, channel=event.channel, bridge=event.bridge)
    if not find_last(call.record.segments, SegmentKind.TALKING):
        return call
    if event.swapped:
        call = _swapped(call, event)
    for leg in list(in_earshot(call)):
        call = _meets(call, leg, event.at)
    return call


def _swapped(call: Call, event: BridgeEntered) -> Call:
    """A Local channel was optimised away: whoever spoke through it took its place, the talk goes on."""
    last = find_last(call.record.segments, SegmentKind.TALKING)
    if last is not None and last.leg == event.swapped and is_open(last):
        goes_on = replace(last, leg=event.unique_id)
    elif last is not None and last.leg == event.unique_id and last.result == "left":
        goes_on = replace(last, ended_at=None, result="", seconds=None)
    else:
        return call
    return refreshed(call.with_record(segments=swap(call.record.segments, last, goes_on)))


def _meets(call: Call, leg: UniqueId, at: datetime) -> Call:
    """A phone that no queue offered the call to is heard: a transfer brought it there."""
    segments, other = call.record.segments, call.legs[leg]
    if find_open(segments, SegmentKind.TALKING, leg) or find_last(segments, SegmentKind.OFFERED, leg):
        return call
    phone = phone_of(other.channel)
    if _just_transferred(segments, phone):
        return call
    talk = Segment(
        kind=SegmentKind.TALKING,
        queue=other.queue,
        phone=phone,
        member=other.member,
        leg=leg,
        began_at=at,
    )
    return talk_begins(call, talk)


def _just_transferred(segments: Segments, phone: Phone) -> bool:
    """While a transfer swaps channels, whoever transferred is still in the bridge for a moment."""
    last = find_last(segments, SegmentKind.TALKING)
    return last is not None and last.result == "transfer" and last.phone == phone


def unbridged(call: Call, event: BridgeLeft) -> Call:
    """A channel left its bridge; a talk that no queue will report on ends with it."""
    if call.over or event.unique_id not in call.legs:
        return call
    call = call.with_leg(event.unique_id, channel=event.channel, bridge="")
    return end_where(
        call,
        event.at,
        lambda one: who_left(call, one.leg) if one.leg == event.unique_id and _unreported(call, one) else "",
    )


def _unreported(call: Call, segment: Segment) -> bool:
    """True for a talk that did not begin with an offer of a queue: no ``AgentComplete`` will come."""
    offered = find_last(call.record.segments, SegmentKind.OFFERED, segment.leg)
    return segment.kind is SegmentKind.TALKING and (not segment.queue or offered is None)


def transferred(call: Call, event: Transferred) -> Call:
    """Whoever talked sent the caller on."""
    if call.over:
        return call
    talk = find_open(call.record.segments, SegmentKind.TALKING, event.unique_id)
    if talk:
        ended = ended_segment(call, talk, event.at, "transfer")
        call = without_hold(call.with_record(segments=swap(call.record.segments, talk, ended)))
    return refreshed(replace(call, hung_up_first=UniqueId("")).with_record(state=State.TRANSFERRED))
