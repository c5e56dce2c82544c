"""50 operators, 10 hours, 10 bookings: none twice, none lost, also when ccd is killed in between."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.ami import FakeAmi
from tests.integration.booking.clinic import Clinic
from tests.testbed.ccd_process import CcdProcess
from tests.testbed.ports import free_port
from tests.unit.ami.samples import CHANNEL

OPERATORS, HOURS = 50, 10


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Clinic]:
    async with FakeAmi() as ami:
        ami.channels = [{**CHANNEL, "Duration": "00:00:01", "BridgeId": "", "Application": "Queue"}]
        ccd = CcdProcess(home=tmp_path, agi_port=free_port(), http_port=free_port(), ami_port=ami.port)
        ccd.configure()
        built = Clinic(tmp_path, ami, ccd)
        await built.furnish(OPERATORS, HOURS)
        await built.begin()
        yield built
        await ccd.kill()


@pytest.mark.parametrize("kill_after", [0, 3])
async def test_the_race(clinic: Clinic, kill_after: int) -> None:
    await clinic.race(kill_after=kill_after)
    visits = clinic.visits()
    assert len({slot for _, slot, _ in visits}) == len(visits) == HOURS
    told = {(one.got["id"], one.patient) for one in clinic.operators if one.got}
    assert told == {(visit, patient) for visit, _, patient in visits}
    states = dict(clinic.orders())
    assert set(states.values()) <= {"done", "refused"}
    assert {key for key, state in states.items() if state == "done"} == {visit for visit, _, _ in visits}
    assert any(one.losses for one in clinic.operators)
    assert any(one.cut_off for one in clinic.operators) == bool(kill_after)
