"""Holds, and what an agent asks a colleague meanwhile."""

import asyncio

from tests.catalogue.expected import consulting, offered, talking, waiting
from tests.catalogue.shape import shape
from tests.catalogue.shapes.answering import answered
from tests.catalogue.stage import A_WHILE, Stage
from tests.testbed.softphone import Leg

HELD = (0.3, 15.0)
"""Between how many seconds a hold of A_WHILE may have lasted."""


async def asked(stage: Stage, agent: Leg) -> tuple[Leg, Leg]:
    """The agent puts the caller on hold and asks a colleague: the agent's second leg, and the colleague's."""
    await stage.hold(agent)
    question = stage.a.dial(stage.to("x"))
    colleague = await stage.answers("x")
    await question.answered()
    await asyncio.sleep(A_WHILE)
    return question, colleague


async def held_for_a_while(stage: Stage) -> tuple[Leg, Leg]:
    """The agent holds the caller: both legs."""
    patient, agent = await stage.talk()
    await stage.hold(agent)
    await asyncio.sleep(A_WHILE)
    return patient, agent


@shape(answered(waiting(), offered("a"), talking("a", "caller", held=HELD)))
async def held_once(stage: Stage) -> None:
    patient, agent = await held_for_a_while(stage)
    await agent.resume()
    await patient.hang_up()


@shape(answered(waiting(), offered("a"), talking("a", "agent", held=(0.7, 15.0)), by="agent"))
async def held_twice(stage: Stage) -> None:
    patient, agent = await stage.talk()
    for _ in range(2):
        await stage.hold(agent)
        await asyncio.sleep(A_WHILE)
        await agent.resume()
    await agent.hang_up()
    await patient.ended()


@shape(answered(waiting(), offered("a"), talking("a", "caller", held=HELD)))
async def the_caller_gives_up_on_hold(stage: Stage) -> None:
    patient, agent = await held_for_a_while(stage)
    await patient.hang_up()
    await agent.ended()


@shape(answered(waiting(), offered("a"), talking("a", "caller", held=HELD), consulting("a", "x", "returned")))
async def a_colleague_is_asked_meanwhile(stage: Stage) -> None:
    patient, agent = await stage.talk()
    question, colleague = await asked(stage, agent)
    await question.hang_up()
    await colleague.ended()
    await agent.resume()
    await patient.hang_up()


@shape(answered(waiting(), offered("a"), talking("a", "caller", held=HELD), consulting("a", "x", "returned")))
async def the_colleague_hangs_up_after_the_question(stage: Stage) -> None:
    patient, agent = await stage.talk()
    await stage.hold(agent)
    question = stage.a.dial(stage.to("x"))
    colleague = await stage.answers("x")
    await asyncio.sleep(A_WHILE)
    await colleague.hang_up()
    await question.ended()
    await agent.resume()
    await patient.hang_up()


@shape(
    answered(waiting(), offered("a"), talking("a", "caller", held=(0.0, 15.0)), consulting("a", "x", "busy"))
)
async def the_colleague_does_not_want_to_be_asked(stage: Stage) -> None:
    patient, agent = await stage.talk()
    await stage.hold(agent)
    question = stage.a.dial(stage.to("x"))
    (await stage.x.rings()).refuse("486 Busy Here")
    await question.ended()
    await agent.resume()
    await patient.hang_up()


@shape(answered(waiting(), offered("a"), talking("a", "caller", held=HELD), consulting("a", "x", "caller")))
async def the_caller_hangs_up_while_a_colleague_is_asked(stage: Stage) -> None:
    patient, agent = await stage.talk()
    question, _colleague = await asked(stage, agent)
    await patient.hang_up()
    await agent.ended()
    await question.hang_up()


@shape(answered(waiting(), offered("a"), talking("a", "caller")))
async def the_caller_puts_the_agent_on_hold(stage: Stage) -> None:
    """That is his own affair: the clinic let nobody wait."""
    patient, _agent = await stage.talk()
    await patient.hold()
    await asyncio.sleep(A_WHILE)
    await patient.resume()
    await patient.hang_up()


@shape(
    answered(
        waiting(), offered("a"), talking("a", "agent", held=HELD), consulting("a", "x", "ended"), by="agent"
    )
)
async def the_agent_asks_and_lets_the_caller_go(stage: Stage) -> None:
    patient, agent = await stage.talk()
    question, _colleague = await asked(stage, agent)
    await agent.hang_up()
    await patient.ended()
    await question.hang_up()
