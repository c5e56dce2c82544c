"""What keepers ask of Asterisk's queues, and how its answers are understood."""

from typing import Any

import pytest

from ccd.ami.action import encode
from ccd.ami.errors import ActionTimeout, LinkDown
from ccd.ami.queues import AmiQueues
from ccd.calls.ids import Phone, QueueName, UniqueId
from ccd.ports.switchboard import NotHeardError
from ccd.queueing import InLine, Member, RefusedError
from tests.unit.ami.test_snapshot import REFUSED, ok, rows

DOCTOR = QueueName("duty-doctor")
PETROV = Member(phone=Phone("PJSIP/201"), penalty=3)
MEMBER = {
    "Queue": "duty-doctor", "Name": "Petrov", "Location": "PJSIP/201", "StateInterface": "PJSIP/201",
    "Membership": "dynamic", "Penalty": 3, "Status": 1, "Paused": 0,
}  # fmt: skip
ENTRY = {
    "Queue": "duty-doctor", "Position": 1, "Channel": "PJSIP/trunk-1", "Uniqueid": "1.5",
    "CallerIDNum": "+7916", "CallerIDName": "x", "ConnectedLineNum": "unknown",
    "ConnectedLineName": "unknown", "Wait": 12, "Priority": 7,
}  # fmt: skip


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


async def members(*changes: dict[str, Any]) -> list[Member]:
    found = rows(*(("QueueMember", MEMBER | change) for change in changes), ("QueueEntry", ENTRY))
    return await AmiQueues(Asterisk(found)).members(DOCTOR)


async def callers(**changes: Any) -> list[InLine]:
    found = rows(("QueueMember", MEMBER), ("QueueEntry", ENTRY | changes))
    return await AmiQueues(Asterisk(found)).callers(DOCTOR)


async def test_members():
    gone, paused, static, realtime = await members(
        {"Status": 5}, {"Paused": 1}, {"Membership": "static"}, {"Membership": "realtime"}
    )
    assert await members({}) == [PETROV]
    assert not gone.there
    assert not paused.there
    assert not static.removable
    assert not realtime.removable


async def test_callers():
    expected = InLine(unique_id=UniqueId("1.5"), channel="PJSIP/trunk-1", waited=12, priority=7)
    assert await callers() == [expected]


async def test_a_caller_cannot_forge_his_place():
    forged = "7\r\nChannel: PJSIP/other\r\nUniqueid: 6.6\r\nWait: 9999\r\nPriority: 0"
    (one,) = await callers(CallerIDNum=forged)
    assert (one.channel, one.unique_id, one.waited, one.priority) == ("PJSIP/trunk-1", "1.5", 0, None)


async def test_what_is_asked():
    asterisk = Asterisk(ok())
    queues = AmiQueues(asterisk)
    await queues.add(DOCTOR, PETROV, name="Петров", state="")
    await queues.add(DOCTOR, PETROV, name="P", state="hint:201@x")
    await queues.remove(DOCTOR, Phone("PJSIP/201"))
    await queues.penalise(DOCTOR, Phone("PJSIP/201"), 4)
    await queues.prefer(DOCTOR, "PJSIP/trunk-1", 1001)
    add, hint, *others = asterisk.asked
    assert add == {
        "Action": "QueueAdd", "Queue": "duty-doctor", "Interface": "PJSIP/201", "Penalty": "3",
        "MemberName": "Петров", "StateInterface": "PJSIP/201",
    }  # fmt: skip
    assert hint["StateInterface"] == "hint:201@x"
    assert [tuple(one.values()) for one in others] == [
        ("QueueRemove", "duty-doctor", "PJSIP/201"),
        ("QueuePenalty", "duty-doctor", "PJSIP/201", "4"),
        ("QueueChangePriorityCaller", "duty-doctor", "PJSIP/trunk-1", "1001", "yes"),
    ]


@pytest.mark.parametrize("answer", [LinkDown("no link"), ActionTimeout("late")])
async def test_no_answer(answer):
    with pytest.raises(NotHeardError):
        await AmiQueues(Asterisk(answer)).members(DOCTOR)
    with pytest.raises(NotHeardError):
        await AmiQueues(Asterisk(answer)).remove(DOCTOR, Phone("x"))


async def test_a_refusal():
    with pytest.raises(RefusedError, match="Permission denied"):
        await AmiQueues(Asterisk(REFUSED)).remove(DOCTOR, Phone("x"))
    with pytest.raises(NotHeardError):
        await AmiQueues(Asterisk(REFUSED)).members(DOCTOR)
