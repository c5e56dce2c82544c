"""A phone sends the caller's call elsewhere: Asterisk goes on by a Local channel, which rings instead.

Whoever is dialled behind that channel is whom the caller is offered to; he may send the call on, too.
"""

from ccd.calls.call import Call
from ccd.calls.events import PhoneMissed, PhoneRinging
from ccd.calls.ids import QueueName, UniqueId
from ccd.calls.record import OFFERED, WAITING, Segment
from ccd.calls.segments import closed, find_open, swap
from ccd.calls.talking import phone_behind
from ccd.calls.values import replace
from ccd.calls.voices import leads_from


def rings_behind(call: Call, event: PhoneRinging) -> Call:
    """A Local channel that rings for the caller, and is nobody's own, dials this phone: it rings."""
    offer = _offer_before(call, event.unique_id)
    if offer is None or offer.member or not offer.phone.startswith("Local/"):
        return call
    phone, member = phone_behind(call, event.leg, event.phone, event.member)
    rings = replace(offer, phone=phone, member=member)
    return call.with_record(segments=swap(call.record.segments, offer, rings))


def sent_on(call: Call, event: PhoneMissed) -> Call:
    """The phone behind it forwarded the call once more: nobody is known to ring there until he does."""
    offer, phone = _offer_before(call, event.unique_id), call.legs.get(event.leg)
    if not event.to or offer is None or phone is None or phone.phone != offer.phone:
        return call
    ended = replace(closed(offer, event.at, "forwarded"), leg=event.leg, to=event.to)
    rings = replace(offer, phone=call.legs[offer.leg].phone, member="", began_at=event.at)
    return call.with_record(segments=(*swap(call.record.segments, offer, ended), rings))


def queue_of(call: Call) -> QueueName:
    """The queue that rings whom a phone forwarded its call to; it tells of that as ``Dial()`` does."""
    waiting = find_open(call.record.segments, WAITING)
    theirs = (one for one in call.record.segments if waiting and one.queue == waiting.queue)
    forwarded = any(one.kind is OFFERED and one.result == "forwarded" for one in theirs)
    return waiting.queue if waiting and forwarded else QueueName("")


def _offer_before(call: Call, dialler: UniqueId) -> Segment | None:
    """The offer to the Local channel in whose name this channel dials, through however many others."""
    offers = (find_open(call.record.segments, OFFERED, leg) for leg in leads_from(call, dialler))
    return next(filter(None, offers), None)
