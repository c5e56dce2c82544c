"""``ccd callbacks`` and ``ccd voicemail``: what is to be done is listed, what was not kept too."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ccd.callbacks.promise import Promise, Standing
from ccd.callbacks.voicemail import recorded
from ccd.calls.ids import QueueName
from ccd.store.callbacks import CallbackStore
from ccd.store.database import Database
from ccd.store.voicemails import VoicemailStore
from tests.unit.callbacks.samples import promise
from tests.unit.empty_database import empty_database

NOW = datetime.now(UTC)
MOMENTS = {"joined_at": NOW, "promised_at": NOW, "due_by": NOW + timedelta(hours=1)}


@pytest.fixture
def database(clinic):
    return asyncio.run(empty_database(clinic / "ccd.db"))


async def fill(file: Path) -> None:
    database = Database(file)
    store = CallbackStore(database)
    for state in (Standing.WAITING, Standing.EXPIRED, Standing.KEPT):
        given: Promise = promise(promise_id=0, name="[red]\x1b", queue=QueueName(state), **MOMENTS)
        one = await store.give(given)
        await store.change(one, replace(one, state=state))
    message = recorded("night/1.1.wav", NOW, 75)
    assert message
    await VoicemailStore(database).put([message])
    await database.close()


@pytest.fixture
def filled(database):
    asyncio.run(fill(database))


def test_waiting_and_broken_promises_are_listed(filled, ccd):
    code, out, _ = ccd("callbacks", "--json")
    assert (code, [one["state"] for one in json.loads(out)]) == (0, ["waiting", "expired"])
    assert len(json.loads(ccd("callbacks", "--all", "--json")[1])) == 3
    table = ccd("callbacks")[1]
    assert "+79161234567" in table
    assert "\x1b" not in table


def test_a_promise_is_taken_back_once(filled, ccd):
    assert ccd("callbacks", "cancel", "1")[:2] == (0, "callback 1 is cancelled\n")
    assert ccd("callbacks", "cancel", "2")[::2] == (1, "callback 2 is over: expired\n")
    assert ccd("callbacks", "cancel", "9")[::2] == (1, "there is no callback 9\n")


def test_messages_are_listed(filled, ccd):
    (one,) = json.loads(ccd("voicemail", "--json")[1])
    assert (one["box"], one["seconds"], one["heard_by"]) == ("night", 75, "")
    assert "1:15" in ccd("voicemail")[1]


def test_nothing_promised_is_said(database, ccd):
    assert ccd("callbacks")[1] == "no callbacks\n"
    assert ccd("voicemail")[1] == "no messages\n"
