"""Orders: each is asked for once, and asked about until its outcome is known and written down."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog

from ccd.bookings.asking import Asking
from ccd.bookings.journal import Journal, KeyUsedError
from ccd.bookings.owner import Owner
from ccd.directory.orders import OrderState, Placed, unsure
from ccd.directory.sentences import sentence
from ccd.looking import keep_looking

log = structlog.get_logger()

PATIENCE = 6.0
"""Seconds that whoever placed an order waits for its outcome; afterwards it is being checked."""
BEAT = 1.0
"""Seconds between two looks at orders whose outcome is unknown."""
_RAREST = 60.0


class Bookings:
    """Places orders, and finds out what became of them.  ``changed`` is told of each one that is done."""

    def __init__(
        self,
        owners: Iterable[Owner],
        journal: Journal,
        *,
        clock: Callable[[], datetime],
        changed: Callable[[Placed], None] = lambda _placed: None,
        patience: float = PATIENCE,
        outages: tuple[type[Exception], ...] = (),
    ) -> None:
        self.owners = {owner.source.name: owner for owner in owners}
        self._sources = Asking(self.owners, clock)
        self._journal = journal
        self._clock = clock
        self._changed = changed
        self._patience = patience
        self._outages = outages
        self._placing: set[str] = set()
        self._asking: dict[str, asyncio.Task[Placed]] = {}
        self._next: dict[str, datetime] = {}
        self._given_up: dict[str, datetime] = {}
        self._began = clock()

    async def place(self, placed: Placed) -> Placed:
        """Write the order down, ask its source, and say what became of it, as far as that is known soon.

        The same order again is placed once.  Raises KeyUsedError, and what the journal raises: then
        surely nothing is done.
        """
        self._placing.add(placed.key)  # in the journal it is seen before it is known here to be there
        try:
            task = self._begin(placed, self._ask(placed)) if await self._journal.add(placed) else None
        finally:
            self._placing.discard(placed.key)
        return await (self._outcome(task, placed) if task else self._known(placed))

    async def get(self, key: str) -> Placed | None:
        """An order as it is now; raises what the journal raises."""
        return await self._journal.get(key)

    async def run(self) -> None:
        """Find out what became of orders whose outcome is unknown, for ever."""
        await keep_looking(self.settle, BEAT, outages=self._outages, waits="orders wait")

    async def settle(self) -> None:
        """Ask once about each order whose outcome is unknown and whose turn it is; none holds up another.

        Raises what the journal raises.
        """
        unknown = await self._journal.open()
        waiting = [one for one in unknown if one.key not in self._placing and one.key not in self._asking]
        now = self._clock()
        self._next = {one.key: self._next.get(one.key, now) for one in waiting}
        self._given_up = {one.key: self._asked_until(one) for one in unknown}
        due = [self._begin(one, self._check(one)) for one in waiting if self._next[one.key] <= now]
        if due:
            await asyncio.wait(due, timeout=self._patience)

    async def close(self) -> None:
        """Ccd stops: orders that are being asked go on for a moment; the journal has what is left."""
        if self._asking:
            await asyncio.wait(self._asking.values(), timeout=1)

    def _begin(self, placed: Placed, work: Coroutine[Any, Any, Placed]) -> asyncio.Task[Placed]:
        """Something that is done about an order; whoever else cares waits for the same."""
        task = asyncio.create_task(work, name=f"order {placed.key}")
        self._asking[placed.key] = task
        task.add_done_callback(lambda _task: self._asking.pop(placed.key, None))
        return task

    async def _known(self, placed: Placed) -> Placed:
        known = await self._journal.get(placed.key)
        if known is None or not known.same_wish(placed):
            raise KeyUsedError
        task = self._asking.get(placed.key)
        return await self._outcome(task, known) if task else known

    async def _outcome(self, task: "asyncio.Task[Placed]", placed: Placed) -> Placed:
        """What the task says within the patience; it goes on in any case."""
        ended, _ = await asyncio.wait({task}, timeout=self._patience)
        return task.result() if ended else unsure(placed)

    async def _ask(self, placed: Placed) -> Placed:
        after = await self._sources.carried_out(placed)
        self._given_up[placed.key] = self._clock()
        return await self._write(after)

    async def _check(self, placed: Placed) -> Placed:
        after = await self._sources.found_out(placed, self._asked_until(placed))
        if not after.open:
            log.info("order settled", key=placed.key, source=placed.source, state=after.state)
            return await self._write(after)
        age = (self._clock() - placed.asked_at).total_seconds()
        self._next[placed.key] = self._clock() + timedelta(seconds=min(_RAREST, max(BEAT, age / 10)))
        return after

    def _asked_until(self, placed: Placed) -> datetime:
        """When the source may have been asked last; a ccd that was killed asked until this one began."""
        return max(placed.asked_at, self._given_up.get(placed.key, self._began))

    async def _write(self, after: Placed) -> Placed:
        """Durable before anybody is told; what the journal does not take is asked about again."""
        try:
            if not await self._journal.settle(after):
                return await self._journal.get(after.key) or after
        except Exception as error:  # noqa: BLE001 - whatever the journal raises
            log.warning("outcome of an order not written", key=after.key, error=sentence(error, after.number))
            return unsure(after)
        if after.state is OrderState.DONE:
            self._changed(after)
        return after
