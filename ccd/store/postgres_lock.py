"""One ccd a database on a server: an advisory lock, as long as a connection lasts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ccd.settings.database import Server
from ccd.store import postgres
from ccd.store.errors import DatabaseInUseError, StoreError, translated

_AGAIN = 0.05
_LOOK = 2.0
"""Seconds between two looks whether the connection, and so the lock, is still there."""


@asynccontextmanager
async def alone(server: Server, engine: AsyncEngine, patience: float) -> AsyncIterator[None]:
    """See ``Keeper``.  A connection that broke is made anew, and the lock taken again.

    DatabaseInUseError ends the block when another ccd was quicker.
    """
    lock, owner = _Lock(server, engine, patience), asyncio.current_task()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(lock.close)
        await lock.take()
        keeping = asyncio.create_task(lock.keep())
        keeping.add_done_callback(lambda _: owner and lock.lost and owner.cancel())
        try:
            yield
        except asyncio.CancelledError:
            if owner and lock.lost:
                owner.uncancel()
                raise lock.lost from None
            raise
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)


class _Lock:
    def __init__(self, server: Server, engine: AsyncEngine, patience: float) -> None:
        self._server = server
        self._engine = engine
        self._patience = patience
        self._connection: AsyncConnection | None = None
        self.lost: DatabaseInUseError | None = None

    async def take(self) -> None:
        deadline = asyncio.get_running_loop().time() + self._patience
        with translated():
            connection = await self._engine.connect()
            self._connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
            while not await self._connection.scalar(postgres.LOCK_RUNNING):
                if asyncio.get_running_loop().time() >= deadline:
                    raise DatabaseInUseError(f"another ccd runs on {self._server}; stop it, or name another")
                await asyncio.sleep(_AGAIN)

    async def keep(self) -> None:
        """Until it is lost."""
        while self.lost is None:
            await asyncio.sleep(_LOOK)
            try:
                await self._look()
            except StoreError:
                await self.close()
            except DatabaseInUseError as error:
                self.lost = error

    async def _look(self) -> None:
        if self._connection is None:
            await self.take()
        else:
            with translated():
                await self._connection.scalar(postgres.ALIVE)

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.invalidate()
            await connection.close()
