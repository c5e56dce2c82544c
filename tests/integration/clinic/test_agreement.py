"""For every shape of a call, ccd's record agrees with queue_log and the CDR of Asterisk."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.integration.clinic.agreement import disagreements
from tests.integration.clinic.house import PHONES
from tests.integration.clinic.support import Clinic, Dialled, Speaking
from tests.testbed.ami_probe import AmiProbe

pytestmark = pytest.mark.asterisk

DIALLED = "one is dialled in vain, then another, who hangs up"
SHAPES: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "answered, the caller hangs up": ("answers", {"talk": 3}, "answered", "caller"),
    "answered, the agent hangs up": ("ends", {"hangup": "agent"}, "answered", "agent"),
    "abandoned while it rings": ("rings", {"talk": 2}, "abandoned", "caller"),
    "abandoned with nobody there": ("empty", {"talk": 2}, "abandoned", "caller"),
    "operators time out, the doctor answers": ("escalates", {"talk": 5}, "answered", "caller"),
    "one does not answer, another does": ("turns", {"talk": 5}, "answered", "caller"),
    DIALLED: ("dials", {"hangup": "agent"}, "answered", "agent"),
    "abandoned while a dialled phone rings": ("dials", {"talk": 1}, "abandoned", "caller"),
    "put on hold": ("holds", {"talk": 4}, "answered", "caller"),
}
BLIND, ATTENDED = PHONES["answers"][6:8]


async def blind_transfer(clinic: Clinic, probe: AmiProbe) -> Dialled:
    call = await clinic.dial(probe, "answers", talk=4)
    agent = await talking(probe, call)
    action = {"Action": "BlindTransfer", "Channel": agent, "Context": "internal", "Exten": BLIND}
    assert (await probe.action(action))["Response"] == "Success"
    return call


async def attended_transfer(clinic: Clinic, probe: AmiProbe) -> Dialled:
    call = await clinic.dial(probe, "answers", talk=6, kind=Speaking)
    agent = await talking(probe, call)
    action = {"Action": "Atxfer", "Channel": agent, "Context": "internal", "Exten": ATTENDED}
    assert (await probe.action(action))["Response"] == "Success"
    far = await probe.wait(lambda m: m.get("Channel", "").startswith(f"PJSIP/{ATTENDED}-"))
    await probe.event("BridgeEnter", Channel=far["Channel"])
    await probe.action({"Action": "Hangup", "Channel": agent})
    return call


async def talking(probe: AmiProbe, call: Dialled) -> str:
    """The agent's channel, once agent and caller hear each other."""
    connected = await probe.event("AgentConnect", Linkedid=call.call_id)
    for unique_id in (connected["Uniqueid"], connected["DestUniqueid"]):
        await probe.event("BridgeEnter", Uniqueid=unique_id)
    return connected["DestChannel"]


async def test_every_shape_of_a_call_agrees_with_the_books_of_asterisk(clinic, probe):
    calls = [await clinic.dial(probe, rule, **patient) for rule, patient, _, _ in SHAPES.values()]
    blind, attended = await blind_transfer(clinic, probe), await attended_transfer(clinic, probe)
    *usual, after_blind, after_attended = records = await clinic.known(*calls, blind, attended)
    expected = [(how, by) for _, _, how, by in SHAPES.values()]
    assert [(one["disposition"], one["ended_by"]) for one in usual] == expected
    assert {one["ended_by"] for one in (after_blind, after_attended)} == {"caller"}
    assert [one["phone"] for one in (after_blind, after_attended)] == [f"PJSIP/{BLIND}", f"PJSIP/{ATTENDED}"]
    tells_its_way(usual[list(SHAPES).index(DIALLED)])
    held = usual[-1]["segments"][-1]["held"]
    assert held == pytest.approx(1.5, abs=0.3)
    differing = zip([*SHAPES, "blind transfer", "attended transfer"], records, strict=True)
    found = {shape: disagreements(record, clinic.asterisk) for shape, record in differing}
    assert not any(found.values()), found


def tells_its_way(record: Mapping[str, Any]) -> None:
    """The phones that were dialled, and the steps, of which only the first came to an end by itself."""
    stretches = [(one["kind"], one["phone"], one["result"]) for one in record["segments"]]
    answered = ("offered", "PJSIP/138", "answered"), ("talking", "PJSIP/138", "agent")
    assert stretches == [("offered", "PJSIP/128", "missed"), *answered]
    steps = [(one["kind"], one["target"], one["outcome"]) for one in record["path"]]
    assert steps == [("dial", "PJSIP/128", "NOANSWER"), ("dial", "PJSIP/138", "")]
    assert (record["phone"], record["queue"], record["waited"]) == ("PJSIP/138", "", None)


async def test_a_local_channel_as_a_member_of_a_queue(clinic, probe):
    """FreePBX makes its agents so.  The voice makes Asterisk take the Local channel out of the way."""
    call = await clinic.dial(probe, "local", talk=50, kind=Speaking)
    await probe.event("AgentConnect", Linkedid=call.call_id)
    await probe.event("LocalOptimizationEnd")
    await clinic.hang_up(probe, call)
    (record,) = await clinic.known(call)
    assert [one["kind"] for one in record["segments"]] == ["waiting", "offered", "talking"]
    agents_name = {"phones": ({"Local/118@internal"}, {"PJSIP/118"})}
    assert disagreements(record, clinic.asterisk) == agents_name
