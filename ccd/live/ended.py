"""Ended calls since the start, by queue, direction and disposition; each counts once.

A record may still change a while after its end (a message that was left is found later), and a counter
cannot be taken back: so a call counts a minute after its end.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord, Direction, Disposition, State

SETTLED = 60.0
"""Seconds after its end at which a call counts."""
OTHER = "other"
"""The queue of calls whose own would be one too many."""
_REMEMBERED = 10_000
_QUEUES = 200


@dataclass(frozen=True, slots=True)
class Kind:
    """What calls are counted by; ``queue`` is empty for one that came to none."""

    queue: str
    direction: Direction
    disposition: Disposition


class EndedCalls:
    """``clock`` is seconds that only go on."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._fresh: OrderedDict[LinkedId, tuple[float, CallRecord]] = OrderedDict()
        self._counted: OrderedDict[LinkedId, None] = OrderedDict()
        self._queues: set[str] = set()
        self._counts: Counter[Kind] = Counter()

    def saved(self, record: CallRecord) -> None:
        """A call is now so."""
        if record.state is not State.ENDED or record.call_id in self._counted:
            return
        since, _ = self._fresh.get(record.call_id, (self._clock(), record))
        self._fresh[record.call_id] = since, record
        self._settle()

    def counts(self) -> Mapping[Kind, int]:
        """How many of each kind."""
        self._settle()
        return self._counts

    def _settle(self) -> None:
        latest = self._clock() - SETTLED
        while self._fresh:
            call_id, (since, record) = next(iter(self._fresh.items()))
            if since > latest:
                return
            del self._fresh[call_id]
            self._remember(call_id)
            self._counts[self._kind(record)] += 1

    def _remember(self, call_id: LinkedId) -> None:
        self._counted[call_id] = None
        if len(self._counted) > _REMEMBERED:
            self._counted.popitem(last=False)

    def _kind(self, record: CallRecord) -> Kind:
        queue = record.queue.lower()
        if len(self._queues) < _QUEUES:
            self._queues.add(queue)
        known = queue if queue in self._queues else OTHER
        return Kind(known, record.direction, record.disposition)
