"""A menu: one key, pressed by SIP INFO, during the sound or after it."""

import pytest

from tests.integration.dialplan.conftest import LONG, Call, hears
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.bed import Testbed
from tests.testbed.fake_agi import Answer, FakeAgi, in_turn, queue, step
from tests.testbed.softphone import Leg

pytestmark = pytest.mark.asterisk

DURING, AFTER = "ccd/long", "ccd/hello"
"""Sounds: of the one nobody hears the end, the other is over before a key is pressed."""
HELLO = 25
"""Packets of the short one."""


def menu(sound: str = DURING, seconds: int = 60, keys: str = "12*#") -> Answer:
    return step("menu", sound=sound, digits=keys, timeout=str(seconds))


async def in_menu(probe: AmiProbe, caller: Leg, sound: str = DURING, *, since: int = 0) -> None:
    """The caller hears a menu, or has heard it."""
    channel = (await probe.event("Newexten", Application="TryExec", since=since))["Channel"]
    await caller.answered()
    await hears(probe, channel, HELLO if sound == AFTER else 1)


@pytest.mark.parametrize(
    ("pressed", "sound", "outcome"),
    [
        ("2", DURING, "PRESSED-2"),
        ("1", AFTER, "PRESSED-1"),
        ("#", AFTER, "PRESSED-#"),
        ("*", DURING, "PRESSED-*"),
        ("21", DURING, "PRESSED-2"),
        ("3", DURING, "SILENT"),
    ],
)
async def test_tells_the_key(
    bed: Testbed, probe: AmiProbe, call: Call, pressed: str, sound: str, outcome: str
) -> None:
    async with FakeAgi(bed.agi_port, in_turn(menu(sound), queue("operators"))) as agi:
        caller = call()
        await in_menu(probe, caller, sound)
        await caller.press(pressed)
        assert (await agi.question(1)).outcome == outcome
        await probe.event("AgentConnect")


async def test_who_presses_nothing_is_silent(bed: Testbed) -> None:
    async with FakeAgi(bed.agi_port, in_turn(menu(AFTER, seconds=1), queue("operators"))) as agi:
        await bed.call(LONG)
        assert (await agi.question(1)).outcome == "SILENT"


async def test_a_key_that_is_no_answer_lets_the_caller_try_again(
    bed: Testbed, probe: AmiProbe, call: Call
) -> None:
    steps = in_turn(menu(keys="12"), menu(keys="12"), queue("operators"))
    async with FakeAgi(bed.agi_port, steps) as agi:
        caller = call()
        await in_menu(probe, caller)
        since = len(probe.messages)
        await caller.press("#")
        await in_menu(probe, caller, since=since)
        await caller.press("2")
        assert [(await agi.question(number)).outcome for number in (1, 2)] == ["SILENT", "PRESSED-2"]


async def test_a_menu_without_its_sound_has_failed(bed: Testbed, probe: AmiProbe) -> None:
    steps = in_turn(menu("ccd/no-such-sound", seconds=1), queue("operators"))
    async with FakeAgi(bed.agi_port, steps) as agi:
        await bed.call(LONG)
        await probe.event("AgentConnect")
    assert agi.questions[1].outcome == "FAILED"


@pytest.mark.parametrize("sound", [DURING, AFTER], ids=["while it is played", "before a key"])
async def test_who_hangs_up_leaves_nothing(bed: Testbed, probe: AmiProbe, call: Call, sound: str) -> None:
    async with FakeAgi(bed.agi_port, in_turn(menu(sound))) as agi:
        caller = call()
        await in_menu(probe, caller, sound)
        await caller.hang_up()
        await probe.event("Hangup", Uniqueid=agi.questions[0].environment["agi_uniqueid"])
    assert len(agi.questions) == 1
