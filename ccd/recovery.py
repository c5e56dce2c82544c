"""Keeper: what ccd did not hear of calls is read from Asterisk's own logs, once, and marked as recovered.

It reads along all the time, a little behind, so that nothing depends on noticing that something was
missed: ccd was killed, the link was cut, the database was away.  A record that is whole is left alone;
one of a call that is still followed waits until it is over.
"""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

import structlog

from ccd.calls.record import CallRecord
from ccd.completing import Completing
from ccd.retold import Batch, Clock, Live, LogMarks, Logs, Reading, Store

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
        self._completing = Completing(store, live, clock=clock, outages=outages)
        self._clock = clock
        self._outages = outages
        self._asked = asyncio.Event()
        self._reading: Reading | None = None
        self._marked: datetime | None = None
        """When the mark was made durable since the reading began."""
        self._failed = False

    def ask(self) -> None:
        """Look now: ccd hears Asterisk again."""
        self._asked.set()

    def saved(self, record: CallRecord) -> None:
        """A newer state of this call: one that was read before must not be written over it."""
        self._completing.saved(record)

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
            found = await self._completing.found([*self._completing.waiting, *batch.ended])
            await self._keep(found, batch)
            if not batch.read:
                return
            await asyncio.sleep(_PAUSE)

    async def _begun(self) -> Reading:
        """From the durable mark on; the first time, from the first call that ccd knows."""
        self._completing.waiting.clear()
        self._marked = None
        marked = await self._store.log_marks()
        if marked is None:
            self._completing.since = await self._store.first_arrival() or self._clock()
            marks = await asyncio.to_thread(self._logs.since, self._completing.since)
            await self._store.recover((), marks, self._completing.since)
            return self._logs.reading(marks)
        marks, self._completing.since = marked
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
        await self._store.recover((), marks, self._completing.since)
        await self._store.tried_again(begins)
        return marks

    async def _keep(self, found: list[CallRecord], batch: Batch) -> None:
        """Make it durable with the mark; the mark alone only now and then."""
        now = self._clock()
        due = now - self._marked >= _MARK_EVERY if self._marked else not batch.read
        if not (found or self._completing.aside or due):
            return
        oldest = min(self._completing.waiting, key=lambda one: one.number, default=None)
        marks = oldest.before if oldest and oldest.number < batch.number else batch.marks
        aside, self._completing.aside = self._completing.aside, []
        refused = await self._store.recover(found, marks, self._completing.since, aside)
        self._marked = now
        for record in found:
            if record.call_id not in {one.call_id for one in refused}:
                _LOG.info("call_recovered", call_id=record.call_id, unknown=record.unknown)

    def _report(self, error: Exception | None) -> None:
        """Once when it fails, once when it works again."""
        if error and not self._failed:
            _LOG.warning("asterisk_logs_not_read", error=str(error))
        elif self._failed and not error:
            _LOG.info("asterisk_logs_read_again")
        self._failed = error is not None
