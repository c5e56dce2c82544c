"""Missed calls become tasks, once for each number; a task closes by itself when somebody got through.

A keeper: a number of which a call has ended is looked at again at once, and all numbers of the last
days now and then; calls that were recovered afterwards count as well.  Most calls are answered: these
change no task but one that is there.  It remembers nothing that matters: every task can be made again
of the calls.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ccd.calls.ids import MISSED, LinkedId
from ccd.calls.record import CallRecord, State
from ccd.directory.phones import normalise
from ccd.looking import keep_looking
from ccd.missed.deadline import due, opens
from ccd.missed.happening import Happening, Told, happening, told
from ccd.missed.task import Deadline, Task, task
from ccd.settings.models import Missed, Routing

TICK = 0.5
"""Seconds between two looks."""
ALL = timedelta(hours=1)
"""How often every number of the last days is looked at."""
AT_ONCE = 100
"""Numbers that are read and written together: callers wait for whatever holds the loop."""


class WorklistStore(Protocol):
    """Where tasks are (``ccd.store.missed``).  Each method may raise."""

    async def callers(self, since: datetime) -> Sequence[str]:
        """Whose calls were missed since then, and who has an open task."""
        ...

    async def listed(self, numbers: Collection[str]) -> Collection[str]:
        """Those of these numbers that have a task, open or not."""
        ...

    async def told(self, numbers: Collection[str], since: datetime) -> Sequence[Told]:
        """The calls of these numbers, and perhaps of others that look alike."""
        ...

    async def done(self, numbers: Collection[str], since: datetime) -> Mapping[str, Sequence[Happening]]:
        """What people said of these numbers."""
        ...

    async def put(self, tasks: Collection[Task], none: Collection[str], ended: Collection[LinkedId]) -> bool:
        """Write the tasks; forget those of ``none``; ``ended`` are operators' calls that are over.

        Whether there was anything to write.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedRules:
    """What counts.  ``region`` is the ISO 3166 code that local numbers belong to."""

    region: str
    short: timedelta
    reach: timedelta
    """How far back calls are looked at."""
    deadline: Deadline


def missed_rules(missed: Missed, routing: Routing, region: str) -> MissedRules:
    """What the settings say of missed calls."""
    is_open = opens(routing, missed.calendar)
    return MissedRules(
        region=region,
        short=timedelta(seconds=missed.short),
        reach=timedelta(seconds=missed.forget),
        deadline=lambda at: due(at, timedelta(seconds=missed.within), is_open),
    )


class Worklist:
    """``unwritten`` are the calls whose newest state the store does not have; ``outages`` what it raises."""

    def __init__(
        self,
        store: WorklistStore,
        rules: MissedRules,
        *,
        unwritten: Callable[[], Iterable[CallRecord]],
        clock: Callable[[], datetime],
        outages: tuple[type[Exception], ...] = (),
    ) -> None:
        self.rules = rules
        self._store = store
        self._unwritten = unwritten
        self._clock = clock
        self._outages = outages
        self._changed: set[str] = set()
        self._answered: set[str] = set()
        """Raw numbers, as in ``_changed``, of calls that were answered."""
        self._all_at: datetime | None = None

    def saved(self, record: CallRecord) -> None:
        """A call's state was saved: one that was answered, or is over, may change a task.  Never blocks."""
        if record.answered_at is not None:
            self._answered.add(record.caller_number)
        elif record.state is State.ENDED:
            self._changed.add(record.caller_number)

    async def run(self) -> None:
        """Keep the list until cancelled."""
        waits = "the list of missed calls waits"
        await keep_looking(self.look, TICK, outages=self._outages, waits=waits)

    async def look(self) -> None:
        """Bring the tasks of changed numbers up to date; now and then of all.  Raises what the store does."""
        now = self._clock()
        if self._all_at is None or now - self._all_at >= ALL:
            self._changed.update(await self._store.callers(now - self.rules.reach))
            self._all_at = now
        changed, self._changed = self._changed, set()
        answered, self._answered = self._answered, set()
        try:
            await self._refresh(changed, answered, now)
        except BaseException:
            self._changed |= changed
            self._answered |= answered
            raise

    async def _refresh(self, changed: Iterable[str], answered: Iterable[str], now: datetime) -> None:
        wanted = self._numbers(changed)
        for some in _batches(self._numbers(answered) - wanted):
            wanted.update(await self._store.listed(some))
        for some in _batches(wanted):
            await self._refresh_some(some, now - self.rules.reach)

    def _numbers(self, raw: Iterable[str]) -> set[str]:
        return {number for one in raw if (number := self._number(one))}

    async def _refresh_some(self, numbers: Sequence[str], since: datetime) -> None:
        newest = {one.call_id: told(one) for one in self._unwritten_of(frozenset(numbers))}
        known = {one.call_id: one for one in await self._store.told(numbers, since)} | newest
        said = await self._store.done(numbers, since)
        tasks, ended = await asyncio.to_thread(self._tasks, numbers, known.values(), said)
        found = {one.number for one in tasks}
        if await self._store.put(tasks, [one for one in numbers if one not in found], ended):
            await self._look_again(numbers, since, said)

    def _unwritten_of(self, numbers: Collection[str]) -> Iterator[CallRecord]:
        return (
            one
            for one in self._unwritten()
            if not one.withheld and self._number(one.caller_number) in numbers
        )

    async def _look_again(
        self, numbers: Sequence[str], since: datetime, said: Mapping[str, Sequence[Happening]]
    ) -> None:
        """Who said "done" between the reading and the writing was written over: soon once more."""
        now = await self._store.done(numbers, since)
        self._changed.update(one for one in numbers if now.get(one) != said.get(one))

    def _tasks(
        self, numbers: Iterable[str], calls: Iterable[Told], said: Mapping[str, Sequence[Happening]]
    ) -> tuple[list[Task], list[LinkedId]]:
        """The numbers' tasks, and which calls of operators are over."""
        happened, ended = defaultdict[str, list[Happening]](list), list[LinkedId]()
        for call in calls:
            if call.state is State.ENDED and call.call_id.startswith(MISSED):
                ended.append(call.call_id)
            if one := happening(call, self.rules.short):
                happened[self._number(call.caller_number)].append(one)
        made = (task(one, (*happened[one], *said.get(one, ())), self.rules.deadline) for one in numbers)
        return [one for one in made if one], ended

    def _number(self, raw: str) -> str:
        return normalise(raw, self.rules.region).e164


def _batches(numbers: Collection[str]) -> Iterator[list[str]]:
    in_order = sorted(numbers)
    return (in_order[first : first + AT_ONCE] for first in range(0, len(in_order), AT_ONCE))
