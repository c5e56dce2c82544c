"""What is told of a number's earlier calls, and what is not when the store cannot tell."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from ccd.calls.ids import LinkedId, Phone
from ccd.calls.record import CallRecord, Disposition, State
from ccd.ports.calls import HistorySource
from ccd.routing.facts import History, PastCall
from ccd.store.calls import CallStore
from ccd.store.database import Database
from ccd.store.history import CallHistory
from ccd.store.reader import Reader
from ccd.store.tables.patients import reminders
from tests.unit.store.conftest import running
from tests.unit.store.samples import NOON, call

MARIA = "+79161234567"
NOW = NOON + timedelta(days=1)


@pytest.fixture
async def history(database: Database, store: CallStore) -> AsyncIterator[CallHistory]:
    asked = CallHistory(lambda: store.unwritten, "RU")
    async with Reader.open(database) as reader:
        asked.reader = reader
        yield asked


def ended(call_id: str, *, ago: timedelta = timedelta(hours=1), **fields: Any) -> CallRecord:
    known: dict[str, Any] = {"state": State.ENDED, "disposition": Disposition.ABANDONED} | fields
    return call(call_id, arrived_at=NOW - ago, **known)


async def written(store: CallStore, *records: CallRecord) -> None:
    async with running(store):
        for record in records:
            store.save(record)
        await store.flush()


async def told(history: HistorySource, number: str = MARIA, *, but: str = "") -> History:
    return await history.history(number, NOW, LinkedId(but))


def times(history: History) -> list[datetime]:
    return [one.at for one in history.calls]


async def test_who_talked_and_how_it_went_newest_first(store: CallStore, history: CallHistory) -> None:
    anna = {"disposition": Disposition.ANSWERED, "agent": "Анна", "phone": Phone("PJSIP/101")}
    await written(store, ended("1", ago=timedelta(days=3), **anna), ended("2"))
    assert await told(history) == History(
        calls=(
            PastCall(at=NOW - timedelta(hours=1), disposition="abandoned"),
            PastCall(at=NOW - timedelta(days=3), disposition="answered", agent="Анна", phone="PJSIP/101"),
        )
    )


async def test_no_more_than_fifty(store: CallStore, history: CallHistory) -> None:
    await written(store, *(ended(str(n), ago=timedelta(days=n)) for n in range(1, 100)))
    assert times(await told(history)) == [NOW - timedelta(days=n) for n in range(1, 51)]


async def test_nothing_older_than_ninety_days(store: CallStore, history: CallHistory) -> None:
    await written(store, *(ended(str(n), ago=timedelta(days=n)) for n in (90, 91, 400)))
    store.save(ended("unwritten", ago=timedelta(days=91)))
    assert times(await told(history)) == [NOW - timedelta(days=90)]


async def test_every_spelling_of_the_number_and_no_other_number(
    store: CallStore, history: CallHistory
) -> None:
    spellings = ("89161234567", "8 (916) 123-45-67", "79161234567", MARIA)
    strangers = ("+19161234567", "+449161234567", "9161234567abc", "")
    records = [ended(number, caller_number=number) for number in (*spellings, *strangers)]
    await written(store, *records)
    assert len((await told(history)).calls) == len(spellings)


async def test_neither_the_call_that_asks_nor_a_withheld_one(store: CallStore, history: CallHistory) -> None:
    await written(store, ended("1"), ended("2", withheld=True), call("3", arrived_at=NOW))
    assert times(await told(history, but="3")) == [NOW - timedelta(hours=1)]


async def test_what_the_database_did_not_take_yet_counts(store: CallStore, history: CallHistory) -> None:
    await written(store, call("1", arrived_at=NOW - timedelta(hours=1)))
    store.save(ended("1"))
    store.save(ended("2", ago=timedelta(minutes=2)))
    store.save(ended("3", withheld=True))
    store.save(call("4", arrived_at=None))
    found = await told(history)
    assert [one.disposition for one in found.calls] == ["abandoned", "abandoned"]
    assert times(found)[0] == NOW - timedelta(minutes=2)


async def test_the_newest_reminder(history: CallHistory, database: Database) -> None:
    async with database.writing() as connection:
        sent = [{"e164": MARIA, "sent_at": NOW - timedelta(days=days)} for days in (2, 1, 3)]
        await connection.execute(insert(reminders), sent)
    assert (await told(history)).reminded_at == NOW - timedelta(days=1)
    assert await told(history, "+79160000000") == History()


@pytest.mark.parametrize("number", ["", "'; DROP TABLE calls; --", "\0\udcff", "+" + "9" * 10_000, "٣"])
async def test_hostile_numbers_have_no_history(history: CallHistory, store: CallStore, number: str) -> None:
    await written(store, ended("1"), ended("2", caller_number=number))
    assert (await told(history, number)).calls == ()
    assert len((await told(history)).calls) == 1


async def test_without_a_database_nothing_is_known(store: CallStore) -> None:
    asked = CallHistory(lambda: store.unwritten, "RU")
    store.save(ended("1"))
    assert await told(asked) == History(complete=False)


async def test_a_locked_database_says_that_nothing_is_known(path: Path, store: CallStore) -> None:
    asked = CallHistory(lambda: store.unwritten, "RU")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=DELETE")
        database = Database(path)
        async with Reader.open(database) as asked.reader:
            other.execute("BEGIN EXCLUSIVE")
            assert await told(asked) == History(complete=False)
            other.execute("ROLLBACK")
            assert await told(asked) == History()
        await database.close()
