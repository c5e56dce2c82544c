"""Where ccd's record of a call and the one made from Asterisk's own logs contradict each other.

What either does not know is no contradiction.  Moments and durations may differ by 1.5 s: queue_log has whole
seconds, and two clocks are read one after the other.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from ccd.calls.call import SEGMENTS
from ccd.calls.ids import Phone
from ccd.calls.record import ENDED, OFFERED, TALKING, WAITING, CallRecord, Disposition, EndedBy, Segment

SLACK = 1.5
"""Seconds by which two accounts of the same moment may differ."""
_WORDS = ("direction", "queue", "phone", "agent")
_MOMENTS = ("arrived_at", "answered_at", "ended_at")
_LENGTHS = ("waited", "talked")
_MAYBE = {"agent"}
"""Fields of which an empty one says nothing."""
_CCD_KNOWS_MORE = {Disposition.VOICEMAIL, Disposition.CALLBACK}
"""What a caller did who was not answered: no log of Asterisk's tells."""
_COMPARED = (WAITING, TALKING)
_SURE = {"caller", "agent", "transfer", "abandoned", "connected"}
"""Ways in which a stretch ended that nobody guesses."""


class Difference(NamedTuple):
    """What of a call differs, ccd's word and the logs'."""

    what: str
    ccd: str
    logs: str


def differences(record: CallRecord, logs: CallRecord) -> Iterator[Difference]:
    """Everything in which an ended record contradicts the logs."""
    if record.state is not ENDED:
        yield Difference("state", record.state.value, logs.state.value)
        return
    unknown = {*record.unknown, *logs.unknown}
    if not _same_way(record.disposition, logs.disposition):
        yield Difference("disposition", record.disposition.value, logs.disposition.value)
    if EndedBy.UNKNOWN not in {record.ended_by, logs.ended_by} and record.ended_by is not logs.ended_by:
        yield Difference("ended_by", record.ended_by.value, logs.ended_by.value)
    yield from _values(record, logs, unknown)
    if SEGMENTS not in unknown:
        yield from _segments(record.segments, logs.segments)


def _same_way(ours: Disposition, theirs: Disposition) -> bool:
    if Disposition.UNKNOWN in {ours, theirs}:
        return True
    return ours is theirs or (ours in _CCD_KNOWS_MORE and theirs is not Disposition.ANSWERED)


def _values(record: CallRecord, logs: CallRecord, unknown: set[str]) -> Iterator[Difference]:
    for name in (*_WORDS, *_MOMENTS, *_LENGTHS):
        ours, theirs = getattr(record, name), getattr(logs, name)
        if name == "phone":
            ours, theirs = _phone(ours), _phone(theirs)
        nobody_says = name in _MAYBE and not (ours and theirs)
        if name not in unknown and not nobody_says and not _same(ours, theirs):
            yield Difference(name, _shown(ours), _shown(theirs))


def _segments(ours: Iterable[Segment], theirs: Iterable[Segment]) -> Iterator[Difference]:
    """Waits and talks in their order; phones that rang at once have none."""
    ours, theirs = tuple(ours), tuple(theirs)
    mine, logged = ([one for one in some if one.kind in _COMPARED] for some in (ours, theirs))
    if list(map(_named, mine)) != list(map(_named, logged)):
        yield Difference("segments", _row(mine), _row(logged))
        return
    for one, other in zip(mine, logged, strict=True):
        if None not in {one.seconds, other.seconds} and not _same(one.seconds, other.seconds):
            yield Difference(f"seconds of {_named(one)}", _shown(one.seconds), _shown(other.seconds))
        if one.result != other.result and {one.result, other.result} <= _SURE:
            yield Difference(f"end of {_named(one)}", one.result, other.result)
    rang, logged_rang = _rang(ours), _rang(theirs)
    if rang != logged_rang:
        yield Difference("offered", _counted(rang), _counted(logged_rang))


def _rang(segments: Iterable[Segment]) -> Counter[str]:
    return Counter(_phone(one.phone) for one in segments if one.kind is OFFERED)


def _counted(phones: Counter[str]) -> str:
    return ", ".join(f"{phone} x{times}" for phone, times in sorted(phones.items()))


def _named(segment: Segment) -> str:
    where = segment.queue if segment.kind is WAITING else _phone(segment.phone)
    return f"{segment.kind.value} {where}"


def _row(segments: Iterable[Segment]) -> str:
    return ", ".join(map(_named, segments))


def _phone(phone: Phone) -> Phone:
    """As channels are named after it: ``/n`` only says that a Local channel is to stay."""
    return Phone(phone.removesuffix("/n")) if phone.startswith("Local/") else phone


def _same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, datetime) and isinstance(theirs, datetime):
        return abs((ours - theirs).total_seconds()) <= SLACK
    if isinstance(ours, float | int) and isinstance(theirs, float | int):
        return abs(ours - theirs) <= SLACK
    return bool(ours == theirs)


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    return f"{value:.1f}" if isinstance(value, float) else str(value)
