"""Past calls for the tests of the commands that read them."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord, Disposition, State
from ccd.store.calls import CallStore
from ccd.store.database import Database
from tests.unit.empty_database import empty_database

NOON = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
"""A Wednesday, twelve o'clock in Moscow."""


def call(number: int, rule: str, **changes) -> CallRecord:
    record = CallRecord(
        call_id=LinkedId(f"1.{number}"),
        state=State.ENDED,
        arrived_at=NOON + timedelta(minutes=number),
        caller_number="+79161234567",
        caller_name="",
        called_number="84951234567",
        rule=rule,
        disposition=Disposition.ANSWERED,
    )
    return replace(record, **changes)


async def save(folder, *records: CallRecord) -> None:
    """Into the database of this clinic's folder."""
    await empty_database(folder / "ccd.db")
    database = await Database.open(folder / "ccd.db")
    store = CallStore(database)
    running = asyncio.create_task(store.run())
    for one in records:
        store.save(one)
    assert await store.flush(5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await database.close()
