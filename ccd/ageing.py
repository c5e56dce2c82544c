"""Nobody waits longer than a bound because of others' priority.

A keeper: whoever has waited that long is given a priority above all others, once.  It remembers
nothing: the priority in Asterisk says who was raised.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

import structlog

from ccd.calls.ids import QueueName, UniqueId
from ccd.calls.record import CallRecord, SegmentKind
from ccd.ports.switchboard import NotHeardError
from ccd.queueing import InLine, Queues, RefusedError
from ccd.routing.protection import FIRST, QueueLimits

log = structlog.get_logger()

INTERVAL = 5.0
"""Seconds between two looks."""


class AgeingKeeper:
    """Keeps the ``longest_wait`` of every queue.  ``limits`` may be replaced at any moment."""

    def __init__(
        self,
        queues: Queues,
        limits: Mapping[str, QueueLimits],
        *,
        calls: Callable[[], Iterable[CallRecord]],
        clock: Callable[[], datetime],
        interval: float = INTERVAL,
    ) -> None:
        self._queues = queues
        self.limits = limits
        self._calls = calls
        self._clock = clock
        self._interval = interval

    async def run(self) -> None:
        """Keep them until cancelled; while Asterisk cannot be heard, nothing is done."""
        while True:
            try:
                await self.look()
            except NotHeardError as error:
                log.debug("ageing waits for Asterisk", reason=str(error))
            await asyncio.sleep(self._interval)

    async def look(self) -> None:
        """Raise every caller who has waited too long, the longest wait first.  Raises NotHeardError."""
        for name, limits in self.limits.items():
            if limits.longest_wait is not None:
                await self._raise(QueueName(name), timedelta(seconds=limits.longest_wait))

    async def _raise(self, queue: QueueName, longest: timedelta) -> None:
        callers = await self._queues.callers(queue)
        waits = {one.unique_id: wait for one, wait in self._waits(queue, callers)}
        aged = [one for one in callers if waits[one.unique_id] >= longest]
        top = max([FIRST, *((one.priority or 0) + 1 for one in callers if one not in aged)])
        for one in sorted(aged, key=lambda one: waits[one.unique_id], reverse=True):
            if one.priority is not None and one.priority < top:
                await self._prefer(queue, one, top)

    async def _prefer(self, queue: QueueName, one: InLine, priority: int) -> None:
        try:
            await self._queues.prefer(queue, one.channel, priority)
        except RefusedError as error:  # most likely answered meanwhile; else it is tried again
            log.info("caller not raised", queue_name=queue, call=one.unique_id, reason=str(error))
        else:
            log.info("waited too long, answered next", queue_name=queue, call=one.unique_id)

    def _waits(self, queue: QueueName, callers: Iterable[InLine]) -> Iterable[tuple[InLine, timedelta]]:
        """How long each has waited in this queue, the earlier slices of the same wait included.

        Asterisk's own figure is cut to whole seconds, so it only serves for callers unknown to ccd.
        """
        now = self._clock()
        known = {one.caller_leg or UniqueId(one.call_id): waits_since(one, queue) for one in self._calls()}
        for one in callers:
            since = known.get(one.unique_id)
            yield one, now - since if since else timedelta(seconds=one.waited)


def waits_since(record: CallRecord, queue: QueueName) -> datetime | None:
    """When the caller first came to this queue since the last talk; None when that is not known."""
    since = None
    for segment in reversed(record.segments):
        if segment.kind is SegmentKind.TALKING:
            break
        if segment.kind is SegmentKind.WAITING and segment.queue.lower() == queue.lower():
            since = segment.began_at or since
    return since
