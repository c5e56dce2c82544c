"""Transactions in a thread of their own: the loop turns once for a whole one.

Through aiosqlite every statement is a hop to a thread, and SQLAlchemy's own work stays on the loop:
ten times as much of it as here, while callers wait to be answered.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, Engine

from ccd.store.errors import StoreError, translated
from ccd.store.threads import Aside

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
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def read(self, work: Callable[[Connection], _T]) -> _T:
        """What ``work(connection)`` makes of one consistent view of the data.  Raises StoreError.

        Cancelled, it returns when the work has ended.
        """
        return await self._run(partial(self._read, work), threading.Event())

    async def transact(self, work: Work, patience: float) -> None:
        """``work(connection)`` as one transaction, durable when it returns.

        Raises StoreError, for another's lock after ``patience`` seconds.  Cancelled, it returns when
        the transaction has ended one way or the other.
        """
        given_up = threading.Event()
        await self._run(partial(self._transact, work, patience, given_up), given_up)

    async def _run(self, what: Callable[[], _T], given_up: threading.Event) -> _T:
        running = asyncio.get_running_loop().run_in_executor(self._thread, what)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            given_up.set()
            await asyncio.wait([running], timeout=_GRACE)
            self._aside.stop()
            await asyncio.gather(running, return_exceptions=True)
            raise

    def _read(self, work: Callable[[Connection], _T]) -> _T:
        def transaction() -> _T:
            with translated(), self._engine.begin() as connection:
                return work(connection)

        return self._aside.run(transaction)

    def _transact(self, work: Work, patience: float, given_up: threading.Event) -> None:
        def transaction() -> None:
            with translated(), self._engine.connect() as connection:
                begin(connection, time.monotonic() + patience, given_up)
                work(connection)
                connection.commit()

        self._aside.run(transaction)

    async def close(self) -> None:
        """Close the connection, after what still runs."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown(wait=False)

    def _close(self) -> None:
        self._aside.run(self._engine.dispose)
        self._aside.close()


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
