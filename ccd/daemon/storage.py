"""The database, with what every part shares of it; opened when it can be, and waited for until then."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TypeVar

from ccd.calls.record import CallRecord
from ccd.directory.model import DirectoryError, Patient
from ccd.directory.source import Source
from ccd.settings.models import Settings
from ccd.store.calls import CallStore
from ccd.store.database import Database
from ccd.store.errors import StoreError
from ccd.store.history import CallHistory
from ccd.store.lock import alone
from ccd.store.memory_copy import MemoryCopy
from ccd.store.migrate import migrate
from ccd.store.patients import BuiltinDirectory
from ccd.store.reader import Reader
from ccd.store.spool import Spool
from ccd.supervision import kept_up, until_it_works

LOCK = 10.0
"""Seconds that another ccd on the same database, perhaps one that is being restarted, gets to end."""
_T = TypeVar("_T")


class LateSource:
    """The built-in directory before and after its database is open."""

    name = "built-in"

    def __init__(self) -> None:
        self.source: Source | None = None

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        """Ask the directory; raises DirectoryError, also while there is none yet."""
        if self.source is None:
            raise DirectoryError("the database is not open yet")
        return await self.source.patients(e164)

    def forget(self) -> None:
        """The database is closed."""
        self.source = None


class Storage:
    """Usable at once: what is not open yet says so, and calls are kept in memory until it is."""

    def __init__(self, settings: Settings) -> None:
        self._place = settings.database
        self._spool = Spool(settings.beside)
        self.database = Database(settings.database)
        self.calls = CallStore(self.database)
        self.copy = MemoryCopy(Path(str(settings.database)), _megabytes(settings))
        self.directory = LateSource()
        self.history = CallHistory(lambda: self.calls.unwritten, settings.directory.region)

    async def open(self, stack: AsyncExitStack) -> None:
        """The place for this ccd alone, its tables, the directory; waits for them as long as it takes."""
        await when_open(lambda: stack.enter_async_context(alone(self._place, LOCK)))
        stack.callback(lambda: self._spool.keep(self.calls.unwritten))
        await when_open(lambda: migrate(self._place))
        await when_open(lambda: stack.enter_async_context(self.database.kept()))
        self.directory.source = await when_open(
            lambda: stack.enter_async_context(BuiltinDirectory.open(self.database, copy=self.copy))
        )
        stack.callback(self.directory.forget)
        reader = await when_open(lambda: stack.enter_async_context(Reader.open(self.database)))
        self.history.reader = reader
        stack.callback(self.history.forget)
        if self.copy.megabytes:
            await stack.enter_async_context(kept_up("memory copy", lambda: self.copy.follow(reader)))
        await when_open(lambda: self._spool.give_back(self.calls))

    async def left_open(self) -> Sequence[CallRecord]:
        """The open calls of the last run, those included that the database did not take then."""
        await when_open(lambda: self._spool.settle(self.calls))
        return await when_open(self.calls.open_calls)


def _megabytes(settings: Settings) -> int:
    """For a copy of the directory."""
    written = (one.builtin.memory_mb for one in settings.directory.sources if one.builtin)
    return next(written, 0) if isinstance(settings.database, Path) else 0


async def when_open(action: Callable[[], Awaitable[_T]]) -> _T:
    """A locked database is waited for, so is a disk that is not there yet: calls are routed meanwhile."""
    return await until_it_works(action, StoreError, OSError)
