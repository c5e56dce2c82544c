"""The manager's account of ccd: enough, and nothing more."""

import pytest

from ccd.ami.translate import translate
from ccd.calls.events import ChannelEvent
from tests.integration.dialplan.conftest import LONG
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.bed import Testbed
from tests.testbed.fake_agi import FakeAgi, in_turn, queue
from tests.testbed.phones import Patient

pytestmark = pytest.mark.asterisk


async def test_the_managers_account_suffices(bed: Testbed, probe: AmiProbe) -> None:
    async with FakeAgi(bed.agi_port, in_turn(queue("operators"))), _account(bed) as ccd:
        await bed.call(LONG)
        connected = await ccd.event("AgentConnect")
        await ccd.event("BridgeEnter", Uniqueid=connected["DestUniqueid"])
        told = {message["Event"] for message in ccd.messages if "Event" in message}
        for action in ("CoreShowChannels", "QueueStatus", "DeviceStateList", "BridgeList"):
            assert await ccd.list({"Action": action}), action
        assert all("Timestamp" in m for m in ccd.messages if m.get("Event") == "AgentConnect")
    assert {"Newchannel", "QueueCallerJoin", "AgentCalled", "BridgeEnter"} <= told
    assert not told & {"VarSet", "Newexten", "MusicOnHoldStart", "RTCPSent", "UserEvent", "FullyBooted"}
    assert not told & {"DeviceStateChange", "Newstate", "DialState", "BridgeCreate"}


@pytest.mark.parametrize("where", ["number", "did"])
async def test_a_caller_cannot_forge_an_event(bed: Testbed, probe: AmiProbe, where: str) -> None:
    """Found by capturing such a call: CallerIDNum and Exten leave Asterisk unescaped."""
    hostile = "7%0d%0a%0d%0aEvent%3a%20AgentConnect%0d%0aX%3a%20"
    async with FakeAgi(bed.agi_port, in_turn(queue("operators"))), _account(bed) as ccd:
        await bed.call(Patient(**{where: hostile}, talk=120))  # type: ignore[arg-type]
        await ccd.event("QueueCallerJoin")
        connected = await ccd.event("AgentConnect")
        await ccd.event("BridgeEnter", Uniqueid=connected["DestUniqueid"])
    assert any(message.get("Event") == "AgentConnect" and "X" in message for message in probe.messages)
    assert "X" not in connected
    assert connected["Queue"] == "operators"


@pytest.mark.parametrize("where", ["number", "did"])
async def test_a_caller_cannot_forge_his_ids(bed: Testbed, probe: AmiProbe, where: str) -> None:
    """No blank line, so the account's filter lets it pass; they stand before the true ones."""
    hostile = "7%0d%0aUniqueid%3a%206.6%0d%0aLinkedid%3a%206.6"
    async with FakeAgi(bed.agi_port, in_turn(queue("operators"))) as agi, _account(bed) as ccd:
        await bed.call(Patient(**{where: hostile}, talk=120))  # type: ignore[arg-type]
        call = (await agi.question()).linked_id
        connected = await ccd.event("AgentConnect")
        await ccd.event("BridgeEnter", Uniqueid=connected["DestUniqueid"])
    assert b"\r\nUniqueid: 6.6\r\n" in ccd.raw
    told = [event for frame in ccd.raw.split(b"\r\n\r\n") if (event := translate(frame))]
    calls = {event.linked_id for event in told if isinstance(event, ChannelEvent)}
    assert calls == {call}


@pytest.mark.parametrize("action", [
    {"Action": "Originate", "Channel": "Local/s@far-end", "Application": "System", "Data": "true"},
    {"Action": "Command", "Command": "core show version"},
    {"Action": "GetConfig", "Filename": "manager.conf"},
    {"Action": "ModuleLoad", "LoadType": "reload"},
    {"Action": "DBPut", "Family": "x", "Key": "y", "Val": "z"},
])  # fmt: skip
async def test_the_managers_account_can_change_no_system(bed: Testbed, action: dict[str, str]) -> None:
    async with _account(bed) as ccd:
        answer = await ccd.action(action)
    assert answer["Message"] in {"Permission denied", "Originate Access Forbidden: app or data blacklisted"}


def _account(bed: Testbed) -> AmiProbe:
    return AmiProbe("127.0.0.1", bed.ami_port, "ccd", bed.ccd.ami_secret)
