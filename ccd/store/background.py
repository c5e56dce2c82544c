"""Transactions in a thread of their own: the loop turns once for a whole one.

Through aiosqlite every statement is a hop to a thread, and SQLAlchemy's own work stays on the loop:
ten times as much of it as here, while callers wait to be answered.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, Engine

from ccd.store.errors import StoreError, translated
from ccd.store.threads import Aside
from ccd.store.worker import Worker

_T = TypeVar("_T")
Work = Callable[[Connection], object]
_AGAIN = 0.02
_GRACE = 1.0
"""Seconds that a cancelled transaction gets to end by itself before its server is not waited for any more."""


class Background:
    """One connection of ``engine``, and one thread for it, where it is used inside ``aside``."""

    def __init__(self, engine: Engine, aside: Aside, name: str) -> None:
        self._engine = engine
        self._aside = aside
        self._held: Connection | None = None
        self._given_up = threading.Event()
        self._worker = Worker(name)
        self._turn = asyncio.Lock()

    async def read(self, work: Callable[[Connection], _T]) -> _T:
        """What ``work(connection)`` makes of one consistent view of the data.  Raises StoreError.

        Cancelled, it returns when the work has ended.
        """
        return await self._run(partial(self._read, work))

    async def transact(self, work: Work, patience: float) -> None:
        """``work(connection)`` as one transaction, durable when it returns.

        Raises StoreError, for another's lock after ``patience`` seconds.  Cancelled, it returns when
        the transaction has ended one way or the other.
        """
        await self._run(partial(self._transact, work, patience))

    async def _run(self, what: Callable[[], _T]) -> _T:
        """One at a time: what ``stop`` ends is what was cancelled, never another's."""
        async with self._turn:
            self._given_up.clear()
            try:
                done: _T = await self._worker.do(what)
            except asyncio.CancelledError:
                await self._end_now()
                raise
            return done

    async def _end_now(self) -> None:
        """Return when what runs has ended, by itself or stopped."""
        self._given_up.set()
        after = self._worker.do(_nothing)  # its turn comes when that one has ended
        ended, _ = await asyncio.wait([after], timeout=_GRACE)
        if not ended:
            self._aside.stop()
            await asyncio.wait([after])

    def _read(self, work: Callable[[Connection], _T]) -> _T:
        def transaction() -> _T:
            with translated(), self._connection() as connection, connection.begin():
                return work(connection)

        return self._aside.run(transaction)

    def _transact(self, work: Work, patience: float) -> None:
        def transaction() -> None:
            with translated(), self._connection() as connection:
                begin(connection, time.monotonic() + patience, self._given_up)
                work(connection)
                connection.commit()

        self._aside.run(transaction)

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """Held from one transaction to the next, where it may be: its pool costs more than a row.

        Whatever goes wrong, it goes back, and is looked at as it comes out again.
        """
        held, self._held = self._held, None
        if held and not self._aside.still(held):
            held.close()
            held = None
        connection = held or self._engine.connect()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        if self._aside.still(connection):
            self._held = connection
        else:
            connection.close()

    async def close(self) -> None:
        """Close the connection, after what still runs; nothing is done afterwards."""
        closed = self._worker.do(self._close)
        self._worker.stop()
        await closed

    def _close(self) -> None:
        self._aside.run(self._end)
        self._aside.close()

    def _end(self) -> None:
        if self._held is not None:
            self._held.close()
        self._engine.dispose()


def _nothing() -> None:
    """It is enough that its turn comes."""


def begin(connection: Connection, deadline: float, given_up: threading.Event | None = None) -> None:
    """Take the right to write; raises StoreError after ``deadline`` (of ``time.monotonic``)."""
    given_up = given_up or threading.Event()
    while True:
        try:
            with translated():
                connection.begin()
        except StoreError:
            if given_up.wait(_AGAIN) or time.monotonic() >= deadline:
                raise
        else:
            return
