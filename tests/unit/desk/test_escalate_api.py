"""An operator sends the caller to the duty doctor: only out of a talk, never without what was noted."""

import asyncio
from typing import Any

import pytest

from ccd.ports.switchboard import NoCallError, NotBegunError, NotHeardError
from tests.unit.desk.samples import MARIA, Story, caller

STORY = Story(who=caller(MARIA))
ESCALATE = f"/api/calls/{STORY.call_id}/escalate"


async def talking(house: Any) -> None:
    await house.sign_in()
    house.archive.records = [STORY.talking().record]
    house.hub.show(STORY.talking())


async def test_the_note_is_saved_and_the_caller_goes(house):
    await talking(house)
    status, answer = await house.call("POST", ESCALATE, {"topic": "advice", "note": "Боль в груди"})
    assert (status, answer) == (200, {"escalated": True})
    assert house.escalation.sent == [(STORY.call_id, "PJSIP/101")]
    assert [(note.topic, note.note) for note in house.archive.notes] == [("advice", "Боль в груди")]
    await house.trail.flush()
    assert "escalate" in [entry.action for entry in house.audit.entries]


async def test_without_words_he_goes_all_the_same(house):
    await talking(house)
    assert (await house.call("POST", ESCALATE, {"topic": "", "note": ""}))[0] == 200
    assert not house.archive.notes


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NoCallError("over"), 409, "error.not_talking"),
        (NotBegunError("no rights"), 503, "error.not_escalated"),
        (NotHeardError("silence"), 503, "error.not_escalated"),
    ],
)
async def test_what_asterisk_refuses_is_said(house, error, status, code):
    await talking(house)
    house.escalation.error = error
    got, answer = await house.call("POST", ESCALATE, {"topic": "", "note": ""})
    assert (got, answer["error"]["code"]) == (status, code)


async def test_only_who_talks_with_the_caller_may(house):
    await house.sign_in()
    assert (await house.call("POST", ESCALATE, {}))[0] == 409
    house.hub.show(STORY.ringing())
    assert (await house.call("POST", ESCALATE, {}))[0] == 409
    assert house.escalation.sent == []


async def test_a_wrong_topic_sends_nobody(house):
    await talking(house)
    assert (await house.call("POST", ESCALATE, {"topic": "none such", "note": ""}))[0] == 422
    assert house.escalation.sent == []


async def test_a_talk_that_ended_while_the_note_was_saved_is_left_alone(house, monkeypatch):
    await talking(house)
    annotate = house.archive.annotate

    async def slow(note: Any) -> Any:
        house.hub.show(STORY.ended())
        return await annotate(note)

    monkeypatch.setattr(house.archive, "annotate", slow)
    status, answer = await house.call("POST", ESCALATE, {"topic": "advice", "note": ""})
    assert (status, answer["error"]["code"]) == (409, "error.not_talking")
    assert house.escalation.sent == []
    assert len(house.archive.notes) == 1


async def test_a_caller_on_the_way_is_not_sent_again(house, monkeypatch):
    await talking(house)
    begun, go_on, escalate = asyncio.Event(), asyncio.Event(), house.escalation.escalate

    async def slow(*given: Any) -> None:
        begun.set()
        await go_on.wait()
        await escalate(*given)

    monkeypatch.setattr(house.escalation, "escalate", slow)
    first = asyncio.create_task(house.call("POST", ESCALATE, {}))
    async with asyncio.timeout(10):
        await begun.wait()
        assert (await house.call("POST", ESCALATE, {}))[0] == 409
        go_on.set()
        assert (await first)[0] == 200
    assert len(house.escalation.sent) == 1
