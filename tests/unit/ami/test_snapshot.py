"""What is alive, as asked."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from ccd.ami.errors import ActionRefused, ProtocolError
from ccd.ami.message import Message
from ccd.ami.snapshot import take_snapshot
from ccd.calls.ids import LinkedId, Phone, QueueName, UniqueId
from ccd.calls.snapshot import ChannelNow, MemberNow, WaitingNow
from tests.unit.ami.samples import CHANNEL, body

CORE = {"CoreStartupDate": "2026-11-21", "CoreStartupTime": "20:17:28"}
ZONE = {"Variable": "STRFTIME(1795281448,,%z)", "Value": "+0300"}
ROW = {**CHANNEL, "CallerIDName": r"O\'Brien", "BridgeId": "b", "Duration": "100:01:02"}
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
        self.asked: list[Mapping[str, str]] = []
        self.answers = {
            "CoreStatus": ok(**CORE),
            "GetVar": ok(**ZONE),
            "CoreShowChannels": rows(("CoreShowChannel", ROW), ("CoreShowChannelsComplete", {})),
            "QueueStatus": rows(
                ("QueueParams", {"Queue": "x"}), ("QueueMember", MEMBER), ("QueueEntry", ENTRY)
            ),
            **answers,
        }

    async def __call__(self, fields: Mapping[str, str]) -> Any:
        self.asked.append(fields)
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
    queue, phone = QueueName("operators"), Phone("PJSIP/101")
    assert snapshot.members == (MemberNow(queue=queue, phone=phone, name=r"O\'Brien", paused=True),)


async def test_the_start_is_told_by_asterisk_s_own_zone_at_that_moment():
    asterisk = Asterisk()
    snapshot = await take_snapshot(asterisk)
    assert snapshot.asterisk_started == datetime(2026, 11, 21, 17, 17, 28, tzinfo=UTC)
    assert asterisk.asked[1]["Variable"] == "STRFTIME(1795292248,,%z)"


@pytest.mark.parametrize("zone", [REFUSED, ok(Variable="x", Value=""), ok(Variable="x", Value="MSK")])
async def test_without_asterisk_s_zone_ccd_s_own_is_taken(zone: Message):
    with capture_logs() as logs:
        snapshot = await take_snapshot(Asterisk(GetVar=zone))
    assert snapshot.asterisk_started == datetime(2026, 11, 21, 20, 17, 28).astimezone(UTC)
    assert [log["event"] for log in logs] == ["ami_zone_unknown"]


@pytest.mark.parametrize("action", ["CoreStatus", "CoreShowChannels", "QueueStatus"])
async def test_missing_rights_are_named(action: str):
    with pytest.raises(ActionRefused, match=f"{action}: Permission denied"):
        await take_snapshot(Asterisk(**{action: REFUSED}))


@pytest.mark.parametrize("missing", ["Uniqueid", "Linkedid", "Channel"])
async def test_a_channel_without_its_name_makes_the_whole_snapshot_unbelievable(missing: str):
    row = {key: value for key, value in ROW.items() if key != missing}
    with pytest.raises(ProtocolError):
        await take_snapshot(Asterisk(CoreShowChannels=rows(("CoreShowChannel", row))))


@pytest.mark.parametrize("core", [{}, {**CORE, "CoreStartupTime": "soon"}])
async def test_a_start_that_is_no_time_is_unbelievable(core: dict[str, str]):
    with pytest.raises(ProtocolError):
        await take_snapshot(Asterisk(CoreStatus=ok(**core)))


@pytest.mark.parametrize("duration", ["", "1:2", "a:b:c", "-1:00:00", "9" * 5_000 + ":00:00"])
async def test_an_age_that_is_none_is_zero(duration: str):
    listed = rows(("CoreShowChannel", {**ROW, "Duration": duration}))
    assert (await take_snapshot(Asterisk(CoreShowChannels=listed))).channels[0].age == 0
