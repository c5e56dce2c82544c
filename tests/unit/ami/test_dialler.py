"""What is asked of Asterisk to call a patient back, and how its answers are understood."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ccd.ami.action import encode
from ccd.ami.dialler import Dialler
from ccd.ami.errors import ActionRefused, ActionTimeout, LinkDown
from ccd.ami.message import Message
from ccd.callbacks.promise import Standing
from ccd.callbacks.turn import Line
from ccd.calls.ids import LinkedId, QueueName, UniqueId
from ccd.ports.switchboard import NotBegunError, NotHeardError
from tests.unit.ami.test_snapshot import REFUSED, ok, rows
from tests.unit.callbacks.samples import NOW, promise

OPERATORS = QueueName("operators")
CALLING = promise(promise_id=7, state=Standing.CALLING, attempts=2, last_attempt_at=NOW)
MEMBER = {"Queue": "operators", "Paused": 0, "Status": 1, "LastCall": 0, "Wrapuptime": 0}


class Asterisk:
    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[Any] = []

    async def __call__(self, action: Any) -> Any:
        encode(action)
        self.asked.append(action)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def dialler(answer: Any, trunk: str = "PJSIP/+{number}@trunk") -> tuple[Dialler, Any]:
    asterisk = Asterisk(answer)
    return Dialler(asterisk, trunk), asterisk


async def line(*found: Any, since: Any = lambda _leg: None) -> Line:
    lines = await dialler(rows(*found))[0].lines([OPERATORS], since)
    return lines[OPERATORS]


async def test_the_patient_is_called_by_the_trunk_and_sees_the_number_he_knows():
    ours, asterisk = dialler(ok())
    await ours.call(CALLING)
    (action,) = asterisk.asked
    assert action["Channel"] == "PJSIP/+79161234567@trunk"
    assert action["ChannelId"] == CALLING.attempt_id
    assert (action["Context"], action["CallerID"], action["Async"]) == (
        "ccd-callback",
        "74951234567",
        "true",
    )
    assert action["Variable"] == "CCD_CALLBACK=7,CCD_CALLER=+79161234567,CCD_DID=74951234567"


async def test_a_trunk_that_wants_no_plus():
    ours, asterisk = dialler(ok(), "PJSIP/{number}@trunk")
    await ours.call(CALLING)
    assert asterisk.asked[0]["Channel"] == "PJSIP/79161234567@trunk"


async def test_a_called_number_cannot_add_a_variable():
    ours, asterisk = dialler(ok())
    await ours.call(promise(promise_id=7, called_number="7,CCD_AGI=agi://evil\r\nAction: Hangup"))
    assert asterisk.asked[0]["Variable"].count(",") == 2
    assert asterisk.asked[0]["CallerID"] == "7CCD_AGIagievilActionHangup"


@pytest.mark.parametrize("answer", [REFUSED, LinkDown("no link"), ActionRefused("no")])
async def test_a_refused_call_was_not_begun(answer):
    with pytest.raises(NotBegunError):
        await dialler(answer)[0].call(CALLING)


async def test_without_a_trunk_nobody_is_called():
    with pytest.raises(NotBegunError, match="trunk"):
        await dialler(ok(), "")[0].call(CALLING)


async def test_an_answer_that_does_not_come_leaves_open_whether_it_was():
    with pytest.raises(NotHeardError):
        await dialler(ActionTimeout("late"))[0].call(CALLING)


@pytest.mark.parametrize(
    ("answer", "there"),
    [
        (rows(("Status", {"Uniqueid": CALLING.attempt_id}), ("StatusComplete", {})), True),
        (Message({"Response": "Error", "Message": "No such channel"}), False),
    ],
)
async def test_a_channel_is_there_or_not(answer, there):
    assert await dialler(answer)[0].alive(LinkedId("x")) is there


async def test_whether_a_channel_is_there_may_be_unknown():
    with pytest.raises(NotHeardError):
        await dialler(REFUSED)[0].alive(LinkedId("x"))


async def test_members_who_can_take_a_call_are_free():
    just_now = int(datetime.now(UTC).timestamp())
    found = await line(
        ("QueueMember", MEMBER),
        ("QueueMember", MEMBER | {"Paused": 1}),
        ("QueueMember", MEMBER | {"Status": 2}),
        ("QueueMember", MEMBER | {"Status": 5}),
        ("QueueMember", MEMBER | {"LastCall": just_now, "Wrapuptime": 60}),
        ("QueueMember", MEMBER | {"LastCall": just_now - 61, "Wrapuptime": 60}),
    )
    assert (found.on_duty, found.free) == (4, 2)


async def test_who_waits_since_when():
    known = datetime.now(UTC) - timedelta(hours=1)
    entry = {"Queue": "operators", "Uniqueid": "1.5", "Wait": 30, "Priority": 3}
    found = await line(
        ("QueueEntry", entry), ("QueueEntry", entry | {"Uniqueid": "1.6"}), since={UniqueId("1.5"): known}.get
    )
    assert [one.priority for one in found.waiting] == [3, 3]
    assert found.waiting[0].since == known
    assert timedelta(seconds=29) < datetime.now(UTC) - found.waiting[1].since < timedelta(seconds=60)
