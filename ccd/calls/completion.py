"""What ``AgentComplete`` makes of a call: the queue's last word on a talk.

It tells everything about the talk and the wait before it, so it also fills in whatever ccd did
not see of them: who, since when, how long.
"""

from datetime import timedelta

from ccd.calls.call import Call, refreshed
from ccd.calls.ending import ended_segment, revised, without_hold
from ccd.calls.events import AgentCompleted
from ccd.calls.record import OFFERED, TALKING, WAITING, CallRecord, Disposition, Segment
from ccd.calls.segments import BLANK, Segments, elapsed, find_last, swap
from ccd.calls.values import replace

_AT_ONCE = 2.0
"""Seconds that ``AgentComplete`` may be late."""


_BY_ANOTHER = {"forwarded", "elsewhere"}
"""How the offer of a call ended that another phone answered."""


def completed(call: Call, event: AgentCompleted) -> Call:
    """The call after a talk of a queue's agent ended."""
    event = _of_who_answered(call, event)
    talk = next((one for one in reversed(call.record.segments) if _is_of(one, event)), None)
    if talk is None:
        call = _talk_recovered(call, event)
        talk = call.record.segments[-1]
    elif not talk.member:
        call, talk = _talk_named(call, talk, event)
    call = _wait_recovered(call, event)
    if (talk.result == event.reason and talk.seconds == event.talked) or _ended_before(call, talk, event):
        return call
    ended = ended_segment(call, talk, talk.ended_at or event.at, event.reason, event.talked)
    segments = swap(call.record.segments, talk, ended)
    call = without_hold(call, segments)
    if call.over:
        return replace(call, record=revised(replace(call.record, segments=segments)))
    return refreshed(call, segments=segments)


def _of_who_answered(call: Call, event: AgentCompleted) -> AgentCompleted:
    """Where another phone answered for the one that the queue rang, channel gone: told as of that one."""
    segments = call.record.segments
    if event.leg or any(_is_of(one, event) for one in segments):
        return event
    offers = [one for one in segments if one.kind is OFFERED and _fits(one, event)]
    talks = [one for one in segments if one.kind is TALKING and one.queue == event.queue]
    if not (talks and offers and offers[-1].result in _BY_ANOTHER):
        return event
    return replace(event, leg=talks[-1].leg, phone=talks[-1].phone, member=talks[-1].member)


def _ended_before(call: Call, talk: Segment, event: AgentCompleted) -> bool:
    """Whether the talk was over before the queue says so: it also counts what came afterwards.

    So it does where the caller was redirected, or passed on by an agent behind a Local channel.
    """
    passed_on = event.reason != "transfer" and (talk.result == "transfer" or _waited_again(call, talk))
    since = elapsed(talk.ended_at, event.at) if talk.seconds is not None else None
    return passed_on or (since is not None and since > _AT_ONCE)


def _waited_again(call: Call, talk: Segment) -> bool:
    """Whether the caller was in a queue once more after this talk."""
    last = find_last(call.record.segments, WAITING)
    if last is None or last.began_at is None or talk.ended_at is None or talk.seconds is None:
        return False
    return talk.ended_at <= last.began_at


def awaits(record: CallRecord, event: AgentCompleted) -> bool:
    """Whether a talk on this phone, for this queue, still lacks its length: the event may be about it.

    Asked of every call there is, so whoever has nothing with this phone is passed over at once.
    """
    phone = event.phone
    mine = [one for one in record.segments if one.phone == phone and one.seconds is None]
    return bool(mine) and any(one.kind is TALKING and _fits(one, event) for one in mine)


def _is_of(segment: Segment, event: AgentCompleted) -> bool:
    """Whether this is the talk that the event tells of: by its leg, or its phone where the leg is gone."""
    if segment.kind is not TALKING:
        return False
    return segment.leg == event.leg if event.leg else _fits(segment, event)


def _fits(segment: Segment, event: AgentCompleted) -> bool:
    return segment.phone == event.phone and segment.queue in {event.queue, ""}


def _talk_recovered(call: Call, event: AgentCompleted) -> Call:
    """A talk whose beginning ccd missed: Asterisk's durations tell when it began."""
    talk = replace(
        BLANK,
        kind=TALKING,
        queue=event.queue,
        phone=event.phone,
        member=event.member,
        leg=event.leg,
        began_at=event.at - timedelta(seconds=event.talked),
        held=None,
    )
    record = call.record
    return call.with_record(
        segments=(*record.segments, talk),
        queue=event.queue,
        phone=event.phone,
        agent=event.member,
        answered_at=record.answered_at or talk.began_at,
        disposition=Disposition.ANSWERED,
    )


def _talk_named(call: Call, talk: Segment, event: AgentCompleted) -> tuple[Call, Segment]:
    """A talk that only a snapshot told of: the queue knows whose it was."""
    last = talk is find_last(call.record.segments, TALKING)
    phone = event.phone if event.member or not talk.phone else talk.phone
    named = replace(talk, queue=event.queue, phone=phone, member=event.member)
    call = call.with_record(segments=swap(call.record.segments, talk, named))
    if last:
        call = call.with_record(queue=event.queue, phone=phone, agent=event.member)
    return call, named


def _wait_recovered(call: Call, event: AgentCompleted) -> Call:
    """Fill in what a gap left open: when the talk began, and the wait before it."""
    segments, record = call.record.segments, call.record
    place, wait = _before(segments, event)
    if wait and wait.seconds is not None and record.answered_at:
        return call
    before, rest = segments[:place], segments[place:]
    if wait is None:
        began_at = event.at - timedelta(seconds=event.talked + event.waited)
        wait = replace(BLANK, kind=WAITING, queue=event.queue, began_at=began_at)
        before = (*before, wait)
    if wait.seconds is None:
        before = swap(before, wait, replace(wait, seconds=float(event.waited), result="connected"))
    answered_at = record.answered_at or event.at - timedelta(seconds=event.talked)
    return call.with_record(segments=(*before, *rest), answered_at=answered_at)


def _before(segments: Segments, event: AgentCompleted) -> tuple[int, Segment | None]:
    """How many stretches there were before the talk, and the last wait in its queue among them."""
    wait = None
    for place, one in enumerate(segments):
        if _is_of(one, event):
            return place, wait
        if one.kind is WAITING and one.queue == event.queue:
            wait = one
    return len(segments), wait
