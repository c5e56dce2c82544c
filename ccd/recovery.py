"""Keeper: what ccd did not hear of calls is read from Asterisk's own logs, once, and marked as recovered.

It reads along all the time, a little behind, so that nothing depends on noticing that something was
missed: ccd was killed, the link was cut, the database was away.  A record that is whole is left alone;
one of a call that is still followed waits until it is over.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord
from ccd.calls.recovered import completed, whole
from ccd.retold import Batch, Clock, Ended, Live, Logs, Reading, Store

_LOG = structlog.get_logger()
EVERY = 2.0
"""Seconds between two looks at the logs."""
_MARK_EVERY = timedelta(seconds=60)
"""How often the mark is made durable when nothing was found: to read a minute twice does no harm."""
_PAUSE = 0.01
"""Seconds between two pieces of a long log: calls go on meanwhile."""


class Recovery:
    """Reads the logs along with what happens, and is told of it (``saved``).

    ``outages`` are the errors that pass.
    """

    def __init__(
        self, logs: Logs, store: Store, live: Live, *, clock: Clock, outages: tuple[type[Exception], ...]
    ) -> None:
        self._logs = logs
        self._store = store
        self._live = live
        self._clock = clock
        self._outages = outages
        self._asked = asyncio.Event()
        self._waiting: list[Ended] = []
        """Calls that are over in the logs and still followed, or not durable yet."""
        self._unchanged: set[str] = set()
        """Calls of which nothing was saved since their records were read."""
        self._reading: Reading | None = None
        self._since = clock()
        self._marked: datetime | None = None
        """When the mark was made durable since the reading began."""
        self._failed = False

    def ask(self) -> None:
        """Look now: ccd hears Asterisk again."""
        self._asked.set()

    def saved(self, record: CallRecord) -> None:
        """A newer state of this call: one that was read before must not be written over it."""
        self._unchanged.discard(record.call_id)

    async def run(self) -> None:
        """Look for ever; only cancelling ends it."""
        while True:
            try:
                await self.look()
                self._report(None)
            except self._outages as error:
                self._reading = None  # from the durable mark again: what was found may not be durable
                self._report(error)
            except Exception:
                self._reading = None  # a fault of ccd loses no call, either
                raise
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY):
                    await self._asked.wait()
            self._asked.clear()

    async def look(self) -> None:
        """Read all that was written since; raises one of ``outages``."""
        if self._reading is None:
            self._reading = await self._begun()
        self._logs.agents.update({one.phone: one.name for one in self._live.members() if one.name})
        while True:
            batch = await asyncio.to_thread(self._reading.more, self._clock())
            found = await self._found([*self._waiting, *batch.ended])
            await self._keep(found, batch)
            if not batch.read:
                return
            await asyncio.sleep(_PAUSE)

    async def _begun(self) -> Reading:
        """From the durable mark on; the first time, from the first call that ccd knows."""
        self._waiting.clear()
        self._marked = None
        marked = await self._store.log_marks()
        if marked is None:
            self._since = await self._store.first_arrival() or self._clock()
            marks = await asyncio.to_thread(self._logs.since, self._since)
            await self._store.recover((), marks, self._since)
            return self._logs.reading(marks)
        marks, self._since = marked
        return self._logs.reading(marks)

    async def _found(self, ended: Sequence[Ended]) -> list[CallRecord]:
        """The records that the logs complete or add; whatever is still followed waits."""
        names = {name for one in ended for name in one.names}
        self._unchanged = set(names)
        known = {record.call_id: record for record in await self._store.known(names)} if names else {}
        followed = {record.call_id for record in self._live.calls()}
        self._waiting = [one for one in ended if self._busy(one, followed)]
        due = [one for one in ended if one not in self._waiting and not _all_whole(one, known)]
        made = await asyncio.to_thread(_rebuilt, due)
        return [better for one in made for better in self._better(one, known)]

    def _better(self, ended: Ended, known: Mapping[LinkedId, CallRecord]) -> Iterator[CallRecord]:
        """Its records that the logs make better; none when a newer state came while they were read."""
        followed = {record.call_id for record in self._live.calls()}
        if self._busy(ended, followed) or not self._unchanged.issuperset(ended.names):
            self._waiting.append(ended)
            return
        for logs in ended.records:
            record = known.get(logs.call_id)
            better = completed(record, logs) if self._counts(record, logs) else None
            if better:
                self._live.recovered(better)
                yield better

    def _busy(self, ended: Ended, followed: set[LinkedId]) -> bool:
        return any(name in followed or self._store.waits(LinkedId(name)) for name in ended.names)

    def _counts(self, record: CallRecord | None, logs: CallRecord) -> bool:
        """Whether it is a call of ccd's time: Asterisk may be older than ccd."""
        return record is not None or (logs.arrived_at is not None and logs.arrived_at >= self._since)

    async def _keep(self, found: list[CallRecord], batch: Batch) -> None:
        """Make it durable with the mark; the mark alone only now and then."""
        now = self._clock()
        due = now - self._marked >= _MARK_EVERY if self._marked else not batch.read
        if not (found or due):
            return
        oldest = min(self._waiting, key=lambda one: one.number, default=None)
        marks = oldest.before if oldest and oldest.number < batch.number else batch.marks
        await self._store.recover(found, marks, self._since)
        self._marked = now
        for record in found:
            _LOG.info("call_recovered", call_id=record.call_id, unknown=record.unknown)

    def _report(self, error: Exception | None) -> None:
        """Once when it fails, once when it works again."""
        if error and not self._failed:
            _LOG.warning("asterisk_logs_not_read", error=str(error))
        elif self._failed and not error:
            _LOG.info("asterisk_logs_read_again")
        self._failed = error is not None


def _all_whole(ended: Ended, known: Mapping[LinkedId, CallRecord]) -> bool:
    """Whether its records are there and lack nothing; then the logs need not be asked."""
    theirs = [known[LinkedId(name)] for name in ended.names if name in known]
    return bool(theirs) and all(map(whole, theirs))


def _rebuilt(ended: Iterable[Ended]) -> list[Ended]:
    """Make the records, each once: that takes a millisecond or two for a call.

    Whatever stands in the logs of one call, the others are told.
    """
    made = []
    for one in ended:
        try:
            _ = one.records
        except Exception:  # noqa: BLE001 - logged with its traceback
            _LOG.exception("call_not_rebuilt", channels=sorted(one.names))
        else:
            made.append(one)
    return made
