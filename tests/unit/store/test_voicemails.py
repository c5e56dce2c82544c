"""Messages: found once, with the caller's number, heard by somebody."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ccd.callbacks.voicemail import Voicemail, recorded
from ccd.store.voicemails import VoicemailStore
from tests.unit.callbacks.samples import NOW
from tests.unit.store.conftest import running
from tests.unit.store.samples import call


def message(call_id: str = "1.1", seconds: float = 5) -> Voicemail:
    found = recorded(f"night/{call_id}.wav", NOW, seconds)
    assert found
    return found


@pytest.fixture
def voicemails(database):
    return VoicemailStore(database)


async def test_a_message_is_listed_once_with_its_callers_number(voicemails, store):
    async with running(store):
        store.save(call("1.1"))
        store.save(call("1.2", withheld=True))
        await store.flush()
        found = [message("1.1"), message("1.2"), message("1.3")]
        assert await voicemails.put(found) == found
        assert await voicemails.put(found) == ()
    assert {one.call_id: one.number for one in await voicemails.all()} == {
        "1.1": "+79161234567",
        "1.2": "",
        "1.3": "",
    }


async def test_who_heard_it_first_is_remembered(voicemails):
    await voicemails.put([message()])
    (one,) = await voicemails.unheard()
    assert await voicemails.heard(one.message_id, "anna", NOW)
    assert await voicemails.heard(one.message_id, "olga", NOW + timedelta(hours=1))
    assert await voicemails.get(one.message_id) == replace(one, heard_at=NOW, heard_by="anna")
    assert await voicemails.unheard() == []
    assert not await voicemails.heard(999, "anna", NOW)


async def test_a_message_that_went_on_is_new_again(voicemails):
    await voicemails.put([message()])
    await voicemails.heard(1, "anna", NOW)
    await voicemails.put([message(seconds=9)])
    (one,) = await voicemails.unheard()
    assert (one.seconds, one.heard_by) == (9, "")


@pytest.mark.parametrize(
    "file", ["x.wav", "../1.1.wav", "a/b/1.1.wav", "night/1.1.gsm", "night/.wav ", "n t/1.wav"]
)
def test_what_is_no_message_is_left_alone(file):
    assert recorded(file, NOW, 5) is None


async def test_the_messages_since_a_moment(voicemails):
    await voicemails.put([message()])
    assert [one.call_id for one in await voicemails.since(NOW)] == ["1.1"]
    assert await voicemails.since(NOW + timedelta(seconds=1)) == []
