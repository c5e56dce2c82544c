"""The ended calls of today by queue: the same facts, by the same rules, as reports are made of.

A record may still change after its end, so what it counted for is remembered and taken back first.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord, State
from ccd.metrics.handling import Talks
from ccd.metrics.parts import queues
from ccd.metrics.rules import Rules
from ccd.metrics.totals import Totals

COUNTED = ("offered", "answered", "answered_in", "abandoned", "abandoned_in", "abandoned_short")
"""What is counted of a call: all that a service level is made of."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """What one call counts for: a queue in small letters, and what of it."""

    arrived_at: datetime
    counts: tuple[tuple[str, str], ...]


class Today:
    """``midnight`` says when today began.  Counting is put off until somebody asks."""

    def __init__(self, rules: Rules, midnight: Callable[[], datetime]) -> None:
        self._rules = rules
        self._midnight = midnight
        self._day = midnight()
        self._fresh: dict[LinkedId, CallRecord] = {}
        self._counted: dict[LinkedId, _Counted] = {}
        self._sums: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def saved(self, record: CallRecord) -> None:
        """A call is now so: it counts once it has ended."""
        if record.state is State.ENDED:
            self._fresh[record.call_id] = record

    def read(self, records: Iterable[CallRecord]) -> None:
        """What was there before; what was heard of meanwhile is newer."""
        for record in records:
            if record.call_id not in self._counted:
                self._fresh.setdefault(record.call_id, record)

    def totals(self) -> Mapping[str, Totals]:
        """By queue, in small letters; a queue without a call is missing."""
        self._turn()
        for record in self._fresh.values():
            self._replace(record.call_id, self._of(record))
        self._fresh.clear()
        return {queue: _totals(sums) for queue, sums in self._sums.items()}

    def _turn(self) -> None:
        """A new day begins with nothing."""
        if (day := self._midnight()) != self._day:
            self._day = day
            for call_id, call in [*self._counted.items()]:
                if call.arrived_at < day:
                    self._replace(call_id, None)

    def _of(self, record: CallRecord) -> _Counted | None:
        at = record.arrived_at
        if at is None or at < self._day:
            return None
        return _Counted(at, tuple(_counts(record, self._rules)))

    def _replace(self, call_id: LinkedId, call: _Counted | None) -> None:
        if before := self._counted.pop(call_id, None):
            for queue, what in before.counts:
                self._sums[queue][what] -= 1
        if call:
            self._counted[call_id] = call
            for queue, what in call.counts:
                self._sums[queue][what] += 1


def _counts(record: CallRecord, rules: Rules) -> Iterator[tuple[str, str]]:
    """What came of the call, or has to do with it, adds nothing of this; so it is not asked."""
    for _, queue, counts in queues(record, Talks(record), {}, rules):
        yield from ((queue.lower(), what) for what in COUNTED if counts.get(what))


def _totals(sums: Mapping[str, Any]) -> Totals:
    return Totals(**sums)
