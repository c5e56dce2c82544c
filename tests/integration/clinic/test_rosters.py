"""Rosters and bounds of queues on the real Asterisk: doctors come and go, who waited long is next."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from ccd import control
from ccd.ami.link import AmiLink
from ccd.ami.queues import AmiQueues
from ccd.calls.ids import Phone, QueueName
from ccd.duty import DutyKeeper
from ccd.queueing import RefusedError
from ccd.routing.rosters import duty_rosters
from ccd.routing.rules import Routing
from ccd.settings.models import Ami
from tests.integration.clinic.house import PHONES
from tests.integration.clinic.support import Clinic, completed, talking, until
from tests.testbed.ami_probe import PATIENCE

pytestmark = pytest.mark.asterisk

PETROV, IVANOV = (f"PJSIP/{number}" for number in PHONES["answers"][6:8])
PEOPLE = {"petrov": {"name": "Петров", "phone": PETROV}, "ivanov": {"name": "Ivanov", "phone": IVANOV}}
NOON, MIDNIGHT = datetime(2026, 11, 18, 12, tzinfo=UTC), datetime(2026, 11, 18, 0, tzinfo=UTC)


@pytest.fixture
async def rules(clinic, probe):
    """What the rules are now; they and the queue's members are afterwards as they were."""
    yield clinic.ccd.config.read_text()
    clinic.ccd.configure()
    assert (await asyncio.to_thread(control.ask, clinic.ccd.database)).done
    for phone in (PETROV, IVANOV):
        await probe.action({"Action": "QueueRemove", "Queue": "empty", "Interface": phone})


async def reload(clinic: Clinic, text: str) -> None:
    clinic.ccd.config.write_text(text)
    assert (await asyncio.to_thread(control.ask, clinic.ccd.database)).done


def roster(*on_duty: str) -> str:
    """Lines of the rules' file: these are on duty, day and night; the other one never."""
    shifts = ", ".join(f"{{who: {one}}}" for one in on_duty)
    never = "{who: [petrov, ivanov], to: 2020-01-01}"
    return f"  people: {PEOPLE}\n  rosters: {{doctors: {{queue: empty, shifts: [{shifts}, {never}]}}}}\n"


async def members(probe: Any, queue: str = "empty") -> set[str]:
    found = await probe.list({"Action": "QueueStatus", "Queue": queue})
    return {one["Location"] for one in found if one["Event"] == "QueueMember"}


async def become(probe: Any, expected: set[str]) -> None:
    """Wait until these are the members."""
    async with asyncio.timeout(PATIENCE):
        while await members(probe) != expected:
            await asyncio.sleep(0.05)


async def test_a_doctor_comes_while_a_caller_waits_and_finishes_the_talk_when_off_duty(clinic, probe, rules):
    call = await clinic.dial(probe, "empty")
    await clinic.saved(call, "waiting")
    await reload(clinic, rules + roster("petrov"))
    connected = await talking(probe, call)
    assert (connected["Interface"], connected["MemberName"]) == (PETROV, "Петров")
    await reload(clinic, rules + roster("ivanov"))
    await become(probe, {IVANOV})
    await clinic.hang_up(probe, call)
    complete = await completed(probe, call.call_id)
    assert complete["Reason"] == "caller"
    (record,) = await clinic.records(call)
    assert (record["disposition"], record["agent"]) == ("answered", "Петров")


@asynccontextmanager
async def asterisk(clinic: Clinic) -> AsyncIterator[AmiQueues]:
    """Asterisk's queues, by ccd's own account."""
    ami = Ami(host="127.0.0.1", port=clinic.asterisk.ami_port, username="ccd", secret=clinic.ccd.ami_secret)
    link = AmiLink(ami, clinic.ccd.ami_secret, lambda _event: None)
    running = asyncio.create_task(link.run())
    try:
        await until(lambda: link.connected, "the link is up")
        yield AmiQueues(link.manager.send_action)
    finally:
        running.cancel()
        await asyncio.wait([running])


async def test_shifts_change_and_a_hand_is_put_right(clinic, probe, rules):
    shifts = [
        {"who": "petrov", "hours": "08:00-20:00", "penalty": 2},
        {"who": "ivanov", "hours": "20:00-08:00"},
    ]
    written = {"doctors": {"queue": "Empty", "shifts": shifts}}
    now = [NOON]
    routing = {"timezone": "UTC", "people": PEOPLE, "rosters": written}
    rosters = duty_rosters(Routing.model_validate(routing))
    async with asterisk(clinic) as queues:
        keeper = DutyKeeper(queues, rosters, clock=lambda: now[0], interval=0.05)
        running = asyncio.create_task(keeper.run())
        try:
            await become(probe, {PETROV})
            await probe.action({"Action": "QueueRemove", "Queue": "empty", "Interface": PETROV})
            await become(probe, {PETROV})
            await probe.action({"Action": "QueueAdd", "Queue": "empty", "Interface": IVANOV})
            await become(probe, {PETROV})
            now[0] = MIDNIGHT
            await become(probe, {IVANOV})
        finally:
            running.cancel()
            await asyncio.wait([running])


async def test_a_member_of_queues_conf_cannot_be_removed_and_the_log_says_so(clinic, probe):
    people = {**PEOPLE, "static": {"name": "Duty doctor", "phone": "PJSIP/201"}}
    shifts = [{"who": "petrov"}, {"who": "static", "to": "2020-01-01"}]
    routing = {"people": people, "rosters": {"doctors": {"queue": "duty-doctor", "shifts": shifts}}}
    async with asterisk(clinic) as queues:
        with capture_logs() as logs:
            keeper = DutyKeeper(queues, duty_rosters(Routing.model_validate(routing)), clock=lambda: NOON)
            await keeper.look()
        with pytest.raises(RefusedError, match="Member not dynamic"):
            await queues.remove(QueueName("duty-doctor"), Phone("PJSIP/201"))
        await queues.remove(QueueName("duty-doctor"), Phone(PETROV))
    assert [one["who"] for one in logs if "queues.conf" in one["event"]] == ["static"]
    assert await members(probe, "duty-doctor") == {"PJSIP/201"}


async def test_who_waited_too_long_is_answered_before_a_later_vip(clinic, probe, rules):
    vip = rules.replace("[queue: turns]", "[queue: {name: empty, priority: 900}]")
    bounds = "queues: {Empty: {longest_wait: 1s}, "
    await reload(clinic, vip.replace("queues: {", bounds, 1))
    patient = await clinic.dial(probe, "empty")
    await clinic.saved(patient, "waiting")
    later = await clinic.dial(probe, "turns")
    await clinic.saved(later, "waiting")
    async with asyncio.timeout(PATIENCE):
        while not await raised(probe, patient.call_id):
            await asyncio.sleep(0.05)
    await probe.action({"Action": "QueueAdd", "Queue": "empty", "Interface": PETROV})
    connected = await probe.event("AgentConnect", Queue="empty", Interface=PETROV)
    assert connected["Linkedid"] == patient.call_id
    await clinic.hang_up(probe, patient, later)


async def raised(probe: Any, unique_id: str) -> bool:
    found = await probe.list({"Action": "QueueStatus", "Queue": "empty"})
    return any(one.get("Uniqueid") == unique_id and int(one["Priority"]) > 1000 for one in found)
