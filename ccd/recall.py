"""Promises are kept: whose turn it is, is called, once; what became of each is written down.

A keeper: every second it compares what is promised (the store) with what is so (Asterisk, the
calls' records) and takes the next step.  It remembers nothing that matters, so it may be killed at
any moment: an attempt is durable before the call is begun, and the call has the attempt's id.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from ccd.callbacks import promise as change
from ccd.callbacks.cause import rang
from ccd.callbacks.promise import ATTEMPT, Promise, Standing
from ccd.callbacks.turn import may_be_called, turn
from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord, Disposition, SegmentKind, State
from ccd.looking import keep_looking
from ccd.ports.calls import CallArchive
from ccd.ports.promises import PromiseStore
from ccd.ports.switchboard import NotBegunError, NotHeardError, Switchboard
from ccd.promising import since_of
from ccd.set_aside import said

log = structlog.get_logger()

TICK = 1.0
"""Seconds between two looks."""
GRACE = timedelta(seconds=3)
"""How long a call that was begun may be unknown to Asterisk."""
LONGEST_RING = timedelta(minutes=2)
"""How long a call that was begun, and of which nothing can be found out, keeps others waiting."""
_LOOK_BACK = timedelta(days=1)
_TALKING = (State.CONNECTED, State.HELD)

_T = TypeVar("_T")
Find = Callable[[LinkedId], Awaitable[CallRecord | None]]


class Recall:
    """Keeps the promises in ``store``.

    ``calls`` gives the calls in progress, ``find`` any call's newest record.  ``cause`` says why the
    channel of an attempt ended (Q.850, 0: not known), None when it was not heard of.

    ``outages`` are what the store and the archive raise when they are not there.
    """

    def __init__(
        self,
        *,
        store: PromiseStore,
        switchboard: Switchboard,
        archive: CallArchive,
        calls: Callable[[], Iterable[CallRecord]],
        find: Find,
        cause: Callable[[LinkedId], int | None],
        clock: Callable[[], datetime],
        outages: tuple[type[Exception], ...] = (),
    ) -> None:
        self._store = store
        self._switchboard = switchboard
        self._archive = archive
        self._calls = calls
        self._find = find
        self._cause = cause
        self._placed: set[LinkedId] = set()
        self.failing: set[int] = set()
        """Live promises at which something failed that is no outage."""
        self._clock = clock
        self._outages: tuple[type[Exception], ...] = (*outages, NotHeardError)

    async def run(self) -> None:
        """Keep promises until cancelled."""
        await keep_looking(self.look, TICK, outages=self._outages, waits="callbacks wait")

    async def look(self) -> None:
        """Bring every promise up to date, then call whose turn it is.  Raises what the ports raise."""
        promises = await self._store.live()
        calls = list(self._calls()) if promises else []
        on_the_line = {_digits(one.caller_number) for one in calls}
        by_himself = (one for one in calls if not one.call_id.startswith(ATTEMPT))
        talking = {_digits(one.caller_number) for one in by_himself if one.state in _TALKING}
        self.failing &= {one.promise_id for one in promises}
        live = [one async for one in self._all_settled(promises, talking)]
        self._placed &= {one.attempt_id for one in live}
        queues = dict.fromkeys(one.queue for one in live if may_be_called(one, self._clock()))
        if not queues:
            return
        lines = await self._switchboard.lines(queues, since_of(calls))
        for queue, line in lines.items():
            ours = [one for one in live if one.queue == queue and _may_be_next(one, on_the_line)]
            whole = [one for one in ours if one.promise_id not in self.failing or self._may_ring(one)]
            first = turn(whole, line, self._clock()) or turn(ours, line, self._clock())
            if first:
                await self._alone(first, self._call(first))

    async def _all_settled(self, promises: Iterable[Promise], talking: set[str]) -> AsyncIterator[Promise]:
        """Without those at which something failed; one that is being called keeps the others waiting."""
        for one in promises:
            settled = await self._alone(one, self._settled(one, talking))
            if settled or one.state is Standing.CALLING:
                yield settled or one

    def _may_ring(self, promise: Promise) -> bool:
        """Whether its call may go on, of which nothing can be found out."""
        begun = promise.last_attempt_at if promise.state is Standing.CALLING else None
        return begun is not None and self._clock() - begun < LONGEST_RING

    async def _alone(self, promise: Promise, work: Awaitable[_T]) -> _T | None:
        """None when anything fails, told once: then it comes last, and is tried again at the next look."""
        try:
            return await work
        except self._outages:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are called all the same
            if promise.promise_id not in self.failing:
                log.error("callback_fails", promise=promise.promise_id, error=said(error))  # noqa: TRY400
            self.failing.add(promise.promise_id)
        return None

    async def _settled(self, promise: Promise, talking: set[str]) -> Promise:
        """The promise as it is now, after what happened since the last look."""
        if promise.state is Standing.CALLING:
            return await self._attempted(promise)
        if _digits(promise.number) in talking:
            return await self._become(promise, change.superseded(promise))
        return await self._become(promise, change.expired(promise, self._clock()))

    async def _attempted(self, promise: Promise) -> Promise:
        """What became of the call that is being made, or was when ccd died."""
        record = await self._find(promise.attempt_id)
        if record and (record.answered_at or record.disposition is Disposition.ANSWERED):
            return await self._become(promise, change.kept(promise, record.call_id))
        now = self._clock()
        if promise.last_attempt_at and now - promise.last_attempt_at < GRACE:
            return promise
        if (record and record.state is not State.ENDED) or await self._switchboard.alive(promise.attempt_id):
            return promise
        if record is None and not self._rang(promise.attempt_id):
            cause = self._cause(promise.attempt_id)
            log.error("callback did not ring", promise=promise.promise_id, cause=cause)
            return await self._become(promise, change.not_begun(promise, now))
        return await self._become(promise, change.missed(promise, now))

    def _rang(self, attempt: LinkedId) -> bool:
        """Whether the patient's phone rang, or may have.  Only who answered has a record.

        An attempt placed since ccd began, of which no channel was heard, had none: no way out to call by.
        """
        cause = self._cause(attempt)
        return attempt not in self._placed if cause is None else rang(cause)

    async def _call(self, promise: Promise) -> None:
        """Call the patient, unless he got through meanwhile.  The attempt is durable first."""
        if await self._got_through(promise):
            await self._become(promise, change.superseded(promise))
            return
        tried = change.tried(promise, self._clock())
        if not await self._store.change(promise, tried):
            return
        log.info("calling back", promise=tried.promise_id, call=tried.attempt_id, attempt=tried.attempts)
        try:
            await self._switchboard.call(tried)
            self._placed.add(tried.attempt_id)
        except NotBegunError as error:
            log.error("callback not begun", promise=tried.promise_id, reason=str(error))  # noqa: TRY400
            await self._store.change(tried, change.not_begun(tried, self._clock()))

    async def _become(self, before: Promise, after: Promise) -> Promise:
        if after is before:
            return before
        if not await self._store.change(before, after):
            return before
        broken = after.state in {Standing.EXPIRED, Standing.UNREACHABLE}
        tell = log.error if broken else log.info
        tell(
            "callback promise broken" if broken else "callback",
            promise=after.promise_id,
            state=after.state,
            queue_name=after.queue,
            patient_number=after.number,
            attempts=after.attempts,
        )
        return after

    async def _got_through(self, promise: Promise) -> bool:
        """Whether somebody talked with him since the promise was given, also while ccd was away."""
        since = promise.promised_at - _LOOK_BACK
        calls = await self._archive.calls(since=since, number=promise.number, limit=20)
        return any(_talked_since(promise.promised_at, call) for call in calls)


def _talked_since(moment: datetime, call: CallRecord) -> bool:
    """Whether a talk began since then; one of unknown begin is not older than the call."""
    begins = (one.began_at or call.arrived_at for one in call.segments if one.kind is SegmentKind.TALKING)
    return any(begin is not None and begin >= moment for begin in begins)


def _may_be_next(promise: Promise, on_the_line: set[str]) -> bool:
    """Nobody is called away from his own call; whom we are calling keeps the others waiting."""
    return promise.state is Standing.CALLING or _digits(promise.number) not in on_the_line


def _digits(number: str) -> str:
    """What two spellings of one number share: the last ten digits."""
    return "".join(filter(str.isdigit, number))[-10:]
