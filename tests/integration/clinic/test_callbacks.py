"""A patient is called back: at his turn, once, whatever dies meanwhile; a broken promise is listed."""

import asyncio
import json
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ccd.store.columns import write_moment
from tests.integration.clinic.support import Clinic, until
from tests.testbed.ami_probe import PATIENCE
from tests.testbed.installation import REPOSITORY

pytestmark = pytest.mark.asterisk

NUMBER = "+79161112233"
ROW = {
    "call_id": "1.1",
    "number": NUMBER,
    "name": "Ivanov",
    "called_number": "74950000001",
    "queue": "answers",
    "priority": 0,
    "state": "waiting",
    "attempts": 0,
    "answered_by": "",
}


@pytest.fixture(autouse=True)
async def nobody_is_owed_a_call(clinic: Clinic) -> AsyncIterator[None]:
    """Whatever a test leaves open: ccd would call again minutes later, in the middle of another test."""
    yield
    with closing(sqlite3.connect(clinic.ccd.database, timeout=PATIENCE)) as connection, connection:
        connection.execute("UPDATE callbacks SET state = 'cancelled' WHERE state IN ('waiting', 'calling')")


def promise(clinic: Clinic, *, within: float = 3600, **changes: Any) -> int:
    """A promise that ccd gave a minute ago, as it stands in the database."""
    now = datetime.now(UTC)
    moments = {"joined_at": now, "promised_at": now, "due_by": now + timedelta(seconds=within)}
    row = ROW | {name: write_moment(at) for name, at in moments.items()} | changes
    names = ", ".join(row)
    with closing(sqlite3.connect(clinic.ccd.database, timeout=PATIENCE)) as connection, connection:
        marks = ", ".join("?" * len(row))
        cursor = connection.execute(f"INSERT INTO callbacks ({names}) VALUES ({marks})", [*row.values()])
        return cursor.lastrowid or 0


def stands(clinic: Clinic, promise_id: int) -> dict[str, Any]:
    """The promise now."""
    with closing(sqlite3.connect(f"file:{clinic.ccd.database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return dict(
            connection.execute("SELECT * FROM callbacks WHERE promise_id = ?", [promise_id]).fetchone()
        )


async def becomes(clinic: Clinic, promise_id: int, state: str) -> dict[str, Any]:
    await until(lambda: stands(clinic, promise_id)["state"] == state, f"the promise is {state}")
    return stands(clinic, promise_id)


def _ours(message: Mapping[str, str], promised: int) -> bool:
    """Whether it is about a call that is to keep this promise."""
    return message.get("Uniqueid", "").startswith(f"ccd-callback-{promised}-")


async def test_the_patient_is_called_and_connected(clinic, probe):
    promised = promise(clinic)
    await probe.event("AgentConnect", Queue="answers")
    kept = await becomes(clinic, promised, "kept")
    talk = await until(
        lambda: clinic.rows("call_id = ? AND answered_at IS NOT NULL", kept["answered_by"]), "the record"
    )
    assert (talk[0]["caller_number"], talk[0]["called_number"]) == (NUMBER, "74950000001")
    assert (talk[0]["rule"], talk[0]["queue"], kept["attempts"]) == ("callback", "answers", 1)


async def test_ccd_killed_between_promise_and_call(clinic, probe):
    await clinic.ccd.kill()
    promised = promise(clinic)
    await clinic.start_ccd()
    await becomes(clinic, promised, "kept")
    assert len({one["Uniqueid"] for one in probe.messages if _ours(one, promised)}) == 1


async def test_ccd_killed_while_the_patients_phone_rings(clinic, probe):
    promised = promise(clinic, queue="rings")
    ringing = await becomes(clinic, promised, "calling")
    await probe.event("QueueCallerJoin", Queue="rings")
    await clinic.ccd.kill()
    await clinic.start_ccd()
    assert stands(clinic, promised) == ringing
    (ours,) = [one for one in await probe.list({"Action": "CoreShowChannels"}) if _ours(one, promised)]
    await probe.action({"Action": "Hangup", "Channel": ours["Channel"]})
    assert (await becomes(clinic, promised, "waiting"))["attempts"] == 1
    assert stands(clinic, promised)["next_attempt_at"]


async def test_who_finds_the_queue_full_is_promised_a_call(clinic, probe):
    first = await clinic.dial(probe, "bounded")
    await clinic.saved(first, "waiting")
    since = datetime.now(UTC)
    second = await clinic.dial(probe, "bounded")
    await clinic.saved(second, "ended")
    withheld = await clinic.dial(probe, "bounded", number="anonymous")
    with closing(sqlite3.connect(f"file:{clinic.ccd.database}?mode=ro", uri=True)) as connection:
        (given,) = connection.execute(
            "SELECT number, priority, state, due_by FROM callbacks WHERE queue = 'bounded'"
        ).fetchall()
    promised, elsewhere = await clinic.records(second, withheld)
    assert (promised["disposition"], promised["path"][-1]["kind"]) == ("callback", "callback")
    assert given[:3] == (second.number, 3, "waiting")
    assert timedelta(minutes=29) < datetime.fromisoformat(given[3]) - since < timedelta(minutes=31)
    assert (elsewhere["disposition"], elsewhere["queue"]) == ("answered", "ends")
    assert clinic.rows("call_id = ?", first.call_id)[0]["state"] == "waiting"


async def test_a_deadline_passes_with_nobody_there(clinic):
    promised = promise(clinic, queue="empty", within=2)
    await becomes(clinic, promised, "expired")
    command = ("-m", "ccd", "callbacks", "--json", "--config", str(clinic.ccd.config))
    process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=REPOSITORY, stdout=PIPE)
    printed, _ = await process.communicate()
    listed = {one["id"]: one["state"] for one in json.loads(printed)}
    assert listed[promised] == "expired"
    assert "callback promise broken" in clinic.ccd.log.read_text()
