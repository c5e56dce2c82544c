"""A SQLite file that cannot be opened leaves no thread behind, which would tell a loop that is closed."""

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from ccd.directory.model import DirectoryError
from ccd.opening import opened
from ccd.store.sqlite_keeper import Sqlite
from tests.unit.sources.sql_clinic import ANNA, source


def threads() -> set[threading.Thread]:
    return {one for one in threading.enumerate() if "_connection_worker_thread" in one.name}


async def by_itself(path: Path) -> None:
    with pytest.raises(aiosqlite.OperationalError):
        await opened(f"{path.as_uri()}?mode=rw", uri=True)


async def by_the_store(path: Path) -> None:
    engine: AsyncEngine = Sqlite(path).connections(writes=False)
    with pytest.raises(OperationalError):
        await engine.connect()
    await engine.dispose()


async def by_a_source(path: Path) -> None:
    one = source(f"sqlite:///{path}")
    with pytest.raises(DirectoryError):
        await one.patients(ANNA)
    await one.close()


@pytest.mark.parametrize("way", [by_itself, by_the_store, by_a_source])
async def test_of_a_file_that_is_not_there(tmp_path, way: Callable[[Path], Awaitable[None]]) -> None:
    before = threads()
    for _ in range(20):
        await way(tmp_path / "none.db")
        assert threads() <= before


async def test_whoever_is_cancelled_waits_for_no_disk_that_hangs(tmp_path, monkeypatch) -> None:
    begun, goes_on, connect = threading.Event(), threading.Event(), sqlite3.connect

    def hanging(*where: Any, **how: Any) -> sqlite3.Connection:
        begun.set()
        assert goes_on.wait(100)
        connection: sqlite3.Connection = connect(*where, **how)
        return connection

    monkeypatch.setattr(sqlite3, "connect", hanging)
    before = threads()
    opening = asyncio.create_task(opened(tmp_path / "some.db"))
    assert await asyncio.to_thread(begun.wait, 30)
    opening.cancel()
    await asyncio.wait([opening], timeout=20)
    told = opening.done()
    goes_on.set()
    assert told
    for thread in threads() - before:
        await asyncio.to_thread(thread.join)


async def test_what_was_opened_keeps_no_process_alive(tmp_path) -> None:
    before = threads()
    connection = await opened(tmp_path / "some.db")
    (thread,) = threads() - before
    assert thread.daemon
    assert [*await connection.execute_fetchall("SELECT 1")] == [(1,)]
    await connection.close()
