"""An operator passes the caller on: to the duty doctor, and back when no doctor answers."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.integration.clinic.agreement import disagreements
from tests.integration.clinic.desks import desk_of
from tests.integration.clinic.support import Clinic, Dialled, bridged, talking
from tests.testbed.ami_probe import AmiProbe

pytestmark = pytest.mark.asterisk

DOCTOR = "PJSIP/201"


def path(record) -> list[tuple[str, str, str]]:
    return [(step["kind"], step["target"], step["outcome"]) for step in record["path"]]


def talks(record) -> list[str]:
    return [one["phone"] for one in record["segments"] if one["kind"] == "talking"]


@pytest.fixture
async def no_doctor(clinic: Clinic, probe: AmiProbe) -> AsyncIterator[None]:
    """The one doctor has gone for a break."""
    pause = {"Action": "QueuePause", "Interface": DOCTOR, "Queue": "duty-doctor"}
    await probe.action(pause | {"Paused": "true"})
    yield
    await probe.action(pause | {"Paused": "false"})


async def escalate(clinic: Clinic, probe: AmiProbe, call: Dialled) -> tuple[int, str]:
    """The operator who talks with this caller presses the button at the desk; the answer's status."""
    connected = await talking(probe, call)
    await clinic.saved(call, "connected")
    phone = connected["Interface"]
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        await desk_of(clinic, phone, session)
        address = f"http://127.0.0.1:{clinic.ccd.http_port}/api/calls/{call.call_id}/escalate"
        async with session.post(address, json={"topic": "", "note": "Chest pain"}) as answer:
            return answer.status, phone


async def test_from_the_desk_to_the_doctor_with_a_note(clinic, probe):
    call = await clinic.dial(probe, "answers")
    status, operator = await escalate(clinic, probe, call)
    assert status == 200
    await talking(probe, call, Queue="duty-doctor")
    await clinic.hang_up(probe, call)
    (record,) = await clinic.known(call)
    assert talks(record) == [operator, DOCTOR]
    assert path(record) == [("queue", "answers", "REDIRECTED"), ("queue", "duty-doctor", "")]
    assert (record["note"], record["ended_by"], record["rule"]) == ("Chest pain", "caller", "answers")
    assert not await disagreements(record, clinic.asterisk)


@pytest.mark.usefixtures("no_doctor")
async def test_from_the_desk_and_back_when_no_doctor_answers(clinic, probe):
    call = await clinic.dial(probe, "answers")
    status, operator = await escalate(clinic, probe, call)
    assert status == 200
    rung = await probe.event(
        "DialBegin", DialString=f"{operator.removeprefix('PJSIP/')}", Linkedid=call.call_id
    )
    await bridged(probe, call, rung["DestUniqueid"])
    await clinic.hang_up(probe, call)
    (record,) = await clinic.known(call)
    assert talks(record) == [operator, operator]
    assert [step[:2] for step in path(record)] == [
        ("queue", "answers"),
        ("queue", "duty-doctor"),
        ("dial", operator),
    ]
    assert record["disposition"] == "answered"


async def test_by_a_phones_feature_code(clinic, probe):
    call = await clinic.dial(probe, "passes")
    connected = await talking(probe, call)
    await probe.action(
        {"Action": "SendText", "Channel": connected["DestChannel"], "Message": "pass the caller on"}
    )
    await talking(probe, call, Queue="duty-doctor")
    await clinic.hang_up(probe, call)
    (record,) = await clinic.known(call)
    assert talks(record) == [connected["Interface"], DOCTOR]
    assert path(record) == [("queue", "passes", "ESCALATE"), ("queue", "duty-doctor", "")]
