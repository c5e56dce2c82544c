"""For every shape of a call, ccd's record agrees with queue_log and the CDR of Asterisk."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest

from tests.integration.clinic.agreement import Differences, disagreements
from tests.integration.clinic.house import PHONES
from tests.integration.clinic.support import Clinic, Dialled, Speaking, bridged, talking
from tests.testbed.ami_probe import AmiProbe, Message

pytestmark = pytest.mark.asterisk

Moment = Callable[[AmiProbe, Dialled], Awaitable[Any]]
"""Returns when the caller may hang up."""


def after(event: str) -> Moment:
    return lambda probe, call: probe.event(event, Linkedid=call.call_id)


async def with_the_doctor(probe: AmiProbe, call: Dialled) -> None:
    await talking(probe, call, Queue="duty-doctor")


DIALLED = "one is dialled in vain, then another, who hangs up"
SHAPES: dict[str, tuple[str, Moment | None, str]] = {
    "answered, the caller hangs up": ("answers", talking, "answered"),
    "answered, the agent hangs up": ("ends", None, "answered"),
    "abandoned while it rings": ("rings", after("AgentCalled"), "abandoned"),
    "abandoned with nobody there": ("empty", after("QueueCallerJoin"), "abandoned"),
    "operators time out, the doctor answers": ("escalates", with_the_doctor, "answered"),
    "one does not answer, another does": ("turns", talking, "answered"),
    DIALLED: ("dials", None, "answered"),
    "abandoned while a dialled phone rings": ("dialled", after("DialBegin"), "abandoned"),
    "put on hold": ("holds", after("Unhold"), "answered"),
}
"""The rule; when the caller hangs up, None: the agent does; how it ended."""
BLIND, ATTENDED = PHONES["answers"][6:8]


async def blind_transfer(clinic: Clinic, probe: AmiProbe) -> Dialled:
    call = await clinic.dial(probe, "answers")
    agent = (await talking(probe, call))["DestChannel"]
    action = {"Action": "BlindTransfer", "Channel": agent, "Context": "internal", "Exten": BLIND}
    assert (await probe.action(action))["Response"] == "Success"
    far = await probe.wait(lambda m: m.get("Channel", "").startswith(f"PJSIP/{BLIND}-"))
    await bridged(probe, call, far["Uniqueid"])
    return call


async def attended_transfer(clinic: Clinic, probe: AmiProbe) -> Dialled:
    call = await clinic.dial(probe, "answers", kind=Speaking)
    agent = (await talking(probe, call))["DestChannel"]
    far = await consulted(probe, agent)
    await probe.event("BridgeEnter", Channel=far["Channel"])
    await probe.action({"Action": "Hangup", "Channel": agent})
    await probe.event("AttendedTransfer", OrigTransfererChannel=agent)
    await probe.event("LocalOptimizationEnd")
    return call


async def consulted(probe: AmiProbe, agent: str) -> Message:
    """The colleague's channel, once his phone rings.

    Asterisk puts the keys into the agent's channel, which loses them now and then while it still joins
    its bridge: so they are pressed until it heard them.
    """
    action = {"Action": "Atxfer", "Channel": agent, "Context": "internal", "Exten": ATTENDED}
    while True:
        assert (await probe.action(action))["Response"] == "Success"
        with suppress(TimeoutError):
            return await probe.wait(
                lambda m: m.get("Channel", "").startswith(f"PJSIP/{ATTENDED}-"), seconds=10
            )


async def test_every_shape_of_a_call_agrees_with_the_books_of_asterisk(clinic, probe):
    calls = [await clinic.dial(probe, rule) for rule, _, _ in SHAPES.values()]
    for call, (_, moment, _) in zip(calls, SHAPES.values(), strict=True):
        if moment:
            await moment(probe, call)
            await clinic.hang_up(probe, call)
    blind, attended = await blind_transfer(clinic, probe), await attended_transfer(clinic, probe)
    await clinic.hang_up(probe, blind, attended)
    *usual, after_blind, after_attended = records = await clinic.known(*calls, blind, attended)
    expected = [(how, "caller" if moment else "agent") for _, moment, how in SHAPES.values()]
    assert [(one["disposition"], one["ended_by"]) for one in usual] == expected
    assert {one["ended_by"] for one in (after_blind, after_attended)} == {"caller"}
    assert [one["phone"] for one in (after_blind, after_attended)] == [f"PJSIP/{BLIND}", f"PJSIP/{ATTENDED}"]
    tells_its_way(usual[list(SHAPES).index(DIALLED)])
    assert usual[-1]["segments"][-1]["held"] == pytest.approx(await held(probe, calls[-1]), abs=0.01)
    differing = zip([*SHAPES, "blind transfer", "attended transfer"], records, strict=True)
    found = {shape: await disagreements(record, clinic.asterisk) for shape, record in differing}
    assert not any(found.values()), found


async def held(probe: AmiProbe, call: Dialled) -> float:
    """For how many seconds the caller was, by Asterisk's clock."""
    said = [await probe.event(name, Linkedid=call.call_id) for name in ("Hold", "Unhold")]
    began, over = (float(one["Timestamp"]) for one in said)
    return over - began


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
    call = await clinic.dial(probe, "local", kind=Speaking)
    await probe.event("AgentConnect", Linkedid=call.call_id)
    await probe.event("LocalOptimizationEnd")
    await clinic.hang_up(probe, call)
    (record,) = await clinic.known(call)
    assert [one["kind"] for one in record["segments"]] == ["waiting", "offered", "talking"]
    agents_name: Differences = {"phones": ({"Local/118@internal"}, {"PJSIP/118"})}
    assert not await disagreements(record, clinic.asterisk, but=agents_name)
