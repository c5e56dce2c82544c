"""A thread's transactions when whoever waits for one goes away: it ends, and no other does."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.util import await_only

from ccd.store import background
from ccd.store.background import Background
from ccd.store.threads import OnLoop


@pytest.fixture
async def reader(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Background]:
    """One whose work waits on a loop of its own, as it does for PostgreSQL."""
    monkeypatch.setattr(background, "_GRACE", 0.05)
    made = Background(create_async_engine("sqlite+aiosqlite://").sync_engine, OnLoop(), "reader")
    yield made
    await made.close()


async def until(event: threading.Event) -> None:
    async with asyncio.timeout(10):
        while not event.is_set():
            await asyncio.sleep(0.001)


async def gone(task: asyncio.Task[str]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(10):
            await task


async def test_who_goes_away_ends_what_waits_for_its_server(reader: Background):
    begun, ended = threading.Event(), threading.Event()

    def hanging(_: Connection) -> str:
        begun.set()
        try:
            await_only(asyncio.Event().wait())
        finally:
            ended.set()
        return ""

    task = asyncio.create_task(reader.read(hanging))
    await until(begun)
    await gone(task)
    assert ended.is_set()
    assert await reader.read(lambda _: "the next answer") == "the next answer"


async def test_who_goes_away_ends_nobody_elses_work(reader: Background):
    begun, may_end = threading.Event(), threading.Event()

    def short(_: Connection) -> str:
        begun.set()
        await_only(until(may_end))
        return ""

    def long(_: Connection) -> str:
        await_only(asyncio.sleep(4 * background._GRACE))
        return "another's answer"

    going = asyncio.create_task(reader.read(short))
    staying = asyncio.create_task(reader.read(long))
    await until(begun)
    may_end.set()
    await gone(going)
    assert await staying == "another's answer"


async def test_nothing_is_read_once_it_is_closed():
    closed = Background(create_async_engine("sqlite+aiosqlite://").sync_engine, OnLoop(), "reader")
    await closed.close()
    with pytest.raises(RuntimeError):
        async with asyncio.timeout(10):
            await closed.read(lambda _: "never")
