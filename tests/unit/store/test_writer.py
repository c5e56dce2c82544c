"""Saving: at once, newest wins, one row a call, through every outage."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, exc
from structlog.testing import capture_logs

from ccd.calls.record import CallRecord, State
from ccd.store import sqlite, writer
from ccd.store.background import Work
from ccd.store.calls import CallStore
from ccd.store.database import Database
from ccd.store.migrate import migrate
from tests.unit.store.conftest import kept, running
from tests.unit.store.other_process import locked, select
from tests.unit.store.samples import ENDED, call


class SlowDatabase(Database):
    """Holds each write back, after it was taken and before it is durable, until told to go on."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.taken = asyncio.Semaphore(0)
        self.go_on = asyncio.Semaphore(0)
        self.transactions = 0

    async def in_background(self, work: Work, patience: float | None = None) -> None:
        loop = asyncio.get_running_loop()

        def slow(connection: Connection) -> None:
            work(connection)
            self.transactions += 1
            loop.call_soon_threadsafe(self.taken.release)
            asyncio.run_coroutine_threadsafe(self.go_on.acquire(), loop).result()

        await super().in_background(slow, patience)


@pytest.fixture
async def slow(path: Path) -> AsyncIterator[SlowDatabase]:
    opened = SlowDatabase(path)
    yield opened
    await opened.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_PATIENCE", 0.0)


async def until_logged(logs: Sequence[Mapping[str, Any]], event: str) -> None:
    async with asyncio.timeout(10):
        while not any(entry["event"] == event for entry in logs):
            await asyncio.sleep(0.01)


async def test_a_call_is_one_row_from_first_to_last_state(store: CallStore, path: Path) -> None:
    async with running(store):
        for record in (call(), call(state=State.WAITING), ENDED):
            store.save(record)
            assert await store.flush(10)
    assert await kept(store) == ENDED
    assert select(path, "SELECT count(*) FROM calls") == [(1,)]
    assert store.waiting == 0


async def test_states_that_wait_are_written_once_the_newest_only(slow: SlowDatabase) -> None:
    store = CallStore(slow)
    for state in (State.ARRIVED, State.WAITING, State.OFFERED):
        store.save(call(state=state))
        store.save(call("2.1", state=state))
    slow.go_on.release()
    async with running(store):
        assert await store.flush(10)
    assert slow.transactions == 1
    assert [record.state for record in await store.calls()] == [State.OFFERED] * 2


async def test_a_state_saved_during_a_write_is_not_lost_and_flush_waits_for_it(slow: SlowDatabase) -> None:
    store = CallStore(slow)
    async with running(store):
        store.save(call())
        await slow.taken.acquire()
        store.save(ENDED)
        flushing = asyncio.create_task(store.flush(10))
        slow.go_on.release()
        await slow.taken.acquire()
        assert await kept(store) == call()
        assert not flushing.done()
        slow.go_on.release()
        assert await flushing
    assert await kept(store) == ENDED


async def test_flush_says_when_the_time_is_over(store: CallStore) -> None:
    assert await store.flush(0)
    store.save(call())
    assert not await store.flush(0)


async def test_a_locked_database_delays_and_is_told_once(
    store: CallStore, path: Path, impatient: None
) -> None:
    with capture_logs() as logs:
        async with running(store):
            with locked(path):
                store.save(call())
                await until_logged(logs, "database_outage")
                assert not await store.flush(0.3)
                store.save(ENDED)
                assert await store.calls() == []
            assert await store.flush(10)
    assert await kept(store) == ENDED
    assert [entry["event"] for entry in logs] == ["database_outage", "database_outage_over"]
    assert "9161234567" not in str(logs)


