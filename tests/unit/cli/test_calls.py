"""``ccd calls``: as a table for eyes, as JSON for programs."""

import asyncio
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ccd.calls.ids import LinkedId, QueueName
from ccd.calls.record import CallRecord, Disposition, State
from ccd.cli import listing
from ccd.store.calls import CallStore
from ccd.store.database import Database
from tests.unit.empty_database import empty_database

ARRIVED = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
FINISHED = CallRecord(
    call_id=LinkedId("1.1"),
    state=State.ENDED,
    arrived_at=ARRIVED,
    caller_number="+79161234567",
    caller_name="[red]\x1b[/]\u202e",
    called_number="100",
    rule="[x]",
    queue=QueueName("operators"),
    agent="A\x9b",
    waited=75.0,
    talked=9.6,
    disposition=Disposition.ANSWERED,
    topic="price",
    outcome="booked",
    recording="/var/spool/asterisk/monitor/1.1.wav",
)
WAITING = CallRecord(
    call_id=LinkedId("1.2"),
    state=State.WAITING,
    arrived_at=ARRIVED + timedelta(hours=2),
    caller_number="",
    caller_name="",
    called_number="112",
)
WITHHELD = replace(
    WAITING,
    call_id=LinkedId("1.3"),
    arrived_at=ARRIVED + timedelta(hours=3),
    caller_number="+79031112233",
    caller_name="Мария",
    withheld=True,
)

TABLE = """\
arrived  caller  name  called  rule  queue  agent  waited  talked  how  topic  outcome  recorded
2026-11-18 15:00  withheld  -  112  -  -  -  -  -  waiting  -  -  -
2026-11-18 14:00  -  -  112  -  -  -  -  -  waiting  -  -  -
2026-11-18 12:00  +79161234567  [red]\\x1b[/]\\u202e  100  [x]  operators  A\\x9b  1:15  0:10  answered  \
price  booked  yes
"""
"""Columns apart, however wide they are."""


@pytest.fixture
def archive(clinic, monkeypatch):
    """Three calls in the database."""
    monkeypatch.setenv("COLUMNS", "180")

    async def fill() -> None:
        await empty_database(clinic / "ccd.db")
        database = await Database.open(clinic / "ccd.db")
        store = CallStore(database)
        running = asyncio.create_task(store.run())
        store.save(FINISHED)
        store.save(WAITING)
        store.save(WITHHELD)
        assert await store.flush(5)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await database.close()

    asyncio.run(fill())


@pytest.mark.usefixtures("archive")
def test_calls_as_a_table(ccd):
    code, out, error = ccd("calls")
    assert (code, error) == (0, "")
    assert [re.sub(" {2,}", "  ", line.rstrip()) for line in out.splitlines()] == TABLE.splitlines()


@pytest.mark.usefixtures("archive")
def test_calls_for_programs(ccd):
    code, out, _ = ccd("calls", "--json", "--limit", "1")
    (withheld,) = json.loads(out)
    assert code == 0
    assert (withheld["caller_number"], withheld["withheld"]) == ("+79031112233", True)
    call = json.loads(ccd("calls", "--json")[1])[1]
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
    assert [call["call_id"] for call in json.loads(recent)] == ["1.3", "1.2"]
    assert ccd("calls", "--since", "2027-01-01") == (0, "no calls\n", "")
    assert ccd("calls", "--json", "--since", "2027-01-01") == (0, "[]\n", "")
    assert ccd("calls", "--since", "soon")[0] == 2


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_caller_does_not_command_the_terminal(ccd, options):
    out = ccd("calls", *options)[1]
    assert all(letter.isprintable() or letter == "\n" for letter in out)
    if options:
        assert json.loads(out)[2]["caller_name"] == FINISHED.caller_name


@pytest.mark.parametrize("arrived", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_a_call_at_the_end_of_all_times_is_listed(arrived, zone):
    (row,) = listing._rows([replace(FINISHED, arrived_at=arrived)], ZoneInfo(zone))
    assert row[0].startswith(("9999-12-31", "1-01-01", "0001-01-01"))


def test_calls_before_the_first_start(ccd, clinic):
    code, out, error = ccd("calls")
    assert (code, out) == (1, "")
    assert error == f"there is no database at {clinic}/ccd.db; start ccd once, it creates it\n"
