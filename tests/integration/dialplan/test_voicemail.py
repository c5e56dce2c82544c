"""Messages recorded, and promises to call back."""

import wave
from pathlib import Path

import pytest

from tests.integration.dialplan.conftest import LONG
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.bed import Testbed
from tests.testbed.fake_agi import Answer, FakeAgi, Question, in_turn, queue, step
from tests.testbed.phones import Patient

pytestmark = pytest.mark.asterisk


def voicemail(seconds: int = 20, *, sound: str = "ccd/hello", box: str = "night") -> Answer:
    return step("voicemail", box=box, sound=sound, timeout=str(seconds))


def message(bed: Testbed, question: Question, box: str = "night") -> Path:
    folder = bed.asterisk.home / "spool" / "ccd-voicemail" / box
    return folder / f"{question.environment['agi_uniqueid']}.wav"


def seconds_of(path: Path) -> float:
    with wave.open(str(path)) as recorded:
        return int(recorded.getnframes()) / int(recorded.getframerate())


@pytest.mark.parametrize("ends", ["#", ""], ids=["by #", "at the longest"])
async def test_records_a_message(bed: Testbed, probe: AmiProbe, ends: str) -> None:
    steps = in_turn(voicemail(20 if ends else 2, sound="" if ends else "ccd/hello"), queue("operators"))
    async with FakeAgi(bed.agi_port, steps) as agi:
        await bed.call(Patient(speak="tone", dtmf=ends, press_after=3, talk=30))
        assert (await agi.question(1)).outcome == "RECORDED"
        await probe.event("AgentConnect")
    assert 1.5 < seconds_of(message(bed, agi.questions[0])) < 4


@pytest.mark.parametrize(("patient", "longest"), [(LONG, 1), (Patient(speak="silence", talk=30), 20)])
async def test_who_says_nothing_has_left_no_message(bed: Testbed, patient: Patient, longest: int) -> None:
    async with FakeAgi(bed.agi_port, in_turn(voicemail(longest), queue("operators"))) as agi:
        await bed.call(patient)
        assert (await agi.question(1)).outcome == "EMPTY"


async def test_who_comes_back_to_the_box_speaks_on(bed: Testbed) -> None:
    steps = in_turn(voicemail(1, sound=""), voicemail(1, sound=""), queue("operators"))
    async with FakeAgi(bed.agi_port, steps) as agi:
        await bed.call(Patient(speak="tone", talk=30))
        assert [(await agi.question(number)).outcome for number in (1, 2)] == ["EMPTY", "RECORDED"]
    assert 1.5 < seconds_of(message(bed, agi.questions[0])) < 2.5


async def test_who_hangs_up_while_speaking_is_recorded(bed: Testbed, probe: AmiProbe) -> None:
    """ccd is told nothing then: the file's name says whose it is, and whole once the channel is gone."""
    async with FakeAgi(bed.agi_port, in_turn(voicemail(sound=""))) as agi:
        await bed.call(Patient(speak="tone", talk=1.5))
        question = await agi.question()
        await probe.event("Hangup", Uniqueid=question.environment["agi_uniqueid"])
    assert 0.5 < seconds_of(message(bed, question)) < 2
    assert len(agi.questions) == 1


async def test_who_hangs_up_before_the_beep_leaves_nothing(bed: Testbed, probe: AmiProbe) -> None:
    async with FakeAgi(bed.agi_port, in_turn(voicemail())) as agi:
        await bed.call(Patient(speak="tone", talk=0.2))
        question = await agi.question()
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
async def test_a_promised_callback_ends_the_call(bed: Testbed, probe: AmiProbe, sound: str) -> None:
    async with FakeAgi(bed.agi_port, in_turn(step("callback", sound=sound))) as agi:
        phone = await bed.call(Patient(hangup="agent"))
        question = await agi.question()
        ended = await probe.event("Hangup", Uniqueid=question.environment["agi_uniqueid"])
        assert await phone.process.wait(5)
    assert ended["Cause"] == "16"
    assert len(agi.questions) == 1


async def test_who_could_not_be_told_of_the_callback_is_not_let_go(bed: Testbed, probe: AmiProbe) -> None:
    steps = in_turn(step("callback", sound="ccd/no-such-sound"), queue("operators"))
    async with FakeAgi(bed.agi_port, steps) as agi:
        await bed.call(LONG)
        await probe.event("AgentConnect")
    assert agi.questions[1].outcome == "FAILED"
