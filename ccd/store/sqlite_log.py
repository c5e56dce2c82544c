"""SQLite's log beside a database file, put back when somebody deletes it while ccd runs.

What is durable stands in ``ccd.db-wal`` until a checkpoint (https://sqlite.org/walformat.html).  Deleted by
hand, it is written on by whoever has it open, and gone with the last of them: after kill -9, all of it.
A second name of the same file keeps it, and gives it back its own; connections never notice.
"""

import asyncio
import os
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import structlog

from ccd.store import sqlite
from ccd.store.errors import translated

_LOG = structlog.get_logger()
_LOOK = 0.2
"""Seconds between two looks: only a kill -9 that comes sooner after the deletion still loses something."""


class KeptLog:
    """The log and its index (``-wal``, ``-shm``) of the database at ``path``; for any thread.

    A connection of its own stays open: SQLite deletes both with the last one.  Whoever did was somebody else.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = threading.Lock()
        self._over = threading.Event()
        self._over.set()
        self._anchor: sqlite3.Connection | None = None
        self._database: object = None
        self._files: dict[Path, object] = {}
        self._told = False

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Look after them as long as the block lasts; raises StoreError."""
        with translated():
            await asyncio.to_thread(self._begin)
        self._over.clear()
        looking = threading.Thread(target=self._look_on, name="ccd-log", daemon=True)
        looking.start()
        try:
            yield
        finally:
            self._over.set()
            await asyncio.to_thread(self._stop, looking)

    def whole(self) -> bool:
        """Whether both are in their place; one that is not is put back, for whoever asks again."""
        with self._turn:
            if self._over.is_set():
                return True
            try:
                return self._looked()
            except (OSError, sqlite3.Error) as error:
                self._tell(self._path, str(error))
                return False

    def _look_on(self) -> None:
        while not self._over.wait(_LOOK):
            if self.whole():
                self._told = False

    def _stop(self, looking: threading.Thread) -> None:
        looking.join()
        self._end()

    def _looked(self) -> bool:
        database = sqlite.identity(self._path)
        if database is None:
            return True  # moved away: nothing is put beside it
        another = database != self._database
        if self._anchor is None or another:
            self._take_away()
            self._end()
            self._database = database
            with suppress(sqlite3.Error):  # whoever uses it says what is wrong
                self._begin()
        there = [self._in_place(file, known) for file, known in self._files.items()]
        return all(there) and not another  # of a connection just opened nobody knows whose log it has

    def _in_place(self, file: Path, known: object) -> bool:
        second = _second(file)
        if sqlite.identity(file) == known:
            if sqlite.identity(second) != known:
                with suppress(OSError):  # as it began: a disk without hard links
                    _name(file, second)
            return True
        if sqlite.identity(second) == known:
            _name(second, file)
            self._tell(file, "it was put back; nothing is lost")
        else:
            self._save(file)
        return False

    def _take_away(self) -> None:
        """The log of a database that went is no other's: its pages would go where they do not belong."""
        with suppress(sqlite3.Error):
            self._write_out()
        for file, known in self._files.items():
            if sqlite.identity(file) == known:
                kept = file.replace(file.with_name(f"{file.name}.before"))
                _LOG.warning("database_log_moved_away", file=str(file), to=str(kept))

    def _save(self, file: Path) -> None:
        self._write_out()
        self._tell(file, "it cannot be put back; restart ccd now")

    def _write_out(self) -> None:
        """What is durable goes into the database itself, out of the log that this connection has open."""
        if self._anchor is not None:
            self._anchor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _tell(self, file: Path, error: str) -> None:
        if not self._told:
            _LOG.error("database_log_deleted", file=str(file), error=error)
        self._told = True

    def _begin(self) -> None:
        """Of a file that has no log (one that is being made), nothing is kept yet."""
        self._anchor = sqlite.alone(self._path)
        self._database = sqlite.identity(self._path)
        known: dict[Path, object] = {file: sqlite.identity(file) for file in self._beside()}
        if None in known.values():
            self._end()
            return
        self._files = known
        try:
            for file in known:
                _name(file, _second(file))
        except OSError as error:
            _LOG.warning("database_log_has_no_second_name", error=str(error))

    def _beside(self) -> tuple[Path, Path]:
        """Where SQLite has them: of a database that is a link, beside what it leads to."""
        database = self._path.resolve()
        return database.with_name(f"{database.name}-wal"), database.with_name(f"{database.name}-shm")

    def _end(self) -> None:
        if self._anchor is not None:
            self._anchor.close()
        for file in self._files:
            with suppress(OSError):
                _second(file).unlink(missing_ok=True)
        self._anchor, self._files = None, {}


def _second(file: Path) -> Path:
    """Hidden, so that nobody deletes it along with the other."""
    return file.with_name(f".{file.name}")


def _name(file: Path, name: Path) -> None:
    """Give it one more name, whatever has that one now."""
    new = name.with_name(f"{name.name}.new")
    new.unlink(missing_ok=True)
    os.link(file, new)
    new.replace(name)
    new.unlink(missing_ok=True)  # still there when both were the same file
