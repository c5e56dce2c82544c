"""What single queues, agents and doctors had of a call."""

from collections.abc import Iterator

from ccd.calls.ids import QueueName
from ccd.calls.record import CallRecord, Direction, Disposition, Segment, SegmentKind
from ccd.metrics.dimensions import Part
from ccd.metrics.handling import handling, passing_on, talks, transfers
from ccd.metrics.rules import Rules
from ccd.metrics.spread import bucket_of, one_in
from ccd.metrics.waiting import Counts, milliseconds, waited

_LEFT_OPEN = frozenset({"", "unknown"})


def queues(record: CallRecord, ends: Counts, rules: Rules) -> Iterator[tuple[Part, str, Counts]]:
    """Each queue that the call waited or was answered in; the last one has what came of it (``ends``)."""
    in_all = transfers(record.segments)
    for name in dict.fromkeys([one.queue for one in record.segments if one.queue]):
        mine = [one for one in record.segments if one.queue == name]
        counts = _direction(record) | handling(talks(mine), _wrap_up(record, mine))
        counts |= passing_on(mine, in_all)
        if record.direction is Direction.INBOUND:
            counts |= waited(_how(record, mine), _wait(mine), milliseconds(record.waited), rules)
        yield Part.QUEUE, name, counts | (ends if name == record.queue else {})


def agents(record: CallRecord, ends: Counts, rules: Rules) -> Iterator[tuple[Part, str, Counts]]:
    """Each person whose phone rang or who talked; whoever was called in the doctors' queue is a doctor."""
    theirs: dict[tuple[Part, str], list[Segment]] = {}
    for one in record.segments:
        name = one.member or one.phone
        if name and (one.kind is SegmentKind.TALKING or _rang(record, one)):
            theirs.setdefault((_part(one.queue, rules), name), []).append(one)
    last, in_all = talks(record.segments)[-1:], transfers(record.segments)
    for (part, name), mine in theirs.items():
        counts = _direction(record) | _rings(record, mine) | handling(talks(mine), _wrap_up(record, mine))
        counts |= passing_on(mine, in_all)
        yield part, name, counts | (ends if any(one is end for end in last for one in mine) else {})


def _rang(record: CallRecord, one: Segment) -> bool:
    """Whether somebody of the clinic was rung; an outbound call without a queue rings the patient."""
    ours = record.direction is Direction.INBOUND or bool(one.queue)
    return one.kind is SegmentKind.OFFERED and ours


def _part(queue: QueueName, rules: Rules) -> Part:
    return Part.DOCTOR if queue and queue.lower() == rules.doctors_queue.lower() else Part.AGENT


def _direction(record: CallRecord) -> Counts:
    return {str(record.direction): 1}


def _how(record: CallRecord, mine: list[Segment]) -> str:
    """How the wait in a queue ended; a queue without a wait was rung for a talk that it answered."""
    waits = [one for one in mine if one.kind is SegmentKind.WAITING]
    if talks(mine) or any(one.result == "connected" for one in waits):
        return "answered"
    result = waits[-1].result if waits else "unknown"
    if result == "abandoned" and record.disposition is Disposition.ABANDONED:
        return "abandoned"
    return "unknown" if result in _LEFT_OPEN else "overflowed"


def _wait(mine: list[Segment]) -> int | None:
    """All waits in this queue, up to the first answer; slices of one wait are several segments."""
    whole = 0
    for one in mine:
        if one.kind is SegmentKind.WAITING:
            if one.seconds is None:
                return None
            whole += milliseconds(one.seconds) or 0
        if one.result == "connected":
            break
    return whole


def _rings(record: CallRecord, mine: list[Segment]) -> Counts:
    """For people: offered is a call that rang, the wait is how long it rang before they took it.

    Who dialled a patient answered nothing.
    """
    rings = [one for one in mine if one.kind is SegmentKind.OFFERED]
    taken = next((one for one in rings if one.result == "answered"), None)
    wait = milliseconds(taken.seconds) if taken else None
    counts: Counts = {
        "rings": len(rings),
        "rings_missed": sum(one.result == "missed" for one in rings),
        "offered": int(bool(rings)),
        "answered": int(bool(talks(mine)) and (bool(rings) or record.direction is Direction.INBOUND)),
    }
    if wait is None or not talks(mine):
        return counts
    return counts | {"waits": 1, "wait_ms": wait, "wait_longest": wait, "spread": one_in(bucket_of(wait))}


def _wrap_up(record: CallRecord, mine: list[Segment]) -> float | None:
    """Whose talk was the call's last one has the wrap-up."""
    spoken = talks(record.segments)
    return record.wrapped_up if spoken and any(one is spoken[-1] for one in mine) else None
