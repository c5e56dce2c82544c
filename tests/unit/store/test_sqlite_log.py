"""Somebody deletes ``ccd.db-wal`` while ccd runs: what was durable stays so, also when ccd is killed then."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event
from structlog.testing import capture_logs

from ccd.store import sqlite
from ccd.store.calls import CallStore
from ccd.store.database import Database
from ccd.store.migrate import migrate
from tests.unit.store.conftest import running, until
from tests.unit.store.other_process import execute, select
from tests.unit.store.samples import call

ENDS = (("-wal",), ("-shm",), ("-wal", "-shm"))


def beside(path: Path) -> set[str]:
    return {file.name for file in path.parent.iterdir()}


def ids(path: Path) -> list[str]:
    return sorted(str(row[0]) for row in select(path, "SELECT call_id FROM calls"))


class Ccd:
    """Another process that saves calls."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def started(cls, path: Path) -> "Ccd":
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", "tests.unit.store.log_loser", str(path))
        return cls(await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe))

    async def save(self, call_id: str) -> None:
        """Durable when it returns."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{call_id}\n".encode())
        async with asyncio.timeout(100):
            while (said := await self.process.stdout.readline()) != f"{call_id}\n".encode():
                assert said, "it ended"

    async def kill(self) -> None:
        self.process.kill()
        await self.process.communicate()


async def test_killed_after_its_log_was_deleted_nothing_durable_is_lost(path: Path) -> None:
    files = [path.with_name(f"{path.name}{end}") for end in ENDS[-1]]
    ccd = await Ccd.started(path)
    try:
        await ccd.save("1")
        for file in files:
            file.unlink()
        await ccd.save("2")
        await until(lambda: all(file.exists() for file in files))
        await ccd.save("3")
    finally:
        await ccd.kill()
    assert ids(path) == ["1", "2", "3"]
    assert select(path, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("ends", ENDS)
async def test_another_log_in_its_place_gives_way(
    database: Database, path: Path, ends: tuple[str, ...]
) -> None:
    """Whoever looks into the database just then makes SQLite make new ones."""
    store = CallStore(database)
    with capture_logs() as logs:
        async with database.kept(), running(store):
            store.save(call("1"))
            assert await store.flush(10)
            files = [path.with_name(f"{path.name}{end}") for end in ends]
            known = {file: file.stat().st_ino for file in files}
            for file in files:
                file.with_name("other").touch()
                file.with_name("other").replace(file)
            await until(lambda: all(file.stat().st_ino == known[file] for file in files))
            store.save(call("2"))
            assert await store.flush(10)
            assert ids(path) == ["1", "2"]
            assert {one.call_id for one in await store.calls()} == {"1", "2"}
    assert [entry["event"] for entry in logs] == ["database_log_deleted"]


async def test_the_log_of_a_database_that_is_a_link_is_kept_too(path: Path) -> None:
    """It stands beside the file that the link leads to."""
    (path.parent / "etc").mkdir()
    link = path.parent / "etc" / "clinic.db"
    link.symlink_to(path)
    database = await Database.open(link)
    store, log = CallStore(database), path.with_name("ccd.db-wal")
    with capture_logs() as logs:
        async with database.kept(), running(store):
            store.save(call("1"))
            assert await store.flush(10)
            known = log.stat().st_ino
            log.unlink()
            await until(lambda: log.exists() and log.stat().st_ino == known)
            assert ids(path) == ["1"]
    await database.close()
    assert [entry["event"] for entry in logs] == ["database_log_deleted"]
    assert beside(link) == {"clinic.db"}


async def test_where_a_file_has_one_name_only_all_goes_into_the_database_itself(
    database: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refused)
    store, log, copy = CallStore(database), path.with_name("ccd.db-wal"), path.with_name("copy.db")

    def there() -> bool:
        shutil.copyfile(path, copy)
        return ids(copy) == ["1", "2"]

    with capture_logs() as logs:
        async with database.kept(), running(store):
            store.save(call("1"))
            assert await store.flush(10)
            log.unlink()
            store.save(call("2"))
            assert await store.flush(10)
            await until(there)
    told = ["database_log_has_no_second_name", "database_log_deleted"]
    assert [entry["event"] for entry in logs] == told


async def test_its_second_name_is_given_again_when_that_was_deleted(database: Database, path: Path) -> None:
    log, second = path.with_name("ccd.db-wal"), path.with_name(".ccd.db-wal")
    async with database.kept():
        known = log.stat().st_ino
        second.unlink()
        await until(second.exists)
        log.unlink()
        await until(lambda: log.exists() and log.stat().st_ino == known)


def test_a_connection_that_opened_while_the_log_was_away_is_never_used(path: Path) -> None:
    """It has another one, and would write where nobody reads."""
    engine, opened = create_engine(sqlite.url(path, driver="sqlite")), list[object]()
    whole = iter((True, False))
    event.listen(engine, "connect", lambda connection, _record: opened.append(connection))
    sqlite.follow(engine, path, lambda: next(whole, True))
    with engine.connect() as connection:
        assert [connection.connection.dbapi_connection] == opened[1:]
    engine.dispose()


async def test_nothing_is_left_when_it_ended(path: Path) -> None:
    database = await Database.open(path)
    async with database.kept():
        execute(path, "DELETE FROM calls")
        assert {".ccd.db-wal", ".ccd.db-shm"} <= beside(path)
    await database.close()
    assert beside(path) == {"ccd.db"}


async def test_the_log_of_a_database_that_took_its_place_is_kept_too(database: Database, path: Path) -> None:
    store = CallStore(database)
    with capture_logs() as logs:
        async with database.kept(), running(store):
            store.save(call("1"))
            assert await store.flush(10)
            for name in ("ccd.db", "ccd.db-wal", "ccd.db-shm"):
                path.with_name(name).rename(path.with_name(f"away-{name}"))
            await migrate(path)
            store.save(call("2"))
            assert await store.flush(10)
            log, second = path.with_name("ccd.db-wal"), path.with_name(".ccd.db-wal")
            await until(lambda: second.exists() and second.samefile(log))
            log.unlink()
            await until(log.exists)
            assert ids(path) == ["2"]
    assert [entry["event"] for entry in logs] == ["database_log_deleted"]


async def test_a_log_that_was_put_back_is_not_taken_for_that_of_another_database(path: Path) -> None:
    """A restore while ccd runs, the log first: it is there again as the copy comes."""
    database = await Database.open(path)
    store, names = CallStore(database), ("ccd.db-wal", "ccd.db-shm")
    backup = path.with_name("backup.db")
    async with database.kept(), running(store):
        store.save(call("1"))
        assert await store.flush(10)
        execute(path, f"VACUUM INTO '{backup}'")
        for number in range(2, 9):
            store.save(call(str(number)))
            assert await store.flush(10)
        for name in names:
            path.with_name(name).unlink()
        await until(lambda: beside(path) >= set(names))
        backup.replace(path)
        store.save(call("9"))
        assert await store.flush(10)
        assert {one.call_id for one in await store.calls()} == {"1", "9"}
    await database.close()
    assert ids(path) == ["1", "9"]
    assert select(path, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("deleted", [(), ("-wal", "-shm")], ids=["left there", "deleted before"])
async def test_another_database_does_not_get_the_log_of_the_one_before(
    database: Database, path: Path, deleted: tuple[str, ...]
) -> None:
    """Its pages would go where they do not belong; they go into the one that was moved away."""
    store, backup, away = CallStore(database), path.with_name("backup.db"), path.with_name("away.db")
    await migrate(backup)
    execute(backup, "INSERT INTO reminders VALUES ('+7916', '2026-01-01')")
    async with database.kept(), running(store):
        for number in range(50):
            store.save(call(f"old-{number}"))
        assert await store.flush(10)
        logs = [path.with_name(f"{path.name}{end}") for end in deleted]
        for log in logs:
            log.unlink()
        await until(lambda: all(log.exists() for log in logs))
        path.rename(away)
        backup.rename(path)
        store.save(call("new"))
        assert await store.flush(10)
        assert select(path, "SELECT e164 FROM reminders") == [("+7916",)]
        assert ids(path) == ["new"]
    assert select(path, "PRAGMA integrity_check") == [("ok",)]
    assert len(ids(away)) == 50
