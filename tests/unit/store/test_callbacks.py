"""Promises in a real file: durable, one for each patient and queue, changed by one at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from ccd.callbacks import promise as change
from ccd.callbacks.promise import MOST, Promise, Standing
from ccd.calls.ids import QueueName
from ccd.ports.promises import TooManyPromisesError
from ccd.store.callbacks import CallbackStore
from ccd.store.errors import StoreError
from tests.unit.callbacks.samples import NOW, ago, promise
from tests.unit.store.other_process import execute, locked, select


@pytest.fixture
def callbacks(database):
    return CallbackStore(database)


async def test_a_promise_is_durable_and_read_back_as_it_was(callbacks, path):
    one = await callbacks.give(promise(promise_id=0, name="\udcff\0", at=NOW, priority=7))
    assert select(path, "SELECT state FROM callbacks") == [("waiting",)]
    assert await callbacks.live() == [one]
    assert one.promise_id


async def test_a_promise_that_cannot_be_read_hides_no_other_and_is_told_once(callbacks, place):
    bad, good = [await callbacks.give(promise(promise_id=0, number=f"+7916000000{one}")) for one in range(2)]
    change = f"UPDATE callbacks SET due_by = 'never' WHERE promise_id = {bad.promise_id}"
    await asyncio.to_thread(execute, place, change)
    with capture_logs() as logs:
        assert [await callbacks.live() for _ in range(2)] == [[good], [good]]
    assert [(one["event"], one["count"]) for one in logs] == [("promises_unreadable", 1)]


async def test_a_second_promise_joins_the_first(callbacks):
    first = await callbacks.give(promise(promise_id=0))
    again = await callbacks.give(promise(promise_id=0, joined_at=ago(1)))
    other = await callbacks.give(promise(promise_id=0, queue=QueueName("duty-doctor")))
    assert (again.promise_id, again.joined_at) == (first.promise_id, ago(10))
    assert {one.promise_id for one in await callbacks.live()} == {first.promise_id, other.promise_id}


async def test_two_promises_at_once_are_one(callbacks):
    await asyncio.gather(*(callbacks.give(promise(promise_id=0, joined_at=ago(one))) for one in range(5)))
    assert [one.joined_at for one in await callbacks.live()] == [ago(4)]


async def test_a_queue_has_only_so_many_promises(callbacks):
    first, *_ = [
        await callbacks.give(promise(promise_id=0, number=f"+7916{one:07}")) for one in range(MOST - 1)
    ]
    last = (promise(promise_id=0, number=f"+7917{one:07}") for one in range(5))
    given = await asyncio.gather(*map(callbacks.give, last), return_exceptions=True)
    assert [type(one) for one in given].count(TooManyPromisesError) == 4
    assert len(await callbacks.live()) == MOST
    assert (await callbacks.give(replace(first, promise_id=0, priority=7))).priority == 7, "joined"
    assert await callbacks.give(promise(promise_id=0, queue=QueueName("duty-doctor")))
    await callbacks.cancel(first.promise_id)
    assert await callbacks.give(promise(promise_id=0, number="+79180000000"))


async def test_a_locked_database_gives_no_promise(callbacks, path):
    with locked(path), pytest.raises(StoreError):
        await callbacks.give(promise(promise_id=0), 0.05)
    assert select(path, "SELECT * FROM callbacks") == []


class SlowDisk:
    """The first COMMIT is durable long before it is over; or nobody is ever told that it was."""

    def __init__(self, patch: pytest.MonkeyPatch, error: Exception | None = None) -> None:
        self.durable, self.over, commit = asyncio.Event(), asyncio.Event(), AsyncConnection.commit

        async def committed(connection: AsyncConnection) -> None:
            await commit(connection)
            if not self.durable.is_set():
                self.durable.set()
                await self.over.wait()
                if error:
                    raise error

        patch.setattr(AsyncConnection, "commit", committed)


async def given_up(callbacks: CallbackStore, new: Promise, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever gave this promise waits no longer, though it is durable."""
    disk = SlowDisk(monkeypatch)
    giving = asyncio.create_task(callbacks.give(new))
    await disk.durable.wait()
    giving.cancel()
    await asyncio.gather(giving, return_exceptions=True)
    disk.over.set()


async def test_a_promise_that_came_too_late_to_be_told_is_none(callbacks, monkeypatch):
    await given_up(callbacks, promise(promise_id=0), monkeypatch)
    await until_async(callbacks.live, [])
    assert await callbacks.listed(ago(60)) == []


async def test_a_promise_that_was_joined_too_late_is_what_it_was(callbacks, monkeypatch):
    first = await callbacks.give(promise(promise_id=0))
    again = promise(promise_id=0, due_by=NOW + timedelta(hours=2), priority=9)
    await given_up(callbacks, again, monkeypatch)
    await until_async(callbacks.live, [first])


async def test_a_promise_that_is_being_kept_is_not_taken_back(callbacks, monkeypatch):
    disk = SlowDisk(monkeypatch)
    giving = asyncio.create_task(callbacks.give(promise(promise_id=0)))
    await disk.durable.wait()
    (one,) = await callbacks.live()
    changing = asyncio.create_task(callbacks.change(one, change.tried(one, NOW)))
    giving.cancel()
    disk.over.set()
    with capture_logs() as logs:
        assert await changing
        await until_async(lambda: told(logs), ["promise_came_too_late"])
    assert await callbacks.live() == [change.tried(one, NOW)]


async def test_a_promise_of_which_nobody_knows_whether_it_is_durable_is_taken_back(callbacks, monkeypatch):
    disk = SlowDisk(monkeypatch, OperationalError("COMMIT", {}, ConnectionError("gone")))
    disk.over.set()
    with pytest.raises(StoreError):
        await callbacks.give(promise(promise_id=0))
    await until_async(callbacks.live, [])


async def until_async(asked: Callable[[], Awaitable[object]], wanted: object) -> None:
    async with asyncio.timeout(20):
        while await asked() != wanted:
            await asyncio.sleep(0.01)


async def told(logs: list[Any]) -> list[str]:
    return [one["event"] for one in logs]


async def test_what_was_cancelled_meanwhile_is_not_called(callbacks):
    one = await callbacks.give(promise(promise_id=0))
    assert (await callbacks.cancel(one.promise_id)).state is Standing.CANCELLED
    assert not await callbacks.change(one, change.tried(one, NOW))
    assert await callbacks.live() == []
    assert await callbacks.cancel(999) is None


@pytest.mark.parametrize(
    "newer",
    [
        {"due_by": NOW + timedelta(hours=2)},
        {"at": NOW + timedelta(minutes=30)},
        {"priority": 7},
        {"joined_at": ago(20)},
    ],
    ids=str,
)
async def test_what_was_promised_anew_meanwhile_is_not_overwritten(callbacks, newer):
    stale = await callbacks.give(promise(promise_id=0))
    again = await callbacks.give(promise(promise_id=0, **newer))
    assert not await callbacks.change(stale, change.tried(stale, NOW))
    assert not await callbacks.change(stale, replace(stale, state=Standing.EXPIRED))
    assert await callbacks.live() == [again]
    assert await callbacks.change(again, change.tried(again, NOW))


async def test_what_ended_stays_listed(callbacks):
    one = await callbacks.give(promise(promise_id=0))
    broken = replace(one, state=Standing.EXPIRED)
    assert await callbacks.change(one, broken)
    assert await callbacks.listed(ago(60)) == await callbacks.broken(ago(60)) == [broken]
    assert await callbacks.listed(NOW + timedelta(days=1)) == []
