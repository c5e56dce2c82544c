"""SQLite as a ``Keeper``: one file, of its owner's alone."""

import os
import stat
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from ccd.opening import opened
from ccd.store import sqlite, sqlite_lock
from ccd.store.errors import WrongDatabaseError, translated
from ccd.store.sqlite_log import KeptLog
from ccd.store.threads import Aside, Plain

_LOG = structlog.get_logger()
_WAIT_SECONDS = 5
"""How long a start waits for another start that migrates the same file."""


class Sqlite:
    """See ``Keeper``."""

    name = "sqlite"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = KeptLog(path)

    def connections(self, *, writes: bool, patient: bool = False) -> AsyncEngine:  # noqa: ARG002 - never cut
        """See ``Keeper``."""
        engine = create_async_engine(
            sqlite.url(self._path),
            pool_size=1 if writes else 6,
            max_overflow=0,
            hide_parameters=True,
            connect_args={"timeout": sqlite.BUSY_SECONDS, "async_creator_fn": opened},
        )
        sqlite.prepare(engine.sync_engine, writes=writes)
        sqlite.follow(engine.sync_engine, self._path, self._log.whole)
        return engine

    def aside(self) -> Aside:
        """See ``Keeper``."""
        return Plain(partial(sqlite.identity, self._path))

    def blocking(self, *, writes: bool) -> Engine:
        """See ``Keeper``."""
        engine = create_engine(
            sqlite.url(self._path, driver="sqlite"),
            pool_size=1,
            max_overflow=0,
            hide_parameters=True,
            connect_args={"timeout": sqlite.BUSY_SECONDS},
        )
        sqlite.prepare(engine, writes=writes)
        sqlite.follow(engine, self._path, self._log.whole)
        return engine

    def migrate(self, steps: Callable[[Connection], None]) -> None:
        """See ``Keeper``.  The transaction takes the write lock first."""
        _create_private(self._path)
        engine = self._once(_WAIT_SECONDS)
        with translated():
            _refuse_foreign(self._path)
            with engine.connect() as connection:
                sqlite.into_wal(connection, _WAIT_SECONDS)
            sqlite.prepare(engine, writes=True)
            with engine.begin() as connection:
                steps(connection)

    def check(self, look: Callable[[Connection], None]) -> None:
        """See ``Keeper``."""
        if not self._path.exists():
            raise WrongDatabaseError(f"there is no database at {self._path}; start ccd once, it creates it")
        _refuse_foreign(self._path)
        with translated(), self._once(_WAIT_SECONDS).connect() as connection:
            look(connection)

    def alone(self, patience: float) -> AbstractAsyncContextManager[None]:
        """See ``Keeper``."""
        return sqlite_lock.alone(self._path, patience)

    def kept(self) -> AbstractAsyncContextManager[None]:
        """See ``Keeper``."""
        return self._log.kept()

    def _once(self, wait: float) -> Engine:
        url = sqlite.url(self._path, driver="sqlite")
        return create_engine(url, poolclass=NullPool, connect_args={"timeout": wait})


def _create_private(path: Path) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    with closing(os.fdopen(descriptor)):
        if stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077:
            _LOG.warning("database_was_readable_by_others", path=str(path))
            os.fchmod(descriptor, 0o600)


def _refuse_foreign(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(16)
    if head and head != b"SQLite format 3\0":
        raise WrongDatabaseError(f"{path} is not a database; name another file, or move this one away")
