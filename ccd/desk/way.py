"""What a call went through before it came to this phone: facts in order, for the page to put in words."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from ccd.calls.ids import Phone
from ccd.calls.record import CallRecord, PathStep, Segment, SegmentKind, StepKind
from ccd.calls.segments import elapsed, is_open

Json = dict[str, Any]
_NOT_REACHED = frozenset({"missed", "busy", "unreachable"})
_ASKED = frozenset({"returned", "transfer", "joined"})
_PRESSED = "PRESSED-"
_MOST = 12
"""The page has one line for it: of a longer way, the end matters."""
_EARLIEST = datetime.min.replace(tzinfo=UTC)


def way_json(record: CallRecord, phone: Phone) -> list[Json]:
    """Queues waited in, talks with others, whom they asked, dialled phones that did not answer, keys pressed.

    Oldest first.
    """
    stretches = [(at, fact) for at, one in _placed(record) if (fact := _stretch(record, one, phone))]
    steps = [(one.at, fact) for one in record.path if (fact := _step(one))]
    told: list[Json] = []
    for _, fact in sorted(stretches + steps, key=lambda pair: pair[0]):
        if told and fact["kind"] == "waited" and _same_wait(told[-1], fact):
            told[-1] |= {"seconds": _together(told[-1]["seconds"], fact["seconds"])}
        else:
            told.append(fact)
    return told[-_MOST:]


def _same_wait(before: Json, after: Json) -> bool:
    """A queue's step may be run in slices: to the caller, and to whoever reads, it is one wait."""
    return (before["kind"], before.get("queue")) == ("waited", after["queue"])


def _together(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other


def _placed(record: CallRecord) -> Iterator[tuple[datetime, Segment]]:
    """Each stretch and when it began; of one whose beginning is not known, when the one before did."""
    at = record.arrived_at or _EARLIEST
    for one in record.segments:
        at = max(at, one.began_at or at)
        yield at, one


def _stretch(record: CallRecord, one: Segment, phone: Phone) -> Json | None:
    if one.kind is SegmentKind.WAITING:
        return {"kind": "waited", "queue": one.queue, "seconds": _waited(record, one, phone)}
    who = {"who": one.member or one.phone}
    if one.kind is SegmentKind.TALKING and one.phone != phone and not is_open(one):
        return {"kind": "talked", **who, "seconds": one.seconds}
    if one.kind is SegmentKind.OFFERED and not one.queue and one.result in _NOT_REACHED:
        return {"kind": one.result, **who}
    if one.kind is SegmentKind.OFFERED and one.result == "forwarded":
        return {"kind": one.result, **who}
    if one.kind is SegmentKind.CONSULTING and one.result in _ASKED:
        return {"kind": "asked", "who": one.to, "seconds": one.seconds}
    return None


def _waited(record: CallRecord, wait: Segment, phone: Phone) -> float | None:
    """Seconds; of a wait that goes on, until this phone rang."""
    if not is_open(wait):
        return wait.seconds
    rang = [one.began_at for one in record.segments if one.phone == phone and one.began_at]
    return elapsed(wait.began_at, rang[-1] if rang else None)


def _step(one: PathStep) -> Json | None:
    if one.kind is StepKind.MENU and one.outcome.startswith(_PRESSED):
        return {"kind": "pressed", "key": one.outcome.removeprefix(_PRESSED)}
    if one.kind is StepKind.VOICEMAIL and one.outcome == "RECORDED":
        return {"kind": "voicemail"}
    if one.kind is StepKind.CALLBACK and one.outcome != "FAILED":
        return {"kind": "callback"}
    return None
