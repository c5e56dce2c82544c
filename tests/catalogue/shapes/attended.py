"""Callers who are passed on after a question (attended): by REFER with Replaces, by keys, by a program."""

import asyncio

from tests.catalogue.expected import consulting, offered, talking, waiting
from tests.catalogue.shape import shape
from tests.catalogue.shapes.answering import answered
from tests.catalogue.shapes.holding import HELD, asked
from tests.catalogue.stage import A_WHILE, Stage
from tests.testbed.softphone import Leg

ANY = (0.0, 15.0)
HANDED_OVER = (
    *(waiting(), offered("a"), talking("a", "transfer", to="x", held=HELD)),
    *(consulting("a", "x", "transfer"), talking("x", "caller")),
)
BACK = (waiting(), offered("a"), talking("a", "caller", held=ANY))


async def program(stage: Stage) -> None:
    """AMI's Atxfer: the agent's phone asks a colleague, and needs nothing but to hang up.

    Asterisk puts the keys into the channel, which loses them now and then while it still joins its bridge.
    """
    await asyncio.sleep(A_WHILE)
    where = {"Context": "internal", "Exten": stage.to("x")}
    await stage.probe.action({"Action": "Atxfer", "Channel": await stage.channel("a"), **where})


async def keys(stage: Stage, agent: Leg) -> None:
    """``*2`` of features.conf, then the number."""
    await agent.press(f"*2{stage.to('x')}#")


@shape(answered(*HANDED_OVER))
async def handed_over(stage: Stage) -> None:
    patient, agent = await stage.talk()
    question, _colleague = await asked(stage, agent)
    await agent.refer(stage.to("x"), into=question)
    await agent.let_go()
    await stage.passed_on()
    await asyncio.sleep(A_WHILE)
    await patient.hang_up()


@shape(answered(*HANDED_OVER[:-1], talking("x", "agent"), by="agent"))
async def handed_over_to_a_colleague_who_hangs_up(stage: Stage) -> None:
    patient, agent = await stage.talk()
    question, colleague = await asked(stage, agent)
    await agent.refer(stage.to("x"), into=question)
    await agent.let_go()
    await stage.passed_on()
    await asyncio.sleep(A_WHILE)
    await colleague.hang_up()
    await patient.ended()


@shape(
    answered(
        waiting(), offered("a"), talking("a", "transfer", to="x", held=ANY),
        consulting("a", "x", "transfer"),
        offered("x"), talking("x", "caller"),
    )
)  # fmt: skip
async def handed_over_while_the_colleagues_phone_rings(stage: Stage) -> None:
    """The agent does not wait for an answer: the phone that rings, rings for the caller from now on."""
    patient, agent = await stage.talk()
    await stage.hold(agent)
    question = await stage.a.dial(stage.to("x")).rung()
    ringing = await stage.x.rings()
    await agent.refer(stage.to("x"), into=question)
    await agent.let_go()
    await ringing.answer()
    await asyncio.sleep(A_WHILE)
    await patient.hang_up()


@shape(answered(*BACK, consulting("a", "x", "missed")))
async def the_colleague_declines_to_take_over(stage: Stage) -> None:
    """Asterisk's ``Dial()`` tells of 603 as of a phone that nobody answered."""
    patient, agent = await stage.talk()
    await stage.hold(agent)
    question = stage.a.dial(stage.to("x"))
    (await stage.x.rings()).refuse("603 Decline")
    await question.ended()
    await agent.resume()
    await patient.hang_up()


@shape(answered(*HANDED_OVER))
async def handed_over_by_a_program(stage: Stage) -> None:
    patient, agent = await stage.talk()
    await program(stage)
    await stage.answers("x")
    await asyncio.sleep(A_WHILE)
    await agent.hang_up()
    await stage.passed_on()
    await asyncio.sleep(A_WHILE)
    await patient.hang_up()


@shape(answered(*HANDED_OVER))
async def handed_over_by_keys(stage: Stage) -> None:
    patient, agent = await stage.talk()
    await keys(stage, agent)
    await stage.answers("x")
    await asyncio.sleep(A_WHILE)
    await agent.hang_up()
    await stage.passed_on()
    await asyncio.sleep(A_WHILE)
    await patient.hang_up()


@shape(answered(*BACK, consulting("a", "x", "busy")))
async def asked_by_keys_and_declined(stage: Stage) -> None:
    patient, agent = await stage.talk()
    await keys(stage, agent)
    (await stage.x.rings()).refuse("486 Busy Here")
    await stage.back("a")
    await patient.hang_up()


@shape(answered(*BACK, consulting("a", "x", "returned")))
async def asked_by_keys_and_back(stage: Stage) -> None:
    """The colleague hangs up: the agent has the caller again."""
    patient, agent = await stage.talk()
    await keys(stage, agent)
    colleague = await stage.answers("x")
    await asyncio.sleep(A_WHILE)
    await colleague.hang_up()
    await stage.back("a")
    await patient.hang_up()


@shape(answered(waiting(), offered("a"), talking("a", "caller", held=HELD), consulting("a", "x", "caller")))
async def the_caller_gives_up_while_a_program_asks(stage: Stage) -> None:
    """An agent who hangs up in the same moment passes nobody on; his colleague is left alone then."""
    patient, agent = await stage.talk()
    await program(stage)
    colleague = await stage.answers("x")
    await asyncio.sleep(A_WHILE)
    await patient.hang_up()
    await stage.recorder.event("Hangup", CallerIDNum=stage.shape.outside())
    await agent.hang_up()
    await colleague.ended()


@shape(
    answered(
        *(waiting(), offered("a"), talking("a", "agent", held=HELD), consulting("a", "x", "joined")),
        talking("x", "caller"),
    )
)  # fmt: skip
async def three_talk_together(stage: Stage) -> None:
    """``*3`` of features.conf: the caller, the agent and the colleague; the agent goes first."""
    patient, agent = await stage.talk()
    await keys(stage, agent)
    await stage.answers("x")
    await asyncio.sleep(A_WHILE)
    await agent.press("*3")
    await stage.back("a")
    await asyncio.sleep(A_WHILE)
    await agent.hang_up()
    await asyncio.sleep(A_WHILE)
    await patient.hang_up()


@shape(answered(*BACK, consulting("a", "x", "returned")))
async def asked_by_keys_and_taken_back(stage: Stage) -> None:
    """``*1`` of features.conf: the agent ends the question himself."""
    patient, agent = await stage.talk()
    await keys(stage, agent)
    await stage.answers("x")
    await asyncio.sleep(A_WHILE)
    await agent.press("*1")
    await stage.back("a")
    await patient.hang_up()
