"""What people and ccd itself do to a call that is on its way: transfer, redirect, call back."""

from collections.abc import Mapping

import pytest

from tests.integration.dialplan.conftest import LONG, RINGS, Behave, PutGlobal, talking, timeout_of
from tests.testbed.ami_probe import AmiProbe, Message
from tests.testbed.bed import Testbed
from tests.testbed.fake_agi import Answer, FakeAgi, Misbehaviour, Question, in_turn, queue, step
from tests.testbed.phones import Agent, Patient
from tests.testbed.softphone import Softphone

pytestmark = pytest.mark.asterisk


def by_outcome(answers: Mapping[str, Answer]) -> object:
    return lambda question: answers.get(question.outcome, Misbehaviour.DIES)


async def transfers(doctor: Softphone, probe: AmiProbe, dialled: str) -> None:
    """The doctor answers, and sends the caller on as soon as they talk."""
    leg = await (await doctor.rings()).answer()
    await probe.event("BridgeEnter", BridgeNumChannels="2")
    await leg.refer(dialled)


@pytest.mark.parametrize(
    ("dialled", "outcome"), [("*7", "ESCALATE"), ("201", "TRANSFER-201"), ("7%2C1(2", "TRANSFER-712")]
)
async def test_ccd_is_asked_where_a_phones_transfer_goes(
    bed: Testbed, probe: AmiProbe, doctor: Softphone, dialled: str, outcome: str
) -> None:
    async with FakeAgi(bed.agi_port, in_turn(queue("duty-doctor"), queue("operators"))) as agi:
        await bed.call(LONG)
        await transfers(doctor, probe, dialled)
        connected = await probe.event("AgentConnect", Queue="operators")
    assert [(q.token, q.outcome) for q in agi.questions] == [("", ""), ("1", outcome)]
    assert {q.linked_id for q in agi.questions} == {connected["Linkedid"]}
    assert agi.questions[1].caller_number == b"+79161234567"


@pytest.mark.parametrize(
    ("dialled", "internal", "reached"),
    [("102", "", "PJSIP/102"), ("*7", "", "PJSIP/10"), ("102", "ccd-transfer", "PJSIP/10")],
    ids=["an extension", "none", "a wrong context"],
)
async def test_without_ccd_a_transfer_goes_where_the_phone_meant(
    bed: Testbed,
    probe: AmiProbe,
    agents: Behave,
    globals_: PutGlobal,
    doctor: Softphone,
    dialled: str,
    internal: str,
    reached: str,
) -> None:
    """Or, when there is nothing of that name, to the default queue."""
    await globals_("CCD_INTERNAL_CONTEXT", internal)
    await agents(RINGS, "101", "102")
    steps = {"": step("dial", dial="PJSIP/201", timeout="60", callerid="", music="")}
    async with FakeAgi(bed.agi_port, by_outcome(steps)) as agi:  # type: ignore[arg-type]
        await bed.call(LONG)
        await transfers(doctor, probe, dialled)
        await agi.question(1)
        rung = await probe.wait(
            lambda m: m.get("Event") == "DialBegin" and m["DestChannel"].startswith(reached)
        )
    assert rung["Linkedid"] == agi.questions[0].linked_id


async def test_an_admins_own_transfer_context_stays(
    bed: Testbed, probe: AmiProbe, globals_: PutGlobal, doctor: Softphone
) -> None:
    await globals_("CCD_TRANSFER_CONTEXT", "internal")
    async with FakeAgi(bed.agi_port, in_turn(queue("duty-doctor"))) as agi:
        await bed.call(LONG)
        await transfers(doctor, probe, "101")
        await probe.wait(lambda m: m.get("DestChannel", "").startswith("PJSIP/101"))
    assert len(agi.questions) == 1


async def test_a_caller_cannot_send_an_agent_out_of_the_house(bed: Testbed, probe: AmiProbe) -> None:
    """SIP lets a caller transfer whom he talks with: the agent would dial any number of his choice."""
    async with FakeAgi(bed.agi_port, in_turn(queue("operators"), Misbehaviour.DIES)) as agi:
        await bed.call(LONG)
        connected = await talking(probe)
        moved = {"Action": "BlindTransfer", "Channel": connected["Channel"], "Context": "ccd-transfer"}
        await probe.action({**moved, "Exten": "201"})
        question = await agi.question(1)
    assert question.environment["agi_uniqueid"] == connected["DestUniqueid"]
    assert (question.token, question.outcome) == ("", "")
    joined = await probe.event("QueueCallerJoin", Uniqueid=connected["DestUniqueid"])
    assert joined["Queue"] == "operators"


