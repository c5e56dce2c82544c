"""How a call ends: by whom, and what it was for the patient."""

from datetime import datetime

from ccd.calls.call import Call, settled
from ccd.calls.ids import UniqueId
from ccd.calls.record import CallRecord, Disposition, EndedBy, Segment, SegmentKind, State
from ccd.calls.segments import Segments, closed, is_open
from ccd.calls.values import replace

_AGENT_ENDS = {"caller": EndedBy.CALLER, "agent": EndedBy.AGENT}


def end_talk(call: Call, segment: Segment, at: datetime | None, result: str, seconds: float | None) -> Call:
    """The conversation is over; a hold that still lasted ends with it."""
    held = segment.held + _hold_seconds(call, at)
    ended = replace(closed(segment, at, result, seconds), held=held)
    record = replace(
        call.record,
        segments=tuple(ended if one is segment else one for one in call.record.segments),
    )
    return replace(call, record=record, held_since=None)


def _hold_seconds(call: Call, at: datetime | None) -> float:
    if call.held_since is None or at is None:
        return 0.0
    return max(0.0, (at - call.held_since).total_seconds())


def ended(call: Call, at: datetime | None, cause: int = 0) -> Call:
    """The caller is gone, and ccd saw it."""
    by = _who_ended(call)
    segments = tuple(_end_segment(segment, at, by) for segment in call.record.segments)
    record = replace(
        call.record,
        state=State.ENDED,
        ended_at=at,
        ended_by=by,
        hangup_cause=cause,
        segments=segments,
        disposition=_disposition(segments, by),
    )
    return replace(call, record=settled(record), held_since=None)


def ended_unseen(call: Call) -> Call:
    """The caller is gone, and ccd did not see how or when."""
    segments = tuple(closed(one, None, "unknown") if is_open(one) else one for one in call.record.segments)
    answered = any(one.kind is SegmentKind.TALKING for one in segments)
    record = replace(
        call.record,
        state=State.ENDED,
        ended_by=EndedBy.UNKNOWN,
        segments=segments,
        disposition=Disposition.ANSWERED if answered else Disposition.UNKNOWN,
    )
    return replace(call, record=settled(record), held_since=None, legs={})


def revised(record: CallRecord) -> CallRecord:
    """An ended record after a straggler told more about its conversation."""
    last = next((one for one in reversed(record.segments) if one.kind is SegmentKind.TALKING), None)
    by = _AGENT_ENDS.get(last.result, record.ended_by) if last else record.ended_by
    return settled(replace(record, ended_by=by, disposition=_disposition(record.segments, by)))


def _end_segment(segment: Segment, at: datetime | None, by: EndedBy) -> Segment:
    if not is_open(segment):
        return segment
    if segment.kind is SegmentKind.TALKING:
        return closed(segment, at, by.value)
    return closed(segment, at, "abandoned" if by is EndedBy.CALLER else "ended")


def _who_ended(call: Call) -> EndedBy:
    last = next((one for one in reversed(call.record.segments) if one.kind is SegmentKind.TALKING), None)
    if last and last.result in _AGENT_ENDS:
        return _AGENT_ENDS[last.result]
    return _by_leg(call, call.hung_up_first)


def _by_leg(call: Call, leg: UniqueId) -> EndedBy:
    if leg == call.caller_leg:
        return EndedBy.CALLER
    talked = {one.leg for one in call.record.segments if one.kind is SegmentKind.TALKING}
    return EndedBy.AGENT if leg in talked else EndedBy.SYSTEM


def _disposition(segments: Segments, by: EndedBy) -> Disposition:
    if any(one.kind is SegmentKind.TALKING for one in segments):
        return Disposition.ANSWERED
    return Disposition.ABANDONED if by is EndedBy.CALLER else Disposition.UNANSWERED
