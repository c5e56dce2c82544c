"""The built-in directory: patients imported from files, found by number."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

from ccd.directory.booking import Slot
from ccd.directory.bounds import check_count
from ccd.directory.model import DirectoryError, Origin, Patient
from ccd.store import lookup, lookup_rows
from ccd.store.clock import Clock, utc_now
from ccd.store.database import Database
from ccd.store.errors import StoreError
from ccd.store.import_result import Progress, ignore
from ccd.store.importing import Importer
from ccd.store.memory_copy import MemoryCopy
from ccd.store.reader import Reader
from ccd.store.slots import SlotsResult, replace_slots


class BuiltinDirectory:
    """A Source on a reading connection of its own; ``async with BuiltinDirectory.open(database)``.

    ``copy`` is asked first: it has what the file has, or no answer.
    """

    name = "built-in"

    def __init__(self, database: Database, reader: Reader, now: Clock, copy: MemoryCopy | None) -> None:
        self._database = database
        self._reader = reader
        self._now = now
        self._copy = copy

    @classmethod
    @asynccontextmanager
    async def open(
        cls, database: Database, *, now: Clock = utc_now, copy: MemoryCopy | None = None
    ) -> AsyncIterator[Self]:
        """Take the connection, give it back at the end; raises StoreError."""
        async with Reader.open(database) as reader:
            yield cls(database, reader, now, copy)

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        """The patients reached by this number, most recently seen first; upcoming visits first.

        At most 20 coming and 20 past visits a number.  Raises DirectoryError, for a locked database
        within a tenth of a second, and for a number of too many: no number of theirs, it stands for "none".
        Cancelling it is harmless: the query ends in its own thread.
        """
        try:
            parameters = lookup.parameters(e164, now := self._now())
            copied = self._copy.rows(parameters) if self._copy else None
            rows = await self._read(parameters) if copied is None else copied
            check_count(sum(row[0] == lookup.PERSON for row in rows), len(rows))
            return lookup_rows.patients(lookup.rows(self._reader.engine, rows), Origin(self.name, now))
        except (StoreError, ValueError) as error:
            raise DirectoryError(f"the built-in directory: {error}") from error

    async def _read(self, parameters: Mapping[str, str]) -> Sequence[Sequence[Any]]:
        return tuple(await self._reader.rows(lookup.SQL[self._reader.engine], parameters))

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
