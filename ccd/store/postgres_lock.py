"""One ccd a database on a server: an advisory lock, as long as a connection lasts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import structlog
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ccd.settings.database import Server
from ccd.store import postgres
from ccd.store.errors import DatabaseInUseError, StoreError, translated

_LOG = structlog.get_logger()
_AGAIN = 0.05
_LOOK = 2.0
"""Seconds between two looks whether the connection, and so the lock, is still there."""


@asynccontextmanager
async def alone(server: Server, engine: AsyncEngine, patience: float) -> AsyncIterator[None]:
    """See ``Keeper``.  A connection that broke is made anew, and the lock taken again.

    DatabaseInUseError ends the block when another ccd was quicker, StoreError when nobody looks any more.
    """
    lock, owner = _Lock(server, engine, patience), asyncio.current_task()

    def unwatched(_watch: object) -> None:
        lock.lost = lock.lost or StoreError("nobody looks any more whether the database's lock is there")
        if owner:
            owner.cancel()

    async with AsyncExitStack() as stack:
        stack.push_async_callback(lock.close)
        await lock.take()
        watch = asyncio.create_task(lock.keep())
        watch.add_done_callback(unwatched)
        try:
            yield
        except asyncio.CancelledError:
            if owner and lock.lost:
                owner.uncancel()
                raise lock.lost from None
            raise
        finally:
            watch.remove_done_callback(unwatched)
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)


class _Lock:
    def __init__(self, server: Server, engine: AsyncEngine, patience: float) -> None:
        self._server = server
        self._engine = engine
        self._patience = patience
        self._connection: AsyncConnection | None = None
        self._session: Row[Any] | None = None
        self.lost: DatabaseInUseError | StoreError | None = None

    async def take(self) -> None:
        deadline = asyncio.get_running_loop().time() + self._patience
        with translated():
            connection = await self._engine.connect()
            self._connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await self._end_the_last(self._connection)
            while not await self._connection.scalar(postgres.LOCK_RUNNING):
                if asyncio.get_running_loop().time() >= deadline:
                    raise DatabaseInUseError(f"another ccd runs on {self._server}; stop it, or name another")
                await asyncio.sleep(_AGAIN)
            self._session = (await self._connection.execute(postgres.MY_SESSION)).one()

    async def _end_the_last(self, connection: AsyncConnection) -> None:
        """A server that was cut off does not know yet that its session, which holds the lock, is over."""
        if self._session:
            await connection.execute(postgres.END_SESSION, self._session._asdict())

    async def keep(self) -> None:
        """Until it is lost.  Whatever else goes wrong, it is taken again."""
        while self.lost is None:
            await asyncio.sleep(_LOOK)
            try:
                await self._look()
            except DatabaseInUseError as error:
                self.lost = error
            except StoreError:
                await self.close()
            except Exception:  # noqa: BLE001 - it is told, and mended
                _LOG.exception("database_lock_not_seen")
                await self.close()

    async def _look(self) -> None:
        if self._connection is None:
            await self.take()
        else:
            with translated():
                await self._connection.scalar(postgres.ALIVE)

    async def close(self) -> None:
        """Never raises: what cannot be closed is ended when the lock is taken again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                await connection.invalidate()
            with suppress(Exception):
                await connection.close()
