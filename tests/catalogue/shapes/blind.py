"""Callers whom a phone sends on at once (REFER), and what becomes of them."""

import asyncio

from tests.catalogue.expected import offered, talking, waiting
from tests.catalogue.shape import QUEUE, shape
from tests.catalogue.shapes.answering import answered
from tests.catalogue.shapes.holding import HELD
from tests.catalogue.stage import A_WHILE, Stage

TO_X = (waiting(), offered("a"), talking("a", "transfer", to="x"))


@shape(answered(*TO_X, offered("x"), talking("x", "caller")))
async def sent_to_a_colleague(stage: Stage) -> None:
    patient, agent = await stage.talk()
    await agent.refer(stage.to("x"))
    await stage.answers("x")
    await agent.let_go()
    await patient.hang_up()


@shape(answered(*TO_X, offered("x"), talking("x", "agent"), by="agent"))
async def sent_to_a_colleague_who_hangs_up(stage: Stage) -> None:
    patient, agent = await stage.talk()
    await agent.refer(stage.to("x"))
    colleague = await stage.answers("x")
    await agent.let_go()
    await colleague.hang_up()
    await patient.ended()


@shape(answered(*TO_X, offered("x", "busy"), by="system"))
async def sent_to_a_colleague_who_is_busy(stage: Stage) -> None:
    patient, agent = await stage.talk()
    await agent.refer(stage.to("x"))
    (await stage.x.rings()).refuse("486 Busy Here")
    await patient.ended()


@shape(answered(*TO_X, offered("x", "missed"), by="system"))
async def sent_to_a_colleague_who_does_not_answer(stage: Stage) -> None:
    patient, agent = await stage.talk()
    await agent.refer(stage.to("x"))
    await stage.x.rings()
    await patient.ended()


@shape(answered(*TO_X, offered("x", "ended")))
async def sent_to_a_colleague_and_given_up(stage: Stage) -> None:
    patient, agent = await stage.talk()
    await agent.refer(stage.to("x"))
    await stage.x.rings()
    await agent.hang_up()
    await patient.hang_up()


@shape(
    answered(
        waiting(), offered("a"), talking("a", "transfer", to="x"), offered("x"),
        talking("x", "transfer", to="y"), offered("y"), talking("y", "caller"),
    ),
)  # fmt: skip
async def sent_on_twice(stage: Stage) -> None:
    patient, agent = await stage.talk()
    await agent.refer(stage.to("x"))
    colleague = await stage.answers("x")
    await agent.let_go()
    await colleague.refer(stage.to("y"))
    await stage.answers("y")
    await colleague.let_go()
    await patient.hang_up()


@shape(
    answered(
        waiting(), offered("a"), talking("a", "transfer", to=None),
        waiting(queue="d"), offered("d"), talking("d", "caller"),
    ),
)  # fmt: skip
async def sent_to_a_queue(stage: Stage) -> None:
    patient, agent = await stage.talk()
    await agent.refer(stage.doctors)
    await stage.answers("d")
    await agent.let_go()
    await patient.hang_up()


@shape(
    answered(
        waiting(),
        offered("a"),
        talking("a", "transfer", to="x", held=(0.0, 3.0)),
        offered("x"),
        talking("x", "caller"),
    )
)
async def sent_by_keys(stage: Stage) -> None:
    """``#1`` of features.conf, then the number; meanwhile the caller hears music."""
    patient, agent = await stage.talk()
    await agent.press(f"#1{stage.to('x')}#")
    await stage.answers("x")
    await patient.hang_up()


@shape(answered(*TO_X, offered("x"), talking("x", "caller")))
async def sent_by_a_program(stage: Stage) -> None:
    """AMI's BlindTransfer: what a switchboard's console does."""
    patient, _agent = await stage.talk()
    where = {"Context": "internal", "Exten": stage.to("x")}
    await stage.probe.action({"Action": "BlindTransfer", "Channel": await stage.channel("a"), **where})
    await stage.answers("x")
    await patient.hang_up()


@shape(
    answered(
        waiting(), offered("a"), talking("a", "transfer", to="b"), offered("b"), talking("b", "caller"),
    ),
    members="a", steps=(QUEUE,), queue={"member": ("PJSIP/{a},0,Anna", "PJSIP/{b},9,Vera")},
)  # fmt: skip
async def sent_to_another_operator(stage: Stage) -> None:
    patient, agent = await stage.talk()
    await agent.refer(stage.to("b"))
    await stage.answers("b")
    await agent.let_go()
    await patient.hang_up()


@shape(
    answered(
        waiting(),
        offered("a"),
        talking("a", "transfer", to="x", held=HELD),
        offered("x"),
        talking("x", "caller"),
    )
)
async def sent_on_from_hold(stage: Stage) -> None:
    patient, agent = await stage.talk()
    await stage.hold(agent)
    await asyncio.sleep(A_WHILE)
    await agent.refer(stage.to("x"))
    await stage.answers("x")
    await agent.let_go()
    await patient.hang_up()


@shape(
    answered(
        waiting(),
        offered("a"),
        talking("a", "transfer", to="999"),
        offered("a"),
        talking("a", "caller"),
    )
)
async def sent_to_nobody_and_returned(stage: Stage) -> None:
    """There is no such number in the house: the operator has the caller again."""
    patient, agent = await stage.talk()
    await stage.becomes("connected")
    await agent.refer("999")
    await stage.answers("a")
    await agent.hang_up()
    await patient.hang_up()
