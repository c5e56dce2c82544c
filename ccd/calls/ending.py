"""How stretches of a call end, and the call itself: by whom, and what it was for the patient."""

from collections.abc import Callable
from datetime import datetime

from ccd.calls import outbound
from ccd.calls.call import REACHED, SEGMENTS, Call, refreshed, settled
from ccd.calls.events import ChannelEnded, HangupRequested
from ccd.calls.ids import UniqueId
from ccd.calls.record import (
    CONSULTING,
    ENDED,
    MENU,
    OFFERED,
    TALKING,
    VOICEMAIL,
    WAITING,
    CallRecord,
    Disposition,
    EndedBy,
    Segment,
    StepKind,
)
from ccd.calls.segments import AT_ONCE, Segments, closed, elapsed, find_last, find_open, is_open, swap
from ccd.calls.values import replace
from ccd.calls.voices import behind

ALONE = {WAITING, MENU, VOICEMAIL}
"""What the caller does by himself."""
_BY_CALLER = {
    WAITING: "abandoned",
    OFFERED: "ended",
    CONSULTING: "caller",
    MENU: "abandoned",
    VOICEMAIL: "abandoned",
}
"""How stretches end with the call when the caller hung up; a talk ends by whoever ended the call."""
_BY_OTHERS = {
    **dict.fromkeys(_BY_CALLER, "ended"),
    WAITING: "left",
}
_HANDED_OVER = {TALKING: "transfer"}
_AGENT_ENDS = {"caller": EndedBy.CALLER, "agent": EndedBy.AGENT}


def hanging_up(call: Call, event: HangupRequested) -> Call:
    """Whoever hangs up first ends the call: the caller, or who talks with them (or just did)."""
    if call.over or call.hung_up_first:
        return call
    if event.unique_id == call.caller_leg:
        return replace(call, hung_up_first=event.unique_id)
    last = find_last(call.record.segments, TALKING)
    if last is None or last.result not in {"", "left"}:
        # A phone that declines ends its ringing, not the call.
        return call.with_leg(event.unique_id, hung_up=True) if event.unique_id in call.legs else call
    talks = event.unique_id in {last.leg, behind(call, last.leg)}
    return replace(call, hung_up_first=last.leg) if talks else call


def channel_ended(call: Call, event: ChannelEnded) -> Call:
    """A channel is gone; with the caller's own, the call is over."""
    call = _recorded(call.without_leg(event.unique_id), event.recording)
    if call.over:
        return call
    if event.unique_id == call.caller_leg:
        return _ended(call, event.at, event.cause)
    return end_where(call, event.at, lambda one: _gone(call, one) if one.leg == event.unique_id else "")


def _gone(call: Call, segment: Segment) -> str:
    """How a stretch ends with its channel, as far as that alone tells."""
    if segment.kind is TALKING:
        return who_left(call, segment.leg)
    if segment.kind is CONSULTING:
        return consulted(call, segment.leg)
    return "ended" if segment.queue or call.hung_up_first == call.caller_leg else "missed"


def _recorded(call: Call, recording: str) -> Call:
    """The first channel that was recorded has the call's recording."""
    return call.with_record(recording=recording) if recording and not call.record.recording else call


def consulted(call: Call, leg: UniqueId) -> str:
    """How a consultation ended of which the agent came back: ``returned`` if he reached anybody."""
    standing = call.consults.get(leg, "unknown")
    return "returned" if standing == REACHED else standing or "missed"


def who_left(call: Call, leg: UniqueId) -> str:
    """How a talk ended of which the queue says nothing: who of the two hung up first, if anyone."""
    return {call.caller_leg: "caller", leg: "agent"}.get(call.hung_up_first, "left")


def end_where(call: Call, at: datetime | None, result_of: Callable[[Segment], str]) -> Call:
    """End every open segment for which ``result_of`` gives a result; the very same call when none."""
    segments = call.record.segments
    for one in segments:
        if is_open(one) and (one.leg or one.kind in ALONE) and (result := result_of(one)):
            segments = swap(segments, one, ended_segment(call, one, at, result))
    if segments is call.record.segments:
        return call
    return refreshed(without_hold(call, segments), segments=segments)


