"""Phones that ``Dial()`` rings for the caller: a preferred agent, a doctor's mobile, a transfer's target.

No queue tells of them, so their stretches have no queue; the bridge says when a talk ends.  What
Asterisk tells of a queue's own phones in the same words changes nothing here.
"""

from datetime import datetime

from ccd.calls import consulting, forwarding, menus, outbound
from ccd.calls.call import REACHED, Call, refreshed
from ccd.calls.ending import revised
from ccd.calls.events import PhoneAnswered, PhoneMissed, PhoneRinging
from ccd.calls.record import OFFERED, TALKING, Segment
from ccd.calls.segments import BLANK, closed, find_last, find_open, swap
from ccd.calls.talking import others_stop, phone_behind, talk_begins
from ccd.calls.values import replace
from ccd.calls.voices import is_caller

_PROVISIONAL = {"", "ended", "elsewhere", "missed"}
"""What other events tell of an offer's end, until its own does."""


def ringing(call: Call, event: PhoneRinging) -> Call:
    """A phone was dialled for the caller, or by an agent: for a patient, or to consult somebody."""
    call = outbound.begun(call, event)
    if call.over or find_last(call.record.segments, OFFERED, event.leg):
        return call
    call = call.with_leg(event.leg, by=event.unique_id, phone=event.phone, member=event.member)
    if not is_caller(call, event.unique_id):
        return consulting.dials(forwarding.rings_behind(call, event), event.phone)
    phone, member = phone_behind(call, event.leg, event.phone, event.member)
    offer = replace(
        BLANK,
        kind=OFFERED,
        queue=forwarding.queue_of(call),
        phone=phone,
        member=member,
        leg=event.leg,
        began_at=event.at,
    )
    call = menus.left(call, event.at)
    return refreshed(call, segments=(*call.record.segments, offer))


def missed(call: Call, event: PhoneMissed) -> Call:
    """It was not answered, also when its channel's end overtook this event."""
    offer = find_last(call.record.segments, OFFERED, event.leg)
    if offer is None and not is_caller(call, event.unique_id):
        call = consulting.told(call, consulting.latest(call, event.unique_id), event.result)
        return forwarding.sent_on(call, event)
    if offer is None or offer.result not in _PROVISIONAL or (offer.queue and not event.to):
        return call
    ended = replace(offer, result=event.result) if offer.result else closed(offer, event.at, event.result)
    call = call.with_record(segments=swap(call.record.segments, offer, replace(ended, to=event.to)))
    return replace(call, record=revised(call.record)) if call.over else refreshed(call)


def answered(call: Call, event: PhoneAnswered) -> Call:
    """It was answered: the talk begins, the other dialled phones stop ringing."""
    if call.over or find_last(call.record.segments, TALKING, event.leg):
        return call
    if event.leg in call.legs:
        call = call.with_leg(event.leg, answered=True)
    offer = find_last(call.record.segments, OFFERED, event.leg)
    if offer is None:
        return _answered_elsewhere(call, event)
    return call if offer.queue else _talks(call, offer, event.at)


def _answered_elsewhere(call: Call, event: PhoneAnswered) -> Call:
    """A phone that was not rung for the caller: it was consulted, or its owner picked the call up there."""
    if not is_caller(call, event.unique_id):
        return consulting.told(call, consulting.latest(call, event.unique_id), REACHED)
    rings = find_open(call.record.segments, OFFERED)
    if rings is None or rings.queue or not event.phone:
        return call
    picked_up = replace(rings, phone=event.phone, member=event.member, leg=event.leg)
    return _talks(call, picked_up, event.at)


def _talks(call: Call, offer: Segment, at: datetime) -> Call:
    if outbound.rings_outside(call, offer) and offer.leg == call.caller_leg:
        return call
    call = call.with_record(segments=others_stop(call.record.segments, offer.leg, at))
    if outbound.rings_outside(call, offer) and not call.record.answered_at:
        return talk_begins(*outbound.talk(call.with_leg(offer.leg), offer, at))
    phone, member = phone_behind(call, offer.leg, offer.phone, offer.member)
    talk = replace(
        BLANK,
        kind=TALKING,
        queue=offer.queue,
        phone=phone,
        member=member,
        leg=offer.leg,
        began_at=at,
    )
    return talk_begins(call.with_leg(offer.leg, member=member), talk)
