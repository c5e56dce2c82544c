"""Messages recorded, and promises to call back."""

import asyncio
import wave
from pathlib import Path

import pytest

from tests.integration.dialplan.conftest import LONG, Call
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.bed import Testbed
from tests.testbed.fake_agi import Answer, FakeAgi, Question, in_turn, queue, step
from tests.testbed.phones import Patient

pytestmark = pytest.mark.asterisk

TALE = 3
"""Seconds that somebody speaks: twice as long as makes a message, so that a slow machine may lose some."""


def voicemail(seconds: int = 20, *, sound: str = "ccd/hello", box: str = "night") -> Answer:
    return step("voicemail", box=box, sound=sound, timeout=str(seconds))


def message(bed: Testbed, question: Question, box: str = "night") -> Path:
    folder = bed.asterisk.home / "spool" / "ccd-voicemail" / box
    return folder / f"{question.environment['agi_uniqueid']}.wav"


def seconds_of(path: Path) -> float:
    with wave.open(str(path)) as recorded:
        return int(recorded.getnframes()) / int(recorded.getframerate())


async def recording(path: Path) -> None:
    """The beep is over: Asterisk listens."""
    async with asyncio.timeout(30):
        while not path.exists():
            await asyncio.sleep(0.02)


async def test_records_a_message_until_the_caller_ends_it(bed: Testbed, probe: AmiProbe, call: Call) -> None:
    async with FakeAgi(bed.agi_port, in_turn(voicemail(60), queue("operators"))) as agi:
        caller = await call().answered()
        path = message(bed, await agi.question())
        async with caller.speaking():
            await recording(path)
            await asyncio.sleep(TALE)
            await caller.press_key("#")
            assert (await agi.question(1)).outcome == "RECORDED"
        await probe.event("AgentConnect")
    assert 1.5 < seconds_of(path) < 2 * TALE


async def test_records_no_more_than_the_longest_message(bed: Testbed, probe: AmiProbe, call: Call) -> None:
    async with FakeAgi(bed.agi_port, in_turn(voicemail(TALE, sound=""), queue("operators"))) as agi:
        caller = await call().answered()
        async with caller.speaking():
            assert (await agi.question(1)).outcome == "RECORDED"
        await probe.event("AgentConnect")
    assert 1.5 < seconds_of(message(bed, agi.questions[0])) < 2 * TALE


@pytest.mark.parametrize(("patient", "longest"), [(LONG, 1), (Patient(speak="silence", talk=120), 60)])
async def test_who_says_nothing_has_left_no_message(bed: Testbed, patient: Patient, longest: int) -> None:
    async with FakeAgi(bed.agi_port, in_turn(voicemail(longest), queue("operators"))) as agi:
        await bed.call(patient)
        assert (await agi.question(1)).outcome == "EMPTY"


async def test_who_comes_back_to_the_box_speaks_on(bed: Testbed, probe: AmiProbe, call: Call) -> None:
    """A second is too short for a message, as often as it begins anew."""

    def script(question: Question) -> Answer:
        return queue("operators") if question.outcome == "RECORDED" else voicemail(1, sound="")

    async with FakeAgi(bed.agi_port, script) as agi:
        caller = await call().answered()
        async with caller.speaking():
            await probe.event("AgentConnect", seconds=90)
    assert [question.outcome for question in (agi.questions[1], agi.questions[-1])] == ["EMPTY", "RECORDED"]


async def test_who_hangs_up_while_speaking_is_recorded(bed: Testbed, probe: AmiProbe, call: Call) -> None:
    """ccd is told nothing then: the file's name says whose it is, and whole once the channel is gone."""
    async with FakeAgi(bed.agi_port, in_turn(voicemail(60, sound=""))) as agi:
        caller = await call().answered()
        question = await agi.question()
        async with caller.speaking():
            await recording(message(bed, question))
            await asyncio.sleep(TALE)
            await caller.hang_up()
        await probe.event("Hangup", Uniqueid=question.environment["agi_uniqueid"])
    assert 0.5 < seconds_of(message(bed, question)) < 2 * TALE
    assert len(agi.questions) == 1


async def test_who_hangs_up_before_the_beep_leaves_nothing(bed: Testbed, probe: AmiProbe, call: Call) -> None:
    async with FakeAgi(bed.agi_port, in_turn(voicemail(sound="ccd/long"))) as agi:
        caller = call()
        question = await agi.question()
        await probe.event("Newexten", Application="Playback")
        await caller.hang_up()
        await probe.event("Hangup", Uniqueid=question.environment["agi_uniqueid"])
    assert not message(bed, question).exists()


@pytest.mark.parametrize(
    ("box", "sound"),
    [("night", "ccd/no-such-sound"), ("a-file", "ccd/hello")],
    ids=["no sound", "no folder"],
)
async def test_what_cannot_be_recorded_has_failed(
    bed: Testbed, probe: AmiProbe, box: str, sound: str
) -> None:
    folder = bed.asterisk.home / "spool" / "ccd-voicemail"
    folder.mkdir(exist_ok=True)
    (folder / "a-file").touch()
    steps = in_turn(voicemail(box=box, sound=sound), queue("operators"))
    async with FakeAgi(bed.agi_port, steps) as agi:
        await bed.call(LONG)
        await probe.event("AgentConnect")
    assert agi.questions[1].outcome == "FAILED"


async def test_a_box_is_a_name_and_no_path(bed: Testbed) -> None:
    async with FakeAgi(bed.agi_port, in_turn(voicemail(1, box="../../night"), queue("operators"))) as agi:
        await bed.call(LONG)
        await agi.question(1)
    assert message(bed, agi.questions[0], "....night").exists()


@pytest.mark.parametrize("sound", ["ccd/hello", ""])
async def test_a_promised_callback_ends_the_call(
    bed: Testbed, probe: AmiProbe, call: Call, sound: str
) -> None:
    async with FakeAgi(bed.agi_port, in_turn(step("callback", sound=sound))) as agi:
        caller = call()
        question = await agi.question()
        ended = await probe.event("Hangup", Uniqueid=question.environment["agi_uniqueid"])
        await caller.ended()
    assert ended["Cause"] == "16"
    assert len(agi.questions) == 1


async def test_who_could_not_be_told_of_the_callback_is_not_let_go(bed: Testbed, probe: AmiProbe) -> None:
    steps = in_turn(step("callback", sound="ccd/no-such-sound"), queue("operators"))
    async with FakeAgi(bed.agi_port, steps) as agi:
        await bed.call(LONG)
        await probe.event("AgentConnect")
    assert agi.questions[1].outcome == "FAILED"
