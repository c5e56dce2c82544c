"""Who waits in which queue, told from the calls in progress."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from ccd.calls.record import CallRecord, SegmentKind
from ccd.calls.segments import find_open, is_open
from ccd.live.model import Waiting
from ccd.queues import joined

_LAST = datetime.max.replace(tzinfo=UTC)


def waiting(calls: Iterable[CallRecord]) -> tuple[Waiting, ...]:
    """The longest wait first; whose beginning is not known, last."""
    found = [one for call in calls if (one := _waiting(call))]
    return tuple(sorted(found, key=lambda one: one.since or _LAST))


def _waiting(call: CallRecord) -> Waiting | None:
    wait = find_open(call.segments, SegmentKind.WAITING)
    if wait is None:
        return None
    offers = (one for one in call.segments if one.kind is SegmentKind.OFFERED and is_open(one))
    return Waiting(
        call=call,
        queue=wait.queue,
        since=joined(call, wait.queue),
        ringing=tuple(dict.fromkeys(one.phone for one in offers)),
    )


def by_queue(found: Iterable[Waiting]) -> Mapping[str, list[Waiting]]:
    """The same by queue, in small letters."""
    queues: defaultdict[str, list[Waiting]] = defaultdict(list)
    for one in found:
        queues[one.queue.lower()].append(one)
    return queues
