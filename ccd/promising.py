"""A caller is promised a call: durable before he hears it, or he keeps waiting at his own place."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import structlog

from ccd.callbacks.number import to_call_back
from ccd.callbacks.promise import ATTEMPT, Promise
from ccd.calls.ids import LinkedId, QueueName, UniqueId
from ccd.calls.record import CallRecord, SegmentKind
from ccd.calls.segments import find_open
from ccd.ports.promises import Promises, PromiseStore, TooManyPromisesError
from ccd.routing.question import StepRequest
from ccd.routing.step_kinds import CallbackStep, QueueStep

log = structlog.get_logger()

PATIENCE = 0.6
"""Seconds that the store gets: Asterisk waits for the whole answer no longer than two."""

Calls = Callable[[], Iterable[CallRecord]]


def waits_since(record: CallRecord) -> datetime | None:
    """When the caller began to wait, whatever queues he has been in; None when not known."""
    waited = (one.began_at for one in record.segments if one.kind is SegmentKind.WAITING)
    return next(waited, record.arrived_at)


class Promising:
    """The Promises port.  ``calls`` are the calls in progress, ``region`` is the clinic's (ISO 3166)."""

    def __init__(
        self, store: PromiseStore, calls: Calls, *, region: str, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._calls = calls
        self._region = region
        self._clock = clock

    async def promise(self, ask: StepRequest, step: CallbackStep) -> bool:
        """Whether the promise is durable now.  Never raises; waits for PATIENCE at most."""
        number = to_call_back(ask.caller_number, self._region, ask.presentation)
        if not number:
            log.warning("no promise: not a number to call back", call=ask.linked_id)
            return False
        try:
            async with asyncio.timeout(PATIENCE):
                given = await self._store.give(self._new(ask, step, number), PATIENCE)
        except TooManyPromisesError as error:
            log.warning("no promise: too many", call=ask.linked_id, queue_name=step.queue, reason=str(error))
            return False
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller must reach a human
            reason = str(error) or type(error).__name__
            log.error("no promise: it could not be stored", call=ask.linked_id, error=reason)  # noqa: TRY400
            return False
        log.info("callback promised", call=ask.linked_id, promise=given.promise_id, queue_name=step.queue)
        return True

    def own_place(self, ask: StepRequest, step: CallbackStep) -> QueueStep:
        """The queue, at the place that he would have if he had not pressed a key."""
        mine, ahead = self._since(ask.linked_id), 0
        for record in self._calls():
            since = waits_since(record)
            ahead += bool(since and since < mine and _waits_in(record, step.queue))
        return QueueStep(queue=step.queue, priority=step.priority, position=ahead + 1)

    async def kept_by(self, ask: StepRequest) -> Promise | None:
        """The promise that this call of ours keeps; None when it is no such call, or nobody can say."""
        if not ask.linked_id.startswith(ATTEMPT):
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                live = await self._store.live()
        except Exception as error:  # noqa: BLE001 - as above
            log.error("promise not found", call=ask.linked_id, error=str(error))  # noqa: TRY400
            return None
        return next((one for one in live if one.attempt_id == ask.linked_id), None)

    def _new(self, ask: StepRequest, step: CallbackStep, number: str) -> Promise:
        now = self._clock()
        return Promise(
            call_id=ask.linked_id,
            number=number,
            name=ask.caller_name,
            called_number=ask.called_number,
            queue=step.queue,
            priority=step.priority,
            joined_at=self._since(ask.linked_id),
            promised_at=now,
            due_by=(step.at or now) + timedelta(seconds=step.within),
            at=step.at,
        )

    def _since(self, call_id: LinkedId) -> datetime:
        found = (waits_since(record) for record in self._calls() if record.call_id == call_id)
        return next(found, None) or self._clock()


class _NoPromises:
    """The Promises port of a clinic that gives none."""

    async def promise(self, _ask: StepRequest, _step: CallbackStep) -> bool:
        return False

    def own_place(self, _ask: StepRequest, step: CallbackStep) -> QueueStep:
        return QueueStep(queue=step.queue, priority=step.priority)

    async def kept_by(self, _ask: StepRequest) -> Promise | None:
        return None


NO_PROMISES: Promises = _NoPromises()


def since_of(calls: Iterable[CallRecord]) -> Callable[[UniqueId], datetime | None]:
    """When the caller on a channel began to wait, for those of these calls."""
    known = {record.caller_leg or UniqueId(record.call_id): waits_since(record) for record in calls}
    return known.get


def _waits_in(record: CallRecord, queue: QueueName) -> bool:
    waiting = find_open(record.segments, SegmentKind.WAITING)
    return waiting is not None and waiting.queue == queue
