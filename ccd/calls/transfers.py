"""An agent passes the caller on: blind, attended, while the other phone still rings, or to talk all three."""

from datetime import datetime

from ccd.calls import consulting
from ccd.calls.call import SEGMENTS, Call, refreshed
from ccd.calls.ending import ended_segment, without_hold
from ccd.calls.events import Transferred
from ccd.calls.holding import taken_back
from ccd.calls.ids import QueueName, UniqueId
from ccd.calls.record import CONSULTING, OFFERED, TALKING, Segment, State
from ccd.calls.segments import AT_ONCE, BLANK, elapsed, find_last, find_open, swap
from ccd.calls.values import replace
from ccd.calls.voices import far_leg, is_caller, leads_on, talk_of


def transferred(call: Call, event: Transferred) -> Call:
    """Whoever talked sent the caller on, or took somebody in."""
    if call.over:
        return call
    legs = [leg for leg in (event.unique_id, event.second) if leg]
    if event.stays:
        return _joined(call, legs, event.at)
    call = _proxied(call, event.transferee)
    to = next(filter(None, (consulting.named(call, leg) for leg in legs)), event.target)
    for leg in legs:
        call = consulting.over(_passed_on(call, leg, to, event.at), leg, event.at, "transfer")
    call = _rings_for_caller(call, event.at)
    if event.second and not call.consults.keys() & legs:  # ccd was away when the question began
        call = call.with_record(unknown=(SEGMENTS,))
    return refreshed(replace(call, hung_up_first=_still(call)).with_record(state=State.TRANSFERRED))


def _still(call: Call) -> UniqueId:
    """Who has hung up first, of those who talk from now on: not whoever transferred, he does so anyway."""
    first = call.hung_up_first
    return first if find_open(call.record.segments, TALKING, first) else call.given_up


def redirected(call: Call, to: str, at: datetime) -> Call:
    """The caller was sent on by ccd itself, for whoever talked with him at a desk."""
    talk = find_last(call.record.segments, TALKING)
    return _passed_on(call, talk.leg, to, at) if talk and talk.result in {"", "left"} else call


def _passed_on(call: Call, leg: UniqueId, to: str, at: datetime) -> Call:
    """The talk on this channel ended so, also when other events told of its end before."""
    talk = talk_of(call, leg) or find_last(call.record.segments, TALKING, leg)
    if talk is None or (talk.result and talk.to) or not _goes_with(talk, at):
        return call
    ended = replace(talk, result="transfer") if talk.result else ended_segment(call, talk, at, "transfer")
    segments = swap(call.record.segments, talk, replace(ended, to=to))
    return without_hold(call, segments).with_record(segments=segments)


def _goes_with(talk: Segment, at: datetime) -> bool:
    """Whether the talk lasts, was passed on, or ended just now: a caller may give up at once."""
    just = elapsed(talk.ended_at, at)
    return talk.result in {"", "left", "transfer"} or (just is not None and just <= AT_ONCE)


def _joined(call: Call, legs: list[UniqueId], at: datetime) -> Call:
    """All three talk: the consultation on one of these channels ended so, or just did."""
    for leg in legs:
        call = consulting.over(taken_back(call, leg, at), leg, at, "joined")
        last = find_last(call.record.segments, CONSULTING, leg)
        if last and last.result == "returned" and (elapsed(last.ended_at, at) or 0.0) <= AT_ONCE:
            joined = replace(last, result="joined")
            call = call.with_record(segments=swap(call.record.segments, last, joined))
    return call


def _proxied(call: Call, transferee: UniqueId) -> Call:
    """An agent behind a Local channel passes on its half: from now on that acts for the caller."""
    if is_caller(call, transferee) or far_leg(call, transferee) is None:
        return call
    return replace(call, proxies=call.proxies | {transferee})


def _rings_for_caller(call: Call, at: datetime) -> Call:
    """Phones that rang for a consultation ring for the caller from now on."""
    offers = tuple(
        replace(
            BLANK,
            kind=OFFERED,
            queue=QueueName(""),
            phone=other.phone,
            member=other.member,
            leg=leg,
            began_at=at,
        )
        for leg, other in call.legs.items()
        if other.by and not other.answered and not is_caller(call, other.by)
        if not (find_last(call.record.segments, OFFERED, leg) or leads_on(call, leg))
    )
    return call.with_record(segments=(*call.record.segments, *offers)) if offers else call
