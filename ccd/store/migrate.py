"""Bring a database to this version's tables, at every start.

All in one transaction that takes the write lock first: two starts at once wait for each other, and
one killed in the middle leaves what was there.  The steps are alembic's, in
``migrations/versions``; alembic's ``env.py`` is not needed, the code below is it.
"""

import asyncio
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from ccd.settings.database import Place
from ccd.store.engines import keeper_of
from ccd.store.errors import WrongDatabaseError

_SCRIPTS = Path(__file__).with_name("migrations")


async def migrate(place: Place) -> None:
    """Create the file or bring the database up to date; a file is readable by its owner only.

    Raises WrongDatabaseError when it is newer than this ccd or no database at all, StoreError when
    it stays locked, is away or cannot be written, OSError when the file cannot be created.
    """
    await asyncio.to_thread(keeper_of(place).migrate, lambda connection: _upgrade(connection, _scripts()))


async def check(place: Place) -> None:
    """Raise WrongDatabaseError unless the database is there and has exactly this version's tables."""

    def look(connection: Connection) -> None:
        scripts = _scripts()
        refuse_newer(connection)
        heads = MigrationContext.configure(connection).get_current_heads()
        if not heads:
            raise WrongDatabaseError(f"{place} has no tables of ccd's yet; start ccd once, it makes them")
        if set(heads) != set(scripts.get_heads()):
            raise WrongDatabaseError(f"{place} has an older ccd's tables; start ccd once, it updates them")

    await asyncio.to_thread(keeper_of(place).check, look)


@cache
def _scripts() -> ScriptDirectory:
    """The steps, read once: they do not change while a process runs."""
    return ScriptDirectory(str(_SCRIPTS))


def _upgrade(connection: Connection, scripts: ScriptDirectory, to: str = "head") -> None:
    refuse_newer(connection)

    def steps(revision: Any, _context: MigrationContext) -> Sequence[Any]:
        return scripts._upgrade_revs(to, revision)  # noqa: SLF001

    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection)
        environment.run_migrations()


def refuse_newer(connection: Connection) -> None:
    """Raise WrongDatabaseError when this ccd does not know the database's version."""
    known = {script.revision for script in _scripts().walk_revisions()}
    if unknown := set(MigrationContext.configure(connection).get_current_heads()) - known:
        raise WrongDatabaseError(
            f"the database was written by a newer ccd (it is at {', '.join(unknown)}):"
            " install that version again, or restore the copy made before the upgrade"
        )
