"""Keeper: what ccd did not hear of calls is read from Asterisk's own logs, once, and marked as recovered.

It reads along all the time, a little behind, so that nothing depends on noticing that something was
missed: ccd was killed, the link was cut, the database was away.  A record that is whole is left alone;
one of a call that is still followed waits until it is over.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

import structlog

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord
from ccd.calls.recovered import completed, whole
from ccd.retold import Batch, Clock, Ended, Live, LogMarks, Logs, Reading, Store
from ccd.set_aside import SetAside, Work, said

_LOG = structlog.get_logger()
EVERY = 2.0
"""Seconds between two looks at the logs."""
_MARK_EVERY = timedelta(seconds=60)
"""How often the mark is made durable when nothing was found: to read a minute twice does no harm."""
PATIENCE = timedelta(seconds=10)
"""How long a call at which something fails is tried until it is set aside: what ails ccd itself may pass."""
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
        self._aside: list[SetAside] = []
        """Calls of which nothing can be made, not written down yet."""
        self._failing: dict[LinkedId, datetime] = {}
        """Since when."""
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
        return self._logs.reading(await self._again(marks))

    async def _again(self, marks: LogMarks) -> LogMarks:
        """After an upgrade, from the first call on of which an older ccd could make nothing.

        What else is read twice changes nothing; a call of which the logs tell no more stays aside.
        """
        begins = await asyncio.to_thread(self._logs.begins)
        first = await self._store.to_try_again(begins) if begins else None
        if begins is None or first is None:
            return marks
        marks = await asyncio.to_thread(partial(self._logs.since, first, at_most=marks))
        await self._store.recover((), marks, self._since)
        await self._store.tried_again(begins)
        return marks

    async def _found(self, ended: Sequence[Ended]) -> list[CallRecord]:
        """The records that the logs complete or add; whatever is still followed waits.

        A call at which anything fails is tried again for a while, then set aside: no other waits for it.
        """
        self._waiting, self._aside = [], []
        try:
            return await self._made(ended)
        except self._outages:
            raise
        except Exception:  # noqa: BLE001 - told of the call that is to blame
            self._waiting = []
        return [record for one in ended for record in await self._tried(one)]

    async def _tried(self, ended: Ended) -> list[CallRecord]:
        """The records of one call; none when it fails."""
        try:
            return await self._made([ended])
        except self._outages:
            raise
        except Exception as error:  # noqa: BLE001 - told when it is written down
            now = self._clock()
            if abs(now - self._failing.setdefault(ended.call_id, now)) < PATIENCE:
                self._waiting.append(ended)
            else:
                del self._failing[ended.call_id]
                self._aside.append(_set_aside(ended, error))
        return []

    async def _made(self, ended: Sequence[Ended]) -> list[CallRecord]:
        names = {name for one in ended for name in one.names}
        self._unchanged = set(names)
        known = {record.call_id: record for record in await self._store.known(names)} if names else {}
        followed = {record.call_id for record in self._live.calls()}
        waiting = [one for one in ended if self._busy(one, followed)]
        self._waiting += waiting
        due = [one for one in ended if one not in waiting and not _all_whole(one, known)]
        await asyncio.to_thread(_rebuild, due)
        return [better for one in due for better in self._better(one, known)]

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
        if not (found or self._aside or due):
            return
        oldest = min(self._waiting, key=lambda one: one.number, default=None)
        marks = oldest.before if oldest and oldest.number < batch.number else batch.marks
        refused = {one.call_id for one in await self._store.recover(found, marks, self._since, self._aside)}
        self._marked, self._aside = now, []
        for record in found:
            if record.call_id not in refused:
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


def _rebuild(ended: Iterable[Ended]) -> None:
    """Make the records, each once: that takes a millisecond or two for a call."""
    for one in ended:
        _ = one.records


def _set_aside(ended: Ended, error: Exception) -> SetAside:
    return SetAside(work=Work.RECOVERY, call_id=ended.call_id, error=said(error), began_at=ended.began_at)
