"""What a wait does beside waiting, and what those see who are rung."""

import json
from collections.abc import AsyncIterator

import pytest

from tests.integration.clinic.support import until
from tests.integration.routing.premises import LINE, RUNGS, Premises
from tests.integration.routing.steps import (
    ANSWERS_TOO,
    OUTSIDE,
    PEOPLE,
    PLANS,
    RINGS_TOO,
    SHOWN,
    WAITS,
)
from tests.testbed.ami_probe import AmiProbe, Message
from tests.testbed.phones import Patient

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(180)]

NUMBERS = {name: str(number) for number, name in enumerate(WAITS, 74955000001)}
CALLERS = {name: f"+7918{did[-7:]}" for name, did in NUMBERS.items()}


@pytest.fixture
async def clinic(premises: Premises) -> AsyncIterator[Premises]:
    rules = [
        {"name": name, "when": {"called": NUMBERS[name]}, "steps": steps} for name, steps in WAITS.items()
    ]
    routing = {"people": PEOPLE, "plans": PLANS, "dial": {"trunk": premises.trunk}, "rules": rules}
    if not premises.runs(routing):
        await premises.run(routing)
    yield premises
    await premises.quiet()


async def call(clinic: Premises, probe: AmiProbe, name: str) -> Message:
    """A patient dials the number of this rule; the birth of the call's channel."""
    await clinic.call(Patient(number=CALLERS[name], did=NUMBERS[name], talk=120))
    return await probe.event("Newchannel", Context="from-trunk", Exten=NUMBERS[name])


@pytest.mark.parametrize("name", ["music", "dial, music"])
async def test_hears_the_music_that_is_written(clinic: Premises, probe: AmiProbe, name: str) -> None:
    born = await call(clinic, probe, name)
    assert (await probe.event("MusicOnHoldStart", Uniqueid=born["Uniqueid"]))["Class"] == "calm"


async def test_the_higher_priority_is_next(clinic: Premises, probe: AmiProbe) -> None:
    calls = {}
    for name in ("low", "high"):
        calls[name] = (await call(clinic, probe, name))["Linkedid"]
        await probe.event("QueueCallerJoin", Linkedid=calls[name])
    await probe.action({"Action": "QueueAdd", "Queue": LINE, "Interface": ANSWERS_TOO})
    try:
        assert (await probe.event("AgentConnect", Queue=LINE))["Linkedid"] == calls["high"]
    finally:
        await probe.action({"Action": "QueueRemove", "Queue": LINE, "Interface": ANSWERS_TOO})


async def test_an_announcement_costs_nobody_the_place(clinic: Premises, probe: AmiProbe) -> None:
    first = await call(clinic, probe, "announced")
    await probe.event("QueueCallerJoin", Linkedid=first["Linkedid"], Position="1")
    second = await call(clinic, probe, "low")
    await probe.event("QueueCallerJoin", Linkedid=second["Linkedid"], Position="2")
    since = len(probe.messages)
    again = await probe.event("QueueCallerJoin", since=since, seconds=60, Linkedid=first["Linkedid"])
    assert (again["Position"], again["Count"]) == ("1", "2")
    await clinic.quiet()
    await until(
        lambda: clinic.rows("state = 'ended' AND call_id = ?", first["Linkedid"]), "the record is final"
    )
    (row,) = clinic.rows("call_id = ?", first["Linkedid"])
    path = [(one["kind"], one["target"], one["outcome"]) for one in json.loads(row["path"])]
    assert path == [("queue", LINE, "TIMEOUT"), ("play", "ccd/hello", "PLAYED"), ("queue", LINE, "")]


async def test_the_second_ring_of_skill_is_rung_later(clinic: Premises, probe: AmiProbe) -> None:
    """Also while one of the first ring is there, and does not answer."""
    born = await call(clinic, probe, "widening")
    joined = await probe.event("QueueCallerJoin", Linkedid=born["Linkedid"])
    connected = await probe.event("AgentConnect", Linkedid=born["Linkedid"], Queue=RUNGS)
    rung = [one for one in probe.messages if one.get("Event") == "AgentCalled" and one["Queue"] == RUNGS]
    assert (rung[0]["Interface"], connected["Interface"]) == ("PJSIP/129", ANSWERS_TOO)
    begun = [float(one["Timestamp"]) for one in rung if one["Interface"] == ANSWERS_TOO]
    assert min(begun) - float(joined["Timestamp"]) >= 2


@pytest.mark.parametrize(("name", "shown"), [("shown", SHOWN), ("kept", CALLERS["kept"])])
async def test_whoever_is_dialled_sees_the_number_that_is_written(
    clinic: Premises, probe: AmiProbe, name: str, shown: str
) -> None:
    born = await call(clinic, probe, name)
    await probe.event("DialEnd", Linkedid=born["Linkedid"], DialStatus="ANSWER")
    theirs = [message for message in clinic.phones["answers"].received() if OUTSIDE[1:].encode() in message]
    invite = [message for message in theirs if message.startswith(b"INVITE")][-1]
    (sender,) = [line for line in invite.splitlines() if line.startswith(b"From:")]
    assert b"<sip:%s@" % shown.encode() in sender


async def test_a_person_is_rung_at_the_desk_and_outside(clinic: Premises, probe: AmiProbe) -> None:
    born = await call(clinic, probe, "person")
    ended = await probe.event("DialEnd", Linkedid=born["Linkedid"], DialStatus="ANSWER")
    assert ended["DestChannel"].startswith("PJSIP/trunk-")
    rung = [one["DestChannel"] for one in probe.messages if one.get("Event") == "DialBegin"]
    assert [channel for channel in rung if channel.startswith(f"{RINGS_TOO}-")]