def ended_segment(
    call: Call, segment: Segment, at: datetime | None, result: str, seconds: float | None = None
) -> Segment:
    """The segment, ended; a hold that still lasted ends with it."""
    ended = closed(segment, at, result, seconds)
    if segment.kind is not TALKING or not is_open(segment):
        return ended
    more = elapsed(call.hold.since, at) if call.hold else 0.0
    held = None if segment.held is None or more is None or at is None else segment.held + more
    return replace(ended, held=held)


def without_hold(call: Call, segments: Segments) -> Call:
    """The call, which is to have these segments: nobody is on hold when nobody talks."""
    if call.hold is None or find_open(segments, TALKING):
        return call
    return replace(call, hold=None)


def _ended(call: Call, at: datetime, cause: int) -> Call:
    """The caller is gone, and ccd saw it."""
    by = _who_ended(call)
    call = _talk_ended(call, at, by)
    ends = _BY_CALLER if by is EndedBy.CALLER else _BY_OTHERS
    return _over(call, at, by, lambda one: _in_vain(call, one) or ends.get(one.kind, by.value), cause)


def _talk_ended(call: Call, at: datetime, by: EndedBy) -> Call:
    """The last talk, when who hung up was told after its bridge had been left."""
    last = find_last(call.record.segments, TALKING)
    if last is None or last.result != "left" or by.value not in _AGENT_ENDS:
        return call
    if (elapsed(last.ended_at, at) or 0.0) > AT_ONCE:
        return call
    return call.with_record(segments=swap(call.record.segments, last, replace(last, result=by.value)))


def _in_vain(call: Call, segment: Segment) -> str:
    """How an open consultation stands that reached nobody; empty for anything else."""
    standing = call.consults.get(segment.leg, "") if segment.kind is CONSULTING else ""
    return "" if standing == REACHED else standing


def ended_unseen(call: Call) -> Call:
    """The caller is gone, and ccd did not see how or when, nor what had become of the call by then."""
    call = replace(call, legs={}).with_record(unknown=(SEGMENTS,))
    return _over(call, None, EndedBy.UNKNOWN, lambda _one: "unknown")


def handed_over(call: Call, at: datetime) -> Call:
    """Whom an agent called is given to the caller who waited meanwhile: the agent's own call is over."""
    return _over(replace(call, legs={}), at, EndedBy.AGENT, lambda one: _HANDED_OVER.get(one.kind, "ended"))


def _over(
    call: Call, at: datetime | None, by: EndedBy, result_of: Callable[[Segment], str], cause: int = 0
) -> Call:
    call = end_where(call, at, result_of)
    record = settled(
        call.record,
        state=ENDED,
        ended_at=at,
        ended_by=by,
        hangup_cause=cause,
        disposition=_disposition(call.record, by),
    )
    return replace(call, record=record, hold=None)


def revised(record: CallRecord) -> CallRecord:
    """An ended record after a straggler told more about its conversation."""
    last = find_last(record.segments, TALKING)
    by = _AGENT_ENDS.get(last.result, record.ended_by) if last else record.ended_by
    if outbound.unanswered(record):
        by = outbound.ended_by(record, by)
    return settled(record, ended_by=by, disposition=_disposition(record, by))


def _who_ended(call: Call) -> EndedBy:
    last = find_last(call.record.segments, TALKING)
    if last and last.result in _AGENT_ENDS:
        return _AGENT_ENDS[last.result]
    by = EndedBy.UNKNOWN if last and call.deaf else EndedBy.SYSTEM
    if call.hung_up_first:
        by = EndedBy.CALLER if call.hung_up_first == call.caller_leg else EndedBy.AGENT
    return outbound.ended_by(call.record, by) if outbound.unanswered(call.record) else by


def _disposition(record: CallRecord, by: EndedBy) -> Disposition:
    if find_last(record.segments, TALKING):
        return Disposition.ANSWERED
    if outbound.unanswered(record):
        return outbound.disposition(record, by)
    if any(one.kind is StepKind.CALLBACK and one.outcome != "FAILED" for one in record.path):
        return Disposition.CALLBACK
    if any(one.kind is StepKind.VOICEMAIL and one.outcome == "RECORDED" for one in record.path):
        return Disposition.VOICEMAIL
    return _UNANSWERED[by]


_UNANSWERED = {
    EndedBy.CALLER: Disposition.ABANDONED,
    EndedBy.AGENT: Disposition.UNANSWERED,
    EndedBy.SYSTEM: Disposition.UNANSWERED,
    EndedBy.UNKNOWN: Disposition.UNKNOWN,
}
