"""What is alive, as asked."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from ccd.ami.errors import ActionRefused
from ccd.ami.message import Message
from ccd.ami.snapshot import take_snapshot
from ccd.calls.book import CallBook
from ccd.calls.events import Resynchronised
from ccd.calls.ids import NOBODY_DIALS, LinkedId, Phone, QueueName, UniqueId
from ccd.calls.snapshot import ChannelNow, MemberNow, WaitingNow
from tests.unit.ami.samples import CHANNEL, body

ROW = {
    **CHANNEL,
    "CallerIDName": r"O\'Brien",
    "Application": "Queue",
    "ApplicationData": "operators,t",
    "Duration": "100:01:02",
    "BridgeId": "b",
}
MEMBER = {"Queue": "operators", "Name": r"O\'Brien", "Location": "PJSIP/101", "Paused": 1}
ENTRY = {"Queue": "operators", "Position": 1, "Uniqueid": "1.5", "CallerIDName": "x", "Wait": 12}
REFUSED = Message({"Response": "Error", "Message": "Permission denied"})


def ok(**headers: object) -> Message:
    return Message.from_frame(b"Response: Success" + body("", **headers).removeprefix(b"Event: "))


def rows(*found: tuple[str, Mapping[str, object]]) -> list[Message]:
    return [ok(EventList="start"), *(Message.from_frame(body(name, **headers)) for name, headers in found)]


class Asterisk:
    """Answers by action."""

    def __init__(self, **answers: Any) -> None:
        self.answers = {
            "CoreShowChannels": rows(("CoreShowChannel", ROW), ("CoreShowChannelsComplete", {})),
            "QueueStatus": rows(
                ("QueueParams", {"Queue": "x"}), ("QueueMember", MEMBER), ("QueueEntry", ENTRY)
            ),
            **answers,
        }

    async def __call__(self, fields: Mapping[str, str]) -> Any:
        return self.answers[fields["Action"]]


async def test_everything_alive_is_in_it():
    before = datetime.now(UTC)
    snapshot = await take_snapshot(Asterisk())
    assert before <= snapshot.at <= datetime.now(UTC)
    assert snapshot.channels == (
        ChannelNow(
            unique_id=UniqueId("1795281484.0"),
            linked_id=LinkedId("1795281484.0"),
            channel="PJSIP/trunk-00000000",
            caller_number="+79161234567",
            caller_name="O'Brien",
            called_number="74951234567",
            context="ccd-inbound",
            bridge="b",
            age=100 * 3600 + 62,
        ),
    )
    assert snapshot.waiting == (
        WaitingNow(queue=QueueName("operators"), unique_id=UniqueId("1.5"), waited=12),
    )
    assert snapshot.queues == ("x",)
    queue, phone = QueueName("operators"), Phone("PJSIP/101")
    assert snapshot.members == (MemberNow(queue=queue, phone=phone, name=r"O\'Brien", paused=True),)


@pytest.mark.parametrize("place", ["default", "do-queue", "ask", "s", "<unknown>"])
async def test_where_a_caller_is_in_the_dialplan_is_no_number_that_was_called(place):
    row = {**ROW, "Context": "ccd", "Exten": place}
    alive = rows(("CoreShowChannel", row), ("CoreShowChannelsComplete", {}))
    snapshot = await take_snapshot(Asterisk(CoreShowChannels=alive))
    assert [one.called_number for one in snapshot.channels] == [""]


def test_every_extension_of_the_dialplan_is_known_as_one():
    text = (Path(__file__).parents[3] / "dialplan/ccd-extensions.conf").read_text()
    named = set(re.findall(r"^exten => ([^_,]+),1,", text, re.MULTILINE))
    assert named <= NOBODY_DIALS
    assert "do-queue" in named


async def test_a_wait_that_no_time_can_hold_is_none():
    found = rows(("QueueEntry", {**ENTRY, "Wait": "9" * 15}))
    snapshot = await take_snapshot(Asterisk(QueueStatus=found))
    assert [one.waited for one in snapshot.waiting] == [0]
    list(CallBook().apply(Resynchronised(at=snapshot.at, snapshot=snapshot)))


async def test_its_moment_is_before_the_question():
    """A channel born after it may be missing in the list."""
    asked: list[datetime] = []

    class Slow(Asterisk):
        async def __call__(self, fields: Mapping[str, str]) -> Any:
            asked.append(datetime.now(UTC))
            return await super().__call__(fields)

    assert (await take_snapshot(Slow())).at <= asked[0]


@pytest.mark.parametrize("action", ["CoreShowChannels", "QueueStatus"])
async def test_missing_rights_are_named(action: str):
    with pytest.raises(ActionRefused, match=f"{action}: Permission denied"):
        await take_snapshot(Asterisk(**{action: REFUSED}))


@pytest.mark.parametrize("broken", [
    {"CallerIDNum": "7916\r\nUniqueid: 6.6"},
    {"ApplicationData": "x\r\nUniqueid: 6.6\r\nLinkedid: 6.6"},
    *({missing: ""} for missing in ("Uniqueid", "Linkedid", "Channel")),
])  # fmt: skip
async def test_a_row_that_its_caller_broke_costs_the_others_nothing(broken: dict[str, str]):
    other = {**ROW, "Uniqueid": "1.7", "Linkedid": "1.7"}
    found = rows(("CoreShowChannel", {**ROW, **broken}), ("CoreShowChannel", other))
    with capture_logs() as logs:
        snapshot = await take_snapshot(Asterisk(CoreShowChannels=found))
    assert [channel.unique_id for channel in snapshot.channels] == ["1.7"]
    assert [log["event"] for log in logs] == ["ami_row_unusable"]


@pytest.mark.parametrize(("status", "reachable"), [("1", True), ("4", False), ("5", False)])
async def test_a_member_whose_phone_is_gone_cannot_be_reached(status: str, reachable: bool):
    found = rows(("QueueMember", {**MEMBER, "Status": status}))
    assert (await take_snapshot(Asterisk(QueueStatus=found))).members[0].reachable is reachable


@pytest.mark.parametrize("duration", ["", "1:2", "a:b:c", "-1:00:00", "9" * 5_000 + ":00:00"])
async def test_an_age_that_is_none_is_zero(duration: str):
    listed = rows(("CoreShowChannel", {**ROW, "Duration": duration}))
    assert (await take_snapshot(Asterisk(CoreShowChannels=listed))).channels[0].age == 0
