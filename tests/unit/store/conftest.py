"""A real database file for each test, and a running writer."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest

from ccd.calls.record import CallRecord
from ccd.store.calls import CallStore
from ccd.store.database import Database
from tests.unit.empty_database import empty_database


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    return await empty_database(tmp_path / "ccd.db")


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(path)
    yield opened
    await opened.close()


@pytest.fixture
def store(database: Database) -> CallStore:
    return CallStore(database)


@asynccontextmanager
async def running(store: CallStore) -> AsyncIterator[None]:
    task = asyncio.create_task(store.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another process's write lock."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def select(path: Path, sql: str) -> list[tuple[object, ...]]:
    """Read as another process does."""
    with closing(sqlite3.connect(path)) as other:
        return other.execute(sql).fetchall()


async def kept(store: CallStore, call_id: str = "1.1") -> CallRecord | None:
    """One call as it is in the database."""
    return next((record for record in await store.calls() if record.call_id == call_id), None)
