"""The built-in directory in memory too: who calls is known at once, also while the disk is slow or hangs.

It is asked on the event loop itself, where nothing can make it wait.  The file stays the only truth: what is
not surely the same there is asked there.  PostgreSQL is a server, and has memory of its own.
"""

import asyncio
import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog

from ccd.store import sqlite
from ccd.store.columns import escape
from ccd.store.errors import StoreError
from ccd.store.memory_tables import LAST_IMPORT, MemoryTables, TooLargeError
from ccd.store.reader import Reader

_log = structlog.get_logger(__name__)

LOOK = 0.1
"""Seconds after which an import is seen at the latest."""
_AGAIN = 30.0
"""Seconds until a copy that failed is tried again: it may have read most of a large file."""
_SETTLED = 60.0
"""Seconds after which a booking was surely written or not, whatever became of who asked for it."""
_HOUR = 3_600.0
_Version = tuple[object, ...]


class MemoryCopy:
    """The directory of one SQLite file, as long as ``follow`` runs; ``megabytes`` at most."""

    def __init__(self, path: Path, megabytes: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self.megabytes = megabytes
        self._clock = clock
        self._version: _Version = ()
        self._tables: MemoryTables | None = None
        self._not_before = -math.inf
        self._changed: dict[str, float] = {}

    def rows(self, parameters: Mapping[str, str]) -> Sequence[Sequence[Any]] | None:
        """The answer to ``lookup.SQL``; None when the file has to be asked."""
        if self._tables is None:
            return None
        try:
            found = self._tables.rows(parameters)
        except StoreError:
            return None
        return None if self._changed and any(row[1] in self._changed for row in found) else found

    def changed(self, patient_id: str) -> None:
        """Something of this patient was perhaps written: from now on, ask the file."""
        if self.megabytes:
            self._changed[escape(patient_id)] = self._clock()

    async def follow(self, reader: Reader) -> None:
        """Copy it, and again after each import, until cancelled.

        While the file cannot be read the copy stays: nobody can have changed what it says.
        """
        try:
            while True:
                with suppress(StoreError):
                    await self.look(reader)
                await asyncio.sleep(LOOK)
        finally:
            if before := self._forgotten():
                before.close()

    async def look(self, reader: Reader) -> None:
        """Copy it if there was an import since, a booking an hour ago, or no copy yet; raises StoreError.

        Nothing while no file stands there: who has it open still reads it.
        """
        last = await reader.rows(LAST_IMPORT, {})
        version = (sqlite.identity(self._path), *last)  # a disk that hangs is not looked at on the loop
        if version[0] is None or (version == self._version and not self._aged()):
            return
        if before := self._forgotten():  # first: two would take twice the memory
            await asyncio.to_thread(before.close)  # some milliseconds for each hundred megabytes
        if (began := self._clock()) < self._not_before:
            return
        try:
            self._version = (version[0], *await self._filled())
        except TooLargeError:
            self._version = version
            _log.warning("the directory does not fit into memory", memory_mb=self.megabytes)
        except StoreError as error:
            self._not_before = began + _AGAIN
            _log.warning("directory not copied into memory", error=str(error))
        self._changed = {one: at for one, at in self._changed.items() if at > began - _SETTLED}

    def _aged(self) -> bool:
        """Whether somebody's visits have been asked of the file alone for an hour."""
        since = min(self._changed.values(), default=math.inf)
        return self._tables is not None and self._clock() - since > _HOUR

    async def _filled(self) -> Sequence[Any]:
        tables, began = MemoryTables(), self._clock()
        try:
            last = await asyncio.to_thread(tables.fill, self._path, self.megabytes)
        except asyncio.CancelledError:
            tables.stop()
            raise
        self._tables = tables
        seconds = round(self._clock() - began, 1)
        enough = math.ceil(tables.megabytes)  # as memory_mb
        _log.info("directory copied into memory", mb=enough, seconds=seconds)
        return last

    def _forgotten(self) -> MemoryTables | None:
        """Whoever asks gets no answer from now on."""
        before, self._tables, self._version = self._tables, None, ()
        return before
