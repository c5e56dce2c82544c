"""The worklist in the database: made of the calls, again and again, and claimed by one at a time."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord, Disposition, State
from ccd.missed.happening import Kind, ring_back_id
from ccd.missed.task import Task
from ccd.retold import LogMark, LogMarks
from ccd.settings.models import Missed, Routing
from ccd.store.errors import StoreError
from ccd.store.log_marks import LogMarkStore
from ccd.store.missed import MissedStore
from ccd.worklist import Worklist, missed_rules
from tests.unit.store.conftest import running
from tests.unit.store.other_process import locked
from tests.unit.store.samples import NOON, call

NUMBER = "+79161234567"
NOW = NOON + timedelta(minutes=30)
FIRST = LinkedId("1.1")
WEEK = NOW - timedelta(days=7)


class World:
    """A store whose calls make a worklist."""

    def __init__(self, database, store) -> None:
        self.database, self.store, self.missed = database, store, MissedStore(database)
        self.list = self.another()
        store.listen(self.list.saved)

    def another(self) -> Worklist:
        rules = missed_rules(Missed(), Routing(), "RU")
        return Worklist(self.missed, rules, unwritten=lambda: self.store.unwritten, clock=lambda: NOW)

    async def happens(self, *calls: CallRecord, durable: bool = True) -> list[Task]:
        """These calls are saved; the open tasks after that."""
        for one in calls:
            self.store.save(one)
        if durable:
            await self.store.flush()
        await self.list.look()
        return await self.open()

    async def open(self) -> list[Task]:
        return [one.task for one in await self.missed.open(WEEK, 100)]


@pytest.fixture
async def world(database, store) -> AsyncIterator[World]:
    async with running(store):
        yield World(database, store)


def lost(call_id: str = "1.1", minute: float = 0, **changes) -> CallRecord:
    begin = NOON + timedelta(minutes=minute)
    known = {"state": State.ENDED, "disposition": Disposition.ABANDONED, "arrived_at": begin}
    return call(call_id, **(known | {"ended_at": begin + timedelta(seconds=30)} | changes))


def talked(call_id: str, minute: float, **changes) -> CallRecord:
    answered = NOON + timedelta(minutes=minute)
    return lost(call_id, minute, **({"disposition": Disposition.ANSWERED, "answered_at": answered} | changes))


async def test_one_task_for_one_patient_however_the_number_is_written(world):
    tasks = await world.happens(lost("1.1"), lost("1.2", 5, caller_number="8 (916) 123-45-67"))
    assert [(one.number, one.call_id, one.calls) for one in tasks] == [(NUMBER, "1.1", 2)]


async def test_it_closes_as_soon_as_somebody_talks_with_him(world):
    await world.happens(lost())
    answered = talked("1.2", 5, state=State.CONNECTED, ended_at=None, disposition=Disposition.OPEN)
    assert await world.happens(answered, durable=False) == []
    found = await world.missed.get("1.1")
    assert found
    assert (found.task.closed, found.task.closed_by) == (Kind.THROUGH, "1.2")


async def test_another_country_with_the_same_ten_digits_is_another_patient(world):
    tasks = await world.happens(lost("1.1"), lost("1.2", caller_number="+449161234567"))
    assert {one.number for one in tasks} == {NUMBER, "+449161234567"}


async def test_the_withheld_and_the_nameless_are_counted_and_make_no_task(world):
    calls = lost("1.1", withheld=True), lost("1.2", caller_number=""), lost("1.3", caller_number="anonymous")
    assert await world.happens(*calls) == []
    assert await world.missed.unknown(NOON) == 3


async def test_a_list_that_is_made_again_is_the_same(world):
    await world.happens(
        lost("1.1"),
        lost("2.1", 1, caller_number="+79031112233"),
        talked("2.2", 3, caller_number="+79031112233"),
    )
    before = [await world.missed.get(one) for one in ("1.1", "2.1")]
    await world.another().look()
    assert [await world.missed.get(one) for one in ("1.1", "2.1")] == before


async def test_a_call_recovered_afterwards_takes_its_place(world):
    await world.happens(lost("1.2", 5))
    assert [(one.call_id, one.calls) for one in await world.happens(lost("1.1", recovered=True))] == [
        ("1.1", 2)
    ]
    assert await world.happens(talked("1.3", 7, recovered=True)) == []


async def test_what_recovery_writes_past_the_writer_counts_at_once(world, database):
    await world.happens()
    marks = LogMarks(cel=LogMark(file="a", offset=1), queue=LogMark(file="b", offset=1))
    await LogMarkStore(database, world.store).recover([lost(recovered=True)], marks, NOON)
    assert [one.call_id for one in await world.happens()] == ["1.1"]


async def test_what_is_found_while_ccd_did_not_listen(world):
    world.store.save(lost())
    await world.store.flush()
    fresh = world.another()
    await fresh.look()
    assert [one.call_id for one in await world.open()] == ["1.1"]


async def test_who_says_it_is_done_while_the_list_is_made_is_believed(world, monkeypatch):
    await world.happens(lost())
    put = world.missed.put

    async def late(*told) -> object:
        monkeypatch.setattr(world.missed, "put", put)
        assert await world.missed.say_done(NUMBER, "anna", NOON + timedelta(minutes=2))
        return await put(*told)

    monkeypatch.setattr(world.missed, "put", late)
    world.list.saved(lost())
    await world.list.look()
    await world.list.look()
    assert await world.open() == []


async def test_who_said_it_is_done_is_believed_until_he_calls_again(world):
    await world.happens(lost())
    assert await world.missed.say_done(NUMBER, "anna", NOON + timedelta(minutes=2))
    assert not await world.missed.say_done(NUMBER, "oleg", NOON + timedelta(minutes=3))
    await world.another().look()
    assert await world.open() == []
    assert [one.call_id for one in await world.happens(lost("1.2", 10))] == ["1.2"]


async def test_a_call_that_was_answered_writes_nothing(world):
    assert not await world.missed.put([], [NUMBER])
    assert await world.happens(lost())
    assert await world.missed.put([], [NUMBER])
    assert await world.open() == []


async def test_the_calls_of_whoever_was_answered_and_missed_nothing_are_not_read(world, monkeypatch):
    async def told(*_asked) -> object:
        raise AssertionError("read for nothing")

    await world.happens()
    monkeypatch.setattr(world.missed, "told", told)
    assert await world.happens(talked("1.1", 0)) == []


async def test_one_operator_at_a_time(world):
    await world.happens(lost())
    first, second = (ring_back_id(FIRST, NOW + timedelta(seconds=n)) for n in (0, 1))
    until = NOW + timedelta(seconds=90)
    assert await world.missed.claim(NUMBER, "anna", first, NOW, until)
    assert not await world.missed.claim(NUMBER, "oleg", second, NOW, until)
    assert not await world.missed.claim(NUMBER, "anna", second, NOW, until)
    assert await world.missed.claim(NUMBER, "oleg", second, until, until + timedelta(seconds=90))


async def test_a_claim_outlives_new_facts_and_ends_with_its_call(world):
    await world.happens(lost())
    attempt, until = ring_back_id(FIRST, NOW), NOW + timedelta(seconds=90)
    await world.missed.claim(NUMBER, "anna", attempt, NOW, until)
    await world.happens(lost("1.2", 5))
    (one,) = await world.missed.open(WEEK, 1)
    assert (one.by, one.busy(NOW), one.task.calls) == ("anna", True, 2)
    await world.happens(lost(attempt, 31, disposition=Disposition.UNANSWERED))
    (one,) = await world.missed.open(WEEK, 1)
    assert (one.by, one.busy(NOW), one.task.attempts) == ("", False, 1)


async def test_a_call_that_was_not_begun_leaves_him_to_others(world):
    await world.happens(lost())
    await world.missed.claim(NUMBER, "anna", ring_back_id(FIRST, NOW), NOW, NOW + timedelta(seconds=90))
    await world.missed.release(ring_back_id(FIRST, NOW))
    assert await world.missed.claim(
        NUMBER, "oleg", ring_back_id(FIRST, NOW), NOW, NOW + timedelta(seconds=90)
    )


async def test_what_could_not_be_written_is_written_later(world, path):
    world.database.patience = 0.05
    with locked(path), pytest.raises(StoreError):
        await world.happens(lost(), durable=False)
    assert [one.call_id for one in await world.happens()] == ["1.1"]


async def test_pages_of_the_list_are_the_whole_list_once(world):
    await world.happens(*(lost(f"{n}.1", n % 3, caller_number=f"+7916123{n:04d}") for n in range(7)))
    pages = [await world.missed.open(WEEK, 3, skip) for skip in (0, 3, 6)]
    assert [one.task for page in pages for one in page] == await world.open()
    assert (await world.missed.count(WEEK), await world.missed.count(NOW)) == (7, 0)
