"""What single queues, agents and doctors had of a call."""

from collections.abc import Iterator

from ccd.calls.ids import QueueName
from ccd.calls.record import CallRecord, Direction, Disposition, Segment, SegmentKind
from ccd.metrics.dimensions import Part
from ccd.metrics.handling import Talks, talks
from ccd.metrics.rules import Rules
from ccd.metrics.waiting import Counts, answered_after, milliseconds, waited

_LEFT_OPEN = frozenset({"", "unknown"})


def queues(
    record: CallRecord, spoken: Talks, ends: Counts, rules: Rules
) -> Iterator[tuple[Part, str, Counts]]:
    """Each queue that the call waited or was answered in; the last one has what came of it (``ends``).

    ``spoken`` are the record's talks.
    """
    for name in dict.fromkeys([one.queue for one in record.segments if one.queue]):
        mine = [one for one in record.segments if one.queue == name]
        own = talks(mine)
        counts = spoken.of(own)
        if record.direction is Direction.INBOUND:
            counts = counts | waited(_how(record, mine, own), _wait(mine), milliseconds(record.waited), rules)
        yield Part.QUEUE, name, counts | ends if name == record.queue else counts


def agents(
    record: CallRecord, spoken: Talks, ends: Counts, rules: Rules
) -> Iterator[tuple[Part, str, Counts]]:
    """Each person whose phone rang or who talked; whoever was called in the doctors' queue is a doctor."""
    theirs: dict[tuple[Part, str], list[Segment]] = {}
    for one in record.segments:
        name = one.member or one.phone
        if name and (one.kind is SegmentKind.TALKING or _rang(record, one)):
            theirs.setdefault((_part(one.queue, rules), name), []).append(one)
    for (part, name), mine in theirs.items():
        own = talks(mine)
        counts = spoken.of(own) | _rings(record, mine, own)
        yield part, name, counts | ends if spoken.end_with(own) else counts


def _rang(record: CallRecord, one: Segment) -> bool:
    """Whether somebody of the clinic was rung; an outbound call without a queue rings the patient."""
    ours = record.direction is Direction.INBOUND or bool(one.queue)
    return one.kind is SegmentKind.OFFERED and ours


def _part(queue: QueueName, rules: Rules) -> Part:
    return Part.DOCTOR if queue and queue.lower() == rules.doctors_queue.lower() else Part.AGENT


def _how(record: CallRecord, mine: list[Segment], spoken: list[Segment]) -> str:
    """How the wait in a queue ended; a queue without a wait was rung for a talk that it answered."""
    waits = [one for one in mine if one.kind is SegmentKind.WAITING]
    if spoken or "connected" in [one.result for one in waits]:
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


def _rings(record: CallRecord, mine: list[Segment], spoken: list[Segment]) -> Counts:
    """For people: offered is a call that rang, the wait is how long it rang before they took it.

    Who dialled a patient answered nothing.
    """
    rings = [one for one in mine if one.kind is SegmentKind.OFFERED]
    results = [one.result for one in rings]
    counts: Counts = {
        "rings": len(rings),
        "rings_missed": results.count("missed"),
        "offered": int(bool(rings)),
        "answered": int(bool(spoken) and (bool(rings) or record.direction is Direction.INBOUND)),
    }
    wait = milliseconds(rings[results.index("answered")].seconds) if "answered" in results else None
    return counts | answered_after(wait) if spoken and wait is not None else counts
