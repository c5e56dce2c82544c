"""Phones that ``Dial()`` rings for the caller: a preferred agent, a doctor's mobile, a transfer's target.

No queue tells of them, so their stretches have no queue; the bridge says when a talk ends.  What
Asterisk tells of a queue's own phones in the same words changes nothing here.
"""

from ccd.calls import menus, outbound
from ccd.calls.call import Call, refreshed
from ccd.calls.ending import end_where, revised
from ccd.calls.events import PhoneAnswered, PhoneMissed, PhoneRinging
from ccd.calls.ids import QueueName, UniqueId
from ccd.calls.record import Segment, SegmentKind
from ccd.calls.segments import closed, find_last, swap
from ccd.calls.talking import talk_begins
from ccd.calls.values import replace


def ringing(call: Call, event: PhoneRinging) -> Call:
    """A phone was dialled for the caller, or by an agent: for a patient, or to consult somebody."""
    call = outbound.begun(call, event)
    known = find_last(call.record.segments, SegmentKind.OFFERED, event.leg)
    if call.over or event.unique_id != call.caller_leg or known:
        return call
    offer = Segment(
        kind=SegmentKind.OFFERED,
        queue=QueueName(""),
        phone=event.phone,
        member=event.member,
        leg=event.leg,
        began_at=event.at,
    )
    call = menus.left(call, event.at)
    return refreshed(call.with_record(segments=(*call.record.segments, offer)))


def missed(call: Call, event: PhoneMissed) -> Call:
    """It was not answered, also when its channel's end overtook this event."""
    offer = _dialled(call, event.leg)
    if offer is None or offer.result not in {"", "ended"}:
        return call
    ended = replace(offer, result=event.result) if offer.result else closed(offer, event.at, event.result)
    call = call.with_record(segments=swap(call.record.segments, offer, ended))
    return replace(call, record=revised(call.record)) if call.over else refreshed(call)


def answered(call: Call, event: PhoneAnswered) -> Call:
    """It was answered: the talk begins, the other dialled phones stop ringing."""
    offer = _dialled(call, event.leg)
    if call.over or offer is None or find_last(call.record.segments, SegmentKind.TALKING, event.leg):
        return call
    if outbound.rings_outside(call, offer) and event.leg == call.caller_leg:
        return call
    call = end_where(call, event.at, lambda one: _offer_result(one, event.leg))
    if outbound.rings_outside(call, offer) and not call.record.answered_at:
        return talk_begins(*outbound.talk(call.with_leg(event.leg), offer, event.at))
    talk = Segment(
        kind=SegmentKind.TALKING,
        queue=offer.queue,
        phone=offer.phone,
        member=offer.member,
        leg=event.leg,
        began_at=event.at,
    )
    return talk_begins(call.with_leg(event.leg, member=offer.member), talk)


def _dialled(call: Call, leg: UniqueId) -> Segment | None:
    """The offer to this phone, when it was not a queue that made it."""
    offer = find_last(call.record.segments, SegmentKind.OFFERED, leg)
    return offer if offer and not offer.queue else None


def _offer_result(segment: Segment, leg: UniqueId) -> str:
    if segment.kind is not SegmentKind.OFFERED:
        return ""
    return "answered" if segment.leg == leg else "elsewhere"
