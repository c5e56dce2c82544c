"""The two engines behind the database, as one Protocol: SQLite for a clinic, PostgreSQL for a chain.

Everything else in this package means the same on both.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from ccd.settings.database import Place, Server
from ccd.store.postgres_keeper import Postgres
from ccd.store.sqlite_keeper import Sqlite
from ccd.store.threads import Aside

Steps = Callable[[Connection], None]


class Keeper(Protocol):
    """One database on one engine."""

    name: str
    """As SQLAlchemy calls the engine: ``sqlite``, ``postgresql``."""

    def connections(self, *, writes: bool, patient: bool = False) -> AsyncEngine:
        """A pool for the event loop: of readers, or of the one writer; ``patient``: no statement is cut.

        A reader's transaction sees one state of the data.  A writer's begins with the one right to write, or
        raises StoreError at once when another, in any process, has it.
        """
        ...

    def aside(self) -> Aside:
        """What runs code that blocks on ``blocking``'s connections, in one thread."""
        ...

    def blocking(self, *, writes: bool) -> Engine:
        """A writer or a reader for a thread, inside ``Aside.run``; it begins as those of the loop do."""
        ...

    def migrate(self, steps: Steps) -> None:
        """Make the database if ccd may, and run ``steps`` in one transaction.

        Blocks.  Raises WrongDatabaseError when it is no database for ccd, StoreError, OSError.
        """
        ...

    def check(self, look: Steps) -> None:
        """Run ``look`` on a database that must be there.  Blocks; raises the same."""
        ...

    def alone(self, patience: float) -> AbstractAsyncContextManager[None]:
        """No other ccd runs on this database as long as the block lasts; the lock ends with the process.

        Raises DatabaseInUseError when another one still does after ``patience`` seconds; OSError, StoreError.
        """
        ...

    def kept(self) -> AbstractAsyncContextManager[None]:
        """What somebody deletes of the database by hand is put back as long as the block lasts.

        For whoever has it ``alone``, before its connections are used.  Raises StoreError.
        """
        ...


def keeper_of(place: Place) -> Keeper:
    """The engine that this place belongs to."""
    return Postgres(place) if isinstance(place, Server) else Sqlite(place)