async def test_a_full_disk_delays(store: CallStore, database: Database, path: Path, impatient: None) -> None:
    await database.in_background(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=40"))
    big = call(caller_name="x" * 400_000)
    with capture_logs() as logs:
        async with running(store):
            store.save(big)
            await until_logged(logs, "database_outage")
            await database.in_background(
                lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=100000")
            )
            assert await store.flush(10)
    assert "full" in logs[0]["error"]
    assert await kept(store) == big


async def gone(path: Path) -> Callable[[], object]:
    away = path.parent.with_name("away")
    path.parent.rename(away)
    return lambda: away.rename(path.parent)


async def garbage(path: Path) -> Callable[[], object]:
    away = path.with_name("away.db")
    path.rename(away)
    path.write_bytes(b"this is no database" * 1000)
    return lambda: away.replace(path)


async def unreadable(path: Path) -> Callable[[], object]:
    away = path.with_name("away.db")
    path.rename(away)
    path.mkdir()

    def back() -> None:
        path.rmdir()
        away.rename(path)

    return back


@pytest.mark.parametrize("used_before", [True, False])
@pytest.mark.parametrize("outage", [gone, garbage, unreadable])
async def test_no_call_is_lost_while_the_file_cannot_be_opened(
    tmp_path: Path, outage: Callable[[Path], Awaitable[Callable[[], object]]], used_before: bool
) -> None:
    path = tmp_path / "home" / "ccd.db"
    path.parent.mkdir()
    await migrate(path)
    database = Database(path)
    store = CallStore(database)
    with capture_logs() as logs:
        async with running(store):
            if used_before:
                store.save(call("0"))
                assert await store.flush(10)
            back = await outage(path)
            store.save(call("1"))
            store.save(call("2"))
            await until_logged(logs, "database_outage")
            assert store.waiting == 2
            back()
            assert await store.flush(10)
        wanted = {"0", "1", "2"} if used_before else {"1", "2"}
        assert {record.call_id for record in await store.calls()} == wanted
    await database.close()
    assert [entry["event"] for entry in logs] == ["database_outage", "database_outage_over"]


async def test_calls_go_into_the_file_that_is_there_now(store: CallStore, path: Path) -> None:
    async with running(store):
        store.save(call("1"))
        assert await store.flush(10)
        path.rename(path.with_name("moved.db"))
        await migrate(path)
        store.save(call("2"))
        assert await store.flush(10)
    assert select(path, "SELECT call_id FROM calls") == [("2",)]


async def test_no_call_goes_into_a_file_that_was_deleted_as_it_was_opened(
    store: CallStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can say which file a connection has that was opened just then."""
    away = path.with_name("away.db")

    def deleted(place: Path) -> tuple[int, int] | None:
        monkeypatch.setattr(sqlite, "identity", looked)
        path.rename(away)
        return looked(place)

    looked = sqlite.identity
    monkeypatch.setattr(sqlite, "identity", deleted)
    async with running(store):
        for call_id in ("1", "2"):
            store.save(call(call_id))
            assert not await store.flush(0.3)
        away.rename(path)
        assert await store.flush(10)
    assert sorted(select(path, "SELECT call_id FROM calls")) == [("1",), ("2",)]


@pytest.mark.parametrize("error", [exc.ResourceClosedError("x"), exc.TimeoutError("x"), RuntimeError("x")])
async def test_an_error_that_is_not_about_the_values_is_an_outage(
    store: CallStore, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    put, errors = store._put, [error]

    async def failing(records: Collection[CallRecord]) -> None:
        if errors:
            raise errors.pop()
        await put(records)

    monkeypatch.setattr(store, "_put", failing)
    with capture_logs() as logs:
        async with running(store):
            store.save(call())
            assert await store.flush(10)
    assert await kept(store) == call()
    assert [entry["event"] for entry in logs] == ["database_outage", "database_outage_over"]


async def test_cancelled_in_mid_write_the_next_run_writes_it(slow: SlowDatabase, path: Path) -> None:
    store = CallStore(slow)
    async with running(store):
        store.save(ENDED)
        await slow.taken.acquire()
        slow.go_on.release()
    assert store.waiting == 1
    slow.go_on.release()
    async with running(store):
        assert await store.flush(10)
    assert await kept(store) == ENDED


async def test_a_record_no_row_can_hold_does_not_stop_the_others(store: CallStore, engine: str) -> None:
    impossible = call("bad", hangup_cause=2**70, caller_number="+79161234567")
    with capture_logs() as logs:
        async with running(store):
            for record in (call(), impossible, call("2.1", arrived_at=None)):
                store.save(record)
            assert await store.flush(10)
            store.save(replace(impossible, hangup_cause=16))
            assert await store.flush(10)
    assert {record.call_id for record in await store.calls()} == {"1.1", "bad", "2.1"}
    error = {"sqlite": "OverflowError", "postgresql": "DBAPIError"}[engine]
    assert logs == [{"event": "call_not_storable", "call_id": "bad", "error": error, "log_level": "error"}]


async def test_an_outage_in_the_middle_of_singling_out_is_an_outage(
    store: CallStore, path: Path, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, alone = store._put, asyncio.Event()

    async def watched(records: list[CallRecord]) -> None:
        if len(records) == 1 and not alone.is_set():
            alone.set()
            with locked(path):
                await put(records)
        await put(records)

    monkeypatch.setattr(store, "_put", watched)
    with capture_logs() as logs:
        async with running(store):
            store.save(call())
            store.save(call("bad", hangup_cause=2**70))
            assert await store.flush(10)
    assert await kept(store) == call()
    assert [entry["event"] for entry in logs][:2] == ["database_outage", "call_not_storable"]
