"""Bring a database file to this version's tables, at every start.

All in one transaction that takes the write lock first: two starts at once wait for each other, and
one killed in the middle leaves what was there.  The steps are alembic's, in
``migrations/versions``; alembic's ``env.py`` is not needed, the code below is it.
"""

import asyncio
import os
import stat
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import structlog
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from ccd.store import sqlite
from ccd.store.errors import WrongDatabaseError, translated

_LOG = structlog.get_logger()
_SCRIPTS = Path(__file__).with_name("migrations")
_WAIT_SECONDS = 5
"""How long a start waits for another start that migrates the same file."""


async def migrate(path: Path) -> None:
    """Create the file or bring it up to date; it is readable by its owner only.

    Raises WrongDatabaseError when it is newer than this ccd or no database at all, StoreError when
    it stays locked or cannot be written, OSError when the file cannot be created.
    """
    await asyncio.to_thread(_migrate, path)


async def check(path: Path) -> None:
    """Raise WrongDatabaseError unless the file is there and has exactly this version's tables."""
    await asyncio.to_thread(_check, path)


def _migrate(path: Path) -> None:
    _create_private(path)
    scripts = ScriptDirectory(str(_SCRIPTS))
    engine = create_engine(
        sqlite.url(path, driver="sqlite"), poolclass=NullPool, connect_args={"timeout": _WAIT_SECONDS}
    )
    with translated():
        _refuse_foreign(path)
        with engine.connect() as connection:
            sqlite.into_wal(connection, _WAIT_SECONDS)
        sqlite.prepare(engine, writes=True)
        with engine.begin() as connection:
            _upgrade(connection, scripts)


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


def _upgrade(connection: Connection, scripts: ScriptDirectory) -> None:
    _refuse_newer(connection, scripts)

    def steps(revision: Any, _context: MigrationContext) -> Sequence[Any]:
        return scripts._upgrade_revs("head", revision)  # noqa: SLF001

    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection)
        environment.run_migrations()


def _refuse_newer(connection: Connection, scripts: ScriptDirectory) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    if unknown := set(MigrationContext.configure(connection).get_current_heads()) - known:
        raise WrongDatabaseError(
            f"the database was written by a newer ccd (it is at {', '.join(unknown)}):"
            " install that version again, or restore the copy made before the upgrade"
        )


def _check(path: Path) -> None:
    if not path.exists():
        raise WrongDatabaseError(f"there is no database at {path}; start ccd once, it creates it")
    _refuse_foreign(path)
    scripts = ScriptDirectory(str(_SCRIPTS))
    engine = create_engine(sqlite.url(path, driver="sqlite"), poolclass=NullPool)
    with translated(), engine.connect() as connection:
        _refuse_newer(connection, scripts)
        if set(MigrationContext.configure(connection).get_current_heads()) != set(scripts.get_heads()):
            raise WrongDatabaseError(f"{path} has an older ccd's tables; start ccd once, it updates them")
