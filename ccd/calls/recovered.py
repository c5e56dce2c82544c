"""What Asterisk's own logs make of a record that ccd could not write whole."""

from collections.abc import Iterator
from datetime import UTC, datetime

from ccd.calls.call import SEGMENTS, settled
from ccd.calls.record import ENDED, OFFERED, TALKING, WAITING, CallRecord, Disposition, Segment
from ccd.calls.values import replace

HELD = "held"
"""The word in ``CallRecord.unknown`` for holds: no log tells of them."""
_LOGGED = {WAITING, OFFERED, TALKING}
_CCD_KNOWS_MORE = {Disposition.VOICEMAIL, Disposition.CALLBACK}
_NEVER = datetime.max.replace(tzinfo=UTC)
_TEXTS = ("caller_number", "caller_name", "called_number", "caller_leg")


def whole(record: CallRecord) -> bool:
    """Whether nothing of the record is left that a log could tell."""
    return record.state is ENDED and set(record.unknown) <= {HELD}


def completed(record: CallRecord | None, logs: CallRecord) -> CallRecord | None:
    """The record with what the logs know of it; None when they know nothing more.  Twice is as once."""
    if record is None:
        return replace(logs, recovered=True)
    if whole(record) or (record.state is ENDED and not _tells_more(record, logs)):
        told = bool(logs.called_number and not record.called_number)
        return replace(record, called_number=logs.called_number, recovered=True) if told else None
    texts = {name: getattr(record, name) or getattr(logs, name) for name in _TEXTS}
    after = replace(
        record,
        **texts,
        state=logs.state,
        arrived_at=logs.arrived_at or record.arrived_at,
        answered_at=logs.answered_at or record.answered_at,
        ended_at=logs.ended_at or record.ended_at,
        ended_by=logs.ended_by,
        disposition=_disposition(record, logs),
        hangup_cause=logs.hangup_cause or record.hangup_cause,
        queue=logs.queue or record.queue,
        phone=logs.phone or record.phone,
        agent=_agent(record, logs),
        direction=logs.direction,
        segments=tuple(_segments(record, logs)),
        unknown=tuple(name for name in logs.unknown if name == SEGMENTS),
        recovered=True,
    )
    return settled(after)


def _tells_more(record: CallRecord, logs: CallRecord) -> bool:
    """Whether anything that the record does not know stands in the logs, be it a stretch."""
    return bool(set(record.unknown) - set(logs.unknown) - {HELD}) or _stretches(logs) > _stretches(record)


def _stretches(record: CallRecord) -> int:
    return sum(one.kind in _LOGGED for one in record.segments)


def _agent(record: CallRecord, logs: CallRecord) -> str:
    """Who answered last; whom ccd heard is another's name where another phone did."""
    ours = record.agent if logs.phone in {"", record.phone} else ""
    return ours or logs.agent


def _disposition(record: CallRecord, logs: CallRecord) -> Disposition:
    answered = logs.disposition is Disposition.ANSWERED
    return record.disposition if record.disposition in _CCD_KNOWS_MORE and not answered else logs.disposition


def _segments(record: CallRecord, logs: CallRecord) -> Iterator[Segment]:
    """Those of the logs with what only ccd heard of them, between them those that no log tells."""
    ours = {(one.kind, one.leg): one for one in record.segments if one.leg}
    told = [_known(one, ours.get((one.kind, one.leg))) for one in logs.segments]
    logged = _LOGGED | {one.kind for one in logs.segments}
    own = [one for one in record.segments if one.kind not in logged]
    yield from sorted([*told, *own], key=lambda one: one.began_at or _NEVER) if own else told


def _known(segment: Segment, ours: Segment | None) -> Segment:
    if ours is None:
        return segment
    held = ours.held if ours.result != "unknown" else None
    return replace(segment, held=held, member=segment.member or ours.member, to=ours.to or segment.to)
