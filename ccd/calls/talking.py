"""Phones ring, agents talk with the caller."""

from datetime import datetime, timedelta

from ccd.calls.call import Call, refreshed
from ccd.calls.events import AgentConnected, AgentMissed, AgentRinging
from ccd.calls.holding import taken_back
from ccd.calls.ids import Phone, UniqueId
from ccd.calls.record import OFFERED, TALKING, WAITING, Disposition, Segment
from ccd.calls.segments import BLANK, Segments, closed, find_last, is_open, swap
from ccd.calls.values import replace
from ccd.calls.voices import behind, spoken_by

_OVERTAKEN = timedelta(seconds=1)
"""How long before the answer is told the channels of the other phones may be gone."""


def ringing(call: Call, event: AgentRinging) -> Call:
    """An agent's phone rings for the caller."""
    if call.over or find_last(call.record.segments, OFFERED, event.leg):
        return call
    segment = replace(
        BLANK,
        kind=OFFERED,
        queue=event.queue,
        phone=event.phone,
        member=event.member,
        leg=event.leg,
        began_at=event.at,
    )
    return refreshed(call, segments=(*call.record.segments, segment))


def missed(call: Call, event: AgentMissed) -> Call:
    """The phone stopped ringing unanswered, also when its channel's end overtook this event."""
    offer = find_last(call.record.segments, OFFERED, event.leg)
    if offer is None or offer.result not in {"", "ended", "elsewhere"}:
        return call
    ended = replace(offer, result="missed") if offer.result else closed(offer, event.at, "missed")
    return refreshed(call, segments=swap(call.record.segments, offer, ended))


def connected(call: Call, event: AgentConnected) -> Call:
    """An agent answered: the wait is over, the other phones stop ringing."""
    known = find_last(call.record.segments, TALKING, event.leg)
    if call.over or (known and known.began_at):
        return _of_queue(call, known, event) if known else call
    phone, member = phone_behind(call, event.leg, event.phone, event.member)
    segments = others_stop(_wait_answered(call.record.segments, event), event.leg, event.at)
    call = call.with_leg(event.leg, queue=event.queue, member=member).with_record(segments=segments)
    talk = replace(
        BLANK,
        kind=TALKING,
        queue=event.queue,
        phone=phone,
        member=member,
        leg=event.leg,
        began_at=event.at,
    )
    return talk_begins(call, talk, instead_of=known)


def _of_queue(call: Call, talk: Segment, event: AgentConnected) -> Call:
    """A talk that is known already; another event than the queue's own told of it first."""
    if talk.queue or call.over:
        return call
    legs = tuple(
        replace(one, queue=event.queue) if one.leg == event.leg and not one.queue else one
        for one in call.record.segments
    )
    return refreshed(call, segments=_wait_answered(legs, event), queue=event.queue)


def phone_behind(call: Call, leg: UniqueId, phone: Phone, member: str) -> tuple[Phone, str]:
    """The phone on this channel, its member; behind a Local channel that is nobody's own, the one there."""
    if member or not phone.startswith("Local/"):
        return phone, member
    spoken = spoken_by(call, leg)
    return (spoken.phone, spoken.member) if spoken.phone else (phone, member)


def others_stop(segments: Segments, leg: UniqueId, at: datetime) -> Segments:
    """The offer to ``leg`` was answered; the others stop ringing, or just did."""
    answered = find_last(segments, OFFERED, leg)
    return tuple([_stopped(one, leg, at, answered) if one.kind is OFFERED else one for one in segments])


def _stopped(offer: Segment, leg: UniqueId, at: datetime, answered: Segment | None) -> Segment:
    result = "answered" if offer.leg == leg else "elsewhere"
    if is_open(offer):
        return closed(offer, at, result) if offer.leg else offer
    return replace(offer, result=result) if _just_stopped(offer, answered, at) else offer


def _just_stopped(offer: Segment, answered: Segment | None, at: datetime) -> bool:
    """Its channel went before the answer was told: a dialled phone beside it looks missed till then.

    So may the one that answered: to a caller who hangs up just then, Asterisk tells of its ``DialEnd`` twice.
    """
    if offer.result == "ended":
        return True
    began_at, ended_at = answered.began_at if answered else None, offer.ended_at
    if offer.queue or offer.result != "missed" or began_at is None or ended_at is None:
        return False
    return began_at <= ended_at and at - ended_at <= _OVERTAKEN


def _wait_answered(segments: Segments, event: AgentConnected) -> Segments:
    """The wait in this queue ended in a talk; Asterisk's own figure of it, in seconds."""
    last = find_last(segments, WAITING)
    if last is None or last.queue != event.queue:
        began_at = event.at - timedelta(seconds=event.waited)
        last = replace(BLANK, kind=WAITING, queue=event.queue, began_at=began_at)
        segments = (*segments, last)
    return swap(segments, last, closed(last, last.ended_at or event.at, "connected", event.waited))


def _already(call: Call, talk: Segment) -> UniqueId:
    """Who hung up before the talk was told of: whose phone it is, or the caller; nobody else matters now."""
    legs = (call.legs.get(one) for one in (talk.leg, behind(call, talk.leg)))
    return talk.leg if any(leg and leg.hung_up for leg in legs) else call.given_up


def talk_begins(call: Call, talk: Segment, *, instead_of: Segment | None = None) -> Call:
    """Somebody of the clinic speaks with the caller: remember who, and forget older hang-ups.

    ``instead_of`` is the same talk as far as it was known before.
    """
    if call.hold and talk.began_at:
        call = taken_back(call, call.hold.leg, talk.began_at)
    record = call.record
    segments = swap(record.segments, instead_of, talk) if instead_of else (*record.segments, talk)
    return refreshed(
        replace(call, hung_up_first=_already(call, talk), deaf=False, hold=None),
        segments=segments,
        queue=talk.queue or record.queue,
        phone=talk.phone,
        agent=talk.member,
        answered_at=record.answered_at or talk.began_at,
        disposition=Disposition.ANSWERED,
        wrapped_up=None,
    )
