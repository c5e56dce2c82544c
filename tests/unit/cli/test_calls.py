"""``ccd calls``: as a table for eyes, as JSON for programs."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from ccd.calls.ids import LinkedId, QueueName
from ccd.calls.record import CallRecord, Disposition, State
from ccd.store.calls import CallStore
from ccd.store.database import Database
from ccd.store.migrate import migrate

ARRIVED = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
FINISHED = CallRecord(
    call_id=LinkedId("1.1"),
    state=State.ENDED,
    arrived_at=ARRIVED,
    caller_number="+79161234567",
    caller_name="[bold]\x1b[2Jevil",
    called_number="84951234567",
    rule="day [x]",
    queue=QueueName("operators"),
    agent="Anna\x1b[31mP.",
    waited=75.0,
    talked=9.6,
    disposition=Disposition.ANSWERED,
    topic="booking",
)
WAITING = CallRecord(
    call_id=LinkedId("1.2"),
    state=State.WAITING,
    arrived_at=ARRIVED + timedelta(hours=2),
    caller_number="",
    caller_name="",
    called_number="112",
)

TABLE = """\
arrived           caller        called       rule     queue      agent       waited  talked  how       topic
2026-11-18 14:00  -             112          -        -          -           -       -       waiting   -
2026-11-18 12:00  +79161234567  84951234567  day [x]  operators  Anna[31mP.  1:15    0:10    answered  booking
"""


@pytest.fixture
def archive(clinic, monkeypatch):
    """Two calls in the database."""
    monkeypatch.setenv("COLUMNS", "140")

    async def fill() -> None:
        await migrate(clinic / "ccd.db")
        database = await Database.open(clinic / "ccd.db")
        store = CallStore(database)
        running = asyncio.create_task(store.run())
        store.save(FINISHED)
        store.save(WAITING)
        assert await store.flush(5)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await database.close()

    asyncio.run(fill())


@pytest.mark.usefixtures("archive")
def test_calls_as_a_table(ccd):
    code, out, error = ccd("calls")
    assert (code, error) == (0, "")
    assert [line.rstrip() for line in out.splitlines()] == TABLE.splitlines()


@pytest.mark.usefixtures("archive")
def test_calls_for_programs(ccd):
    code, out, _ = ccd("calls", "--json", "--limit", "1")
    (call,) = json.loads(out)
    assert code == 0
    assert call["call_id"] == "1.2"
    assert call["state"] == "waiting"
    assert call["arrived_at"] == "2026-11-18T11:00:00Z"
    assert call["waited"] is None


@pytest.mark.usefixtures("archive")
def test_calls_may_be_chosen(ccd):
    assert [call["call_id"] for call in json.loads(ccd("calls", "--json", "--number", "89161234567")[1])] == [
        "1.1"
    ]
    recent = ccd("calls", "--json", "--since", "2026-11-18T13:00")[1]
    assert [call["call_id"] for call in json.loads(recent)] == ["1.2"]
    assert ccd("calls", "--since", "2027-01-01") == (0, "no calls\n", "")
    assert ccd("calls", "--json", "--since", "2027-01-01") == (0, "[]\n", "")
    assert ccd("calls", "--since", "soon")[0] == 2


def test_calls_before_the_first_start(ccd, clinic):
    code, out, error = ccd("calls")
    assert (code, out) == (1, "")
    assert error == f"there is no database at {clinic}/ccd.db; start ccd once, it creates it\n"