async def test_a_phone_that_asks_a_colleague_first_dials_as_ever(bed: Testbed, probe: AmiProbe) -> None:
    async with FakeAgi(bed.agi_port, in_turn(queue("operators"))) as agi:
        await bed.call(Patient(speak="tone", talk=120))
        connected = await talking(probe)
        await probe.action(
            {
                "Action": "Atxfer",
                "Channel": connected["DestChannel"],
                "Exten": "201",
                "Context": "ccd-transfer",
            }
        )
        await probe.wait(lambda m: m.get("DestChannel", "").startswith("PJSIP/201"))
    assert len(agi.questions) == 1


async def redirect(probe: AmiProbe, channel: str, token: str) -> None:
    await probe.action({"Action": "Setvar", "Channel": channel, "Variable": "CCD_REDIRECT", "Value": token})
    to = {"Context": "ccd", "Exten": "again", "Priority": "1"}
    assert (await probe.action({"Action": "Redirect", "Channel": channel, **to}))["Response"] == "Success"


@pytest.mark.parametrize(
    ("waits", "application"),
    [
        (queue("operators", music="calm"), "Queue"),
        (step("dial", dial="PJSIP/101", timeout="60", callerid="", music="calm"), "TryExec"),
        (step("menu", sound="ccd/hello", digits="1", timeout="60"), "TryExec"),
    ],
    ids=["queue", "dial", "menu"],
)
async def test_ccd_takes_a_caller_out_of_a_step(
    bed: Testbed, probe: AmiProbe, agents: Behave, waits: Answer, application: str
) -> None:
    """His own music comes back, too."""
    await agents(RINGS)
    async with FakeAgi(bed.agi_port, in_turn(waits, waits, queue("duty-doctor"))) as agi:
        phone = await bed.call(LONG)
        channel = (await probe.event("Newexten", Application=application))["Channel"]
        await redirect(probe, channel, "2")
        joined = await probe.event("QueueCallerJoin", Queue="duty-doctor")
        music = {"Action": "Getvar", "Channel": joined["Channel"], "Variable": "CHANNEL(musicclass)"}
        assert (await probe.action(music))["Value"] == ""
    assert [(q.token, q.outcome) for q in agi.questions] == [("", ""), ("2", "REDIRECTED")]
    assert phone.process.alive


async def test_ccd_takes_a_caller_out_of_a_question(bed: Testbed, probe: AmiProbe) -> None:
    """The limit of a question does not become the call's."""

    def script(question: Question) -> Answer:
        return queue("operators") if question.token else Misbehaviour.SILENT

    async with FakeAgi(bed.agi_port, script) as agi:
        await bed.call(LONG)
        await agi.question()
        await redirect(probe, (await probe.event("Newchannel"))["Channel"], "moved")
        connected = await probe.event("AgentConnect")
    assert agi.questions[1].outcome == "REDIRECTED"
    assert (await probe.action(timeout_of(connected["Channel"])))["Value"] == "0"


@pytest.mark.parametrize("channel", ["PJSIP/201", "Local/201@internal"])
@pytest.mark.parametrize("ccd", ["answers", "dies"])
async def test_a_patient_called_back_goes_the_way_ccd_says(
    bed: Testbed, probe: AmiProbe, channel: str, ccd: str
) -> None:
    answer = queue("operators") if ccd == "answers" else Misbehaviour.DIES
    async with FakeAgi(bed.agi_port, lambda _: answer) as agi:
        await _originate(probe, channel, CCD_NEXT="night:1", CCD_CALLER="+79161234567", CCD_DID="7495")
        connected = await probe.event("AgentConnect", Queue="operators")
    (question,) = agi.questions
    assert (question.token, question.outcome) == ("night:1", "CALLBACK")
    assert (question.caller_number, question.called_number) == (b"+79161234567", b"7495")
    assert connected["CallerIDNum"] == "+79161234567"


async def _originate(probe: AmiProbe, channel: str, **variables: str) -> Message:
    return await probe.action(
        {
            "Action": "Originate", "Channel": channel, "Async": "true", "Timeout": "60000",
            "Context": "ccd-callback", "Exten": "s", "Priority": "1", "CallerID": "Clinic <+74951234567>",
            "Variable": ",".join(f"{name}={value}" for name, value in variables.items()),
        }
    )  # fmt: skip


async def test_who_does_not_answer_a_callback_is_not_asked_about(
    bed: Testbed, probe: AmiProbe, agents: Behave
) -> None:
    await agents(Agent(refuse="486 Busy Here"), "201")
    async with FakeAgi(bed.agi_port, lambda _: queue("operators")) as agi:
        await _originate(probe, "PJSIP/201", CCD_NEXT="night:1")
        assert (await probe.event("OriginateResponse"))["Response"] == "Failure"
    assert not agi.questions
