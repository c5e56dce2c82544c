"""A menu: one key, pressed by SIP INFO, during the sound or after it."""

import pytest

from tests.integration.dialplan.conftest import LONG
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.bed import Testbed
from tests.testbed.fake_agi import Answer, FakeAgi, in_turn, queue, step
from tests.testbed.phones import Patient

pytestmark = pytest.mark.asterisk

AFTER = 0.8
"""Seconds until the sound, half a second long, is over."""


def menu(keys: str = "12*#", sound: str = "ccd/hello", seconds: int = 3) -> Answer:
    return step("menu", sound=sound, digits=keys, timeout=str(seconds))


@pytest.mark.parametrize(
    ("pressed", "after", "outcome"),
    [
        ("2", 0.1, "PRESSED-2"),
        ("1", AFTER, "PRESSED-1"),
        ("#", AFTER, "PRESSED-#"),
        ("*", 0.1, "PRESSED-*"),
        ("21", 0.1, "PRESSED-2"),
        ("3", 0.1, "SILENT"),
        ("", 0, "SILENT"),
    ],
)
async def test_tells_the_key(bed: Testbed, probe: AmiProbe, pressed: str, after: float, outcome: str) -> None:
    steps = in_turn(menu(seconds=3 if pressed else 1), queue("operators"))
    async with FakeAgi(bed.agi_port, steps) as agi:
        await bed.call(Patient(dtmf=pressed, press_after=after, talk=30))
        assert (await agi.question(1)).outcome == outcome
        await probe.event("AgentConnect")


async def test_a_key_that_is_no_answer_lets_the_caller_try_again(bed: Testbed) -> None:
    async with FakeAgi(bed.agi_port, in_turn(menu("12"), menu("12"), queue("operators"))) as agi:
        await bed.call(Patient(dtmf="#2", press_after=AFTER, talk=30))
        assert [(await agi.question(number)).outcome for number in (1, 2)] == ["SILENT", "PRESSED-2"]


async def test_a_menu_without_its_sound_has_failed(bed: Testbed, probe: AmiProbe) -> None:
    steps = in_turn(menu(sound="ccd/no-such-sound", seconds=1), queue("operators"))
    async with FakeAgi(bed.agi_port, steps) as agi:
        await bed.call(LONG)
        await probe.event("AgentConnect")
    assert agi.questions[1].outcome == "FAILED"


@pytest.mark.parametrize("after", [0.2, AFTER], ids=["while it is played", "before a key"])
async def test_who_hangs_up_leaves_nothing(bed: Testbed, probe: AmiProbe, after: float) -> None:
    async with FakeAgi(bed.agi_port, in_turn(menu(seconds=20))) as agi:
        phone = await bed.call(Patient(talk=after))
        channel = (await probe.event("Newchannel"))["Uniqueid"]
        await probe.event("Hangup", Uniqueid=channel)
        assert await phone.process.wait(5)
    assert len(agi.questions) == 1
