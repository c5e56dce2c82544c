"""PostgreSQL as a ``Keeper``: a database on a server that its admin has made, and ccd fills."""

import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing, nullcontext
from typing import Any

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from ccd.settings.database import Server
from ccd.store import postgres, postgres_lock
from ccd.store.background import begin
from ccd.store.errors import WrongDatabaseError, translated
from ccd.store.threads import Aside, OnLoop

_WAIT_SECONDS = 5
"""How long a start waits for another start that migrates the same database."""


class Postgres:
    """See ``Keeper``."""

    name = "postgresql"

    def __init__(self, server: Server) -> None:
        self._server = server

    def connections(self, *, writes: bool, patient: bool = False) -> AsyncEngine:
        """See ``Keeper``."""
        return self._engine(writes=writes, patient=patient, pool_size=1 if writes else 6)

    def aside(self) -> Aside:
        """See ``Keeper``."""
        return OnLoop()

    def blocking(self, *, writes: bool) -> Engine:
        """See ``Keeper``."""
        return self._engine(writes=writes, pool_size=1).sync_engine

    def migrate(self, steps: Callable[[Connection], None]) -> None:
        """See ``Keeper``.  The transaction takes the right to write first."""

        def migrated(connection: Connection) -> None:
            begin(connection, time.monotonic() + _WAIT_SECONDS)
            refuse_foreign(connection, self._server)
            postgres.sort_by_code(connection.dialect)
            steps(connection)
            connection.commit()

        self._once(migrated, writes=True)

    def check(self, look: Callable[[Connection], None]) -> None:
        """See ``Keeper``."""
        self._once(look, writes=False)

    def alone(self, patience: float) -> AbstractAsyncContextManager[None]:
        """See ``Keeper``."""
        return postgres_lock.alone(self._server, self._engine(writes=False, poolclass=NullPool), patience)

    def kept(self) -> AbstractAsyncContextManager[None]:
        """See ``Keeper``: the server looks after its own."""
        return nullcontext()

    def _engine(self, *, writes: bool, patient: bool = False, **pool: Any) -> AsyncEngine:
        if "pool_size" in pool:
            pool |= {"max_overflow": 0, "pool_pre_ping": True, "pool_timeout": postgres.STATEMENT_SECONDS}
        engine = create_async_engine(
            postgres.url(self._server),
            hide_parameters=True,
            isolation_level="READ COMMITTED" if writes else "REPEATABLE READ",
            connect_args=postgres.arguments(writes=writes, patient=patient),
            **pool,
        )
        if writes:
            postgres.prepare(engine.sync_engine)
        return engine

    def _once(self, work: Callable[[Connection], None], *, writes: bool) -> None:
        """On a connection of its own, in this thread."""
        engine = self._engine(writes=writes, patient=True, poolclass=NullPool).sync_engine

        def connected() -> None:
            with translated(), engine.connect() as connection:
                work(connection)

        with closing(OnLoop()) as aside:
            aside.run(connected)


def refuse_foreign(connection: Connection, server: Server) -> None:
    """Raise WrongDatabaseError for a database that others use, or that cannot hold all letters."""
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        raise WrongDatabaseError(f"{server} is in {encoding}; ccd needs one in UTF8")
    tables = inspect(connection).get_table_names()
    if tables and "alembic_version" not in tables:
        raise WrongDatabaseError(f"{server} holds tables of others; give ccd a database of its own")
