"""The built-in directory: patients imported from files, found by number."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Self

from ccd.directory.booking import Slot
from ccd.directory.model import DirectoryError, Origin, Patient
from ccd.store import lookup, lookup_rows
from ccd.store.clock import Clock, utc_now
from ccd.store.database import Database
from ccd.store.errors import StoreError
from ccd.store.import_result import Progress, ignore
from ccd.store.importing import Importer
from ccd.store.reader import Reader
from ccd.store.slots import SlotsResult, replace_slots


class BuiltinDirectory:
    """A Source on a reading connection of its own; ``async with BuiltinDirectory.open(database)``."""

    name = "built-in"

    def __init__(self, database: Database, reader: Reader, now: Clock) -> None:
        self._database = database
        self._reader = reader
        self._now = now

    @classmethod
    @asynccontextmanager
    async def open(cls, database: Database, *, now: Clock = utc_now) -> AsyncIterator[Self]:
        """Take the connection, give it back at the end; raises StoreError."""
        async with Reader.open(database) as reader:
            yield cls(database, reader, now)

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        """The patients reached by this number, most recently seen first; upcoming visits first.

        At most 20 coming and 20 past visits a number.  Raises DirectoryError, for a locked database
        within a tenth of a second.  Cancelling it is harmless: the query ends in its own thread.
        """
        try:
            engine = self._reader.engine
            rows = await self._reader.rows(lookup.SQL[engine], lookup.parameters(e164, now := self._now()))
            return lookup_rows.patients(lookup.rows(engine, rows), Origin(self.name, now))
        except (StoreError, ValueError) as error:
            raise DirectoryError(f"the built-in directory: {error}") from error

    async def replace_slots(self, said: Sequence[Slot], *, dry: bool = False) -> SlotsResult:
        """Free hours of ccd's own schedule; ``dry``: only say how many there would be.  Raises StoreError."""
        return await replace_slots(self._database, said, self._now(), dry=dry)

    def importer(self, progress: Progress = ignore, *, dry: bool = False) -> Importer:
        """What imports into this directory."""
        return Importer(
            place=self._database.place,
            now=self._now,
            patience=self._database.patience,
            progress=progress,
            dry=dry,
        )
