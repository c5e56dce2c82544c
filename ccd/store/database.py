"""One open database: readers that see whole commits, and one writer at a time.

Readers and the writer never wait for each other.  Whoever writes waits for its turn, first
within this process, then for other processes' locks, as long as its patience lasts.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from typing import Any, Self, TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.settings.database import Place
from ccd.store.background import Background, Work
from ccd.store.engines import keeper_of
from ccd.store.errors import StoreError, translated
from ccd.store.migrate import check

_T = TypeVar("_T")
PATIENCE = 5.0
"""Seconds a person's write waits for its turn before it gives up with StoreError."""
_AGAIN = 0.02
_CLOSE = 3.0


class Database:
    """The database of one ccd; ``open`` it, ``close`` it in the same event loop."""

    def __init__(self, place: Place, *, patience: float = PATIENCE) -> None:
        self.patience = patience
        self.place = place
        keeper = keeper_of(place)
        self._keeper = keeper
        self.engine = keeper.name
        """``sqlite`` or ``postgresql``."""
        self._readers = keeper.connections(writes=False)
        self._writer = keeper.connections(writes=True)
        self._background = Background(keeper.blocking(writes=True), keeper.aside(), "ccd-writer")
        self._reader = Background(keeper.blocking(writes=False), keeper.aside(), "ccd-reader")
        self._turn = asyncio.Lock()
        self._waiting = 0

    @classmethod
    async def open(cls, place: Place) -> Self:
        """Open what ``migrate`` has made; raises WrongDatabaseError, StoreError."""
        with translated():
            await check(place)
        return cls(place)

    def kept(self) -> AbstractAsyncContextManager[None]:
        """What belongs to it stays beside it as long as the block lasts; see ``Keeper``."""
        return self._keeper.kept()

    async def close(self) -> None:
        """Close every connection; nothing can be read or written afterwards.

        A server that does not answer is not waited for: it finds out by itself.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE):
                await self._readers.dispose()
                await self._writer.dispose()
                await self._background.close()
                await self._reader.close()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One consistent view of the data; raises StoreError."""
        with translated():
            async with self._readers.begin() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self, patience: float | None = None) -> AsyncIterator[AsyncConnection]:
        """One transaction, durable when it returns; raises StoreError after ``patience`` seconds.

        Only the waiting is ever repeated, never what the caller does inside.
        """
        async with self._my_turn(patience) as deadline:
            with translated():
                async with self._writer.connect() as connection:
                    await _begin(connection, deadline)
                    yield connection
                    await connection.commit()

    async def in_background(self, work: Work, patience: float | None = None) -> None:
        """The same for ``work(connection)``, in a thread: for what is written all the time."""
        async with self._my_turn(patience) as deadline:
            await self._background.transact(work, deadline - asyncio.get_running_loop().time())

    @asynccontextmanager
    async def _my_turn(self, patience: float | None) -> AsyncIterator[float]:
        """The right to write, and until when (the loop's time) its owner may wait for other processes."""
        deadline = asyncio.get_running_loop().time() + (self.patience if patience is None else patience)
        if self._turn.locked() or self._waiting:
            await self._wait_for_turn(deadline)
        else:
            await self._turn.acquire()  # at once: a timer would take as long as a row
        try:
            yield deadline
        finally:
            self._turn.release()

    async def _wait_for_turn(self, deadline: float) -> None:
        self._waiting += 1
        try:
            async with asyncio.timeout_at(deadline):
                await self._turn.acquire()
        except TimeoutError:
            raise StoreError("another write still runs") from None
        finally:
            self._waiting -= 1

    async def read_in_background(self, work: Callable[[Connection], _T]) -> _T:
        """What ``work`` makes of one consistent view of the data, in a thread: for what reads much.

        One at a time, so nobody may wait for it; raises StoreError.
        """
        return await self._reader.read(work)

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[AsyncConnection]:
        """A reading connection for one question, without a transaction around it; raises StoreError."""
        with translated():
            async with self._readers.connect() as connection:
                yield await connection.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def driver(self) -> AsyncIterator[Any]:
        """The driver's own reading connection, for what has to be fast; raises StoreError.

        Nobody else has or gets it.
        """
        async with AsyncExitStack() as stack:
            with translated():
                connection = await stack.enter_async_context(self._readers.connect())
                raw = await connection.get_raw_connection()
            stack.push_async_callback(connection.invalidate)
            yield raw.driver_connection


async def _begin(connection: AsyncConnection, deadline: float) -> None:
    while True:
        try:
            with translated():
                await connection.begin()
        except StoreError:
            if asyncio.get_running_loop().time() >= deadline:
                raise
            await asyncio.sleep(_AGAIN)
        else:
            return
