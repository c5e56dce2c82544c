"""Who is rung, who answers, and who hangs up."""

import asyncio

from tests.catalogue.expected import Expected, offered, talking, waiting
from tests.catalogue.shape import shape
from tests.catalogue.stage import A_WHILE, Stage


def answered(*segments, by: str = "caller", **more) -> Expected:
    """Somebody of the clinic talked with the caller."""
    return Expected(disposition="answered", by=by, segments=segments, **more)


PLAIN = (waiting(), offered("a"), talking("a", "caller"))


@shape(answered(*PLAIN))
async def the_caller_hangs_up(stage: Stage) -> None:
    patient, agent = await stage.talk()
    await patient.hang_up()
    await agent.ended()


@shape(answered(waiting(), offered("a"), talking("a", "agent"), by="agent"))
async def the_agent_hangs_up(stage: Stage) -> None:
    patient, agent = await stage.talk()
    await agent.hang_up()
    await patient.ended()


@shape(answered(*PLAIN, caller=None))
async def a_number_that_is_withheld(stage: Stage) -> None:
    patient = stage.call(withheld=True)
    await stage.answers("a")
    await patient.hang_up()


@shape(answered(waiting(), offered("a", "missed"), offered("b"), talking("b", "caller")), members="ab")
async def the_first_phone_is_busy(stage: Stage) -> None:
    patient = stage.call()
    (await stage.a.rings()).refuse("486 Busy Here")
    await stage.answers("b")
    await patient.hang_up()


@shape(answered(waiting(), offered("a", "missed"), offered("b"), talking("b", "caller")), members="ab")
async def the_first_agent_declines(stage: Stage) -> None:
    patient = stage.call()
    (await stage.a.rings()).refuse("603 Decline")
    await stage.answers("b")
    await patient.hang_up()


@shape(answered(waiting(), offered("a", "missed"), offered("b"), talking("b", "caller")), members="ab")
async def the_first_agent_does_not_answer(stage: Stage) -> None:
    patient = stage.call()
    await (await stage.a.rings()).ended()
    await stage.answers("b")
    await patient.hang_up()


@shape(
    answered(waiting(), offered("a"), offered("b", "elsewhere"), talking("a", "caller")),
    members="ab", queue={"strategy": "ringall"},
)  # fmt: skip
async def two_phones_ring_at_once(stage: Stage) -> None:
    patient = stage.call()
    ringing, other = await stage.a.rings(), await stage.b.rings()
    await ringing.answer()
    await other.ended()
    await patient.hang_up()


@shape(
    answered(
        waiting(), offered("a", "missed"), offered("b"), offered("c", "elsewhere"),
        talking("b", "agent"), by="agent",
    ),
    members="abc", queue={"strategy": "ringall"},
)  # fmt: skip
async def three_phones_ring_at_once_and_one_declines(stage: Stage) -> None:
    patient = stage.call()
    declines, answers, other = await stage.a.rings(), await stage.b.rings(), await stage.c.rings()
    declines.refuse("603 Decline")
    await stage.recorder.event("AgentRingNoAnswer", Interface=stage.shape.device("a"))
    since = len(stage.recorder.frames)
    agent = await answers.answer()
    await other.ended()
    await stage.bridged("b", since)
    await agent.hang_up()
    await patient.ended()


@shape(
    answered(waiting(), offered("a", "elsewhere"), offered("b"), talking("b", "caller")),
    queue={"strategy": "ringall", "member": ("PJSIP/{a},0,Vera", "PJSIP/{b},0,Vera")},
)
async def an_agent_with_two_devices(stage: Stage) -> None:
    patient = stage.call()
    desk, mobile = await stage.a.rings(), await stage.b.rings()
    await mobile.answer()
    await desk.ended()
    await patient.hang_up()


@shape(answered(waiting(), offered("b"), talking("b", "caller")), members="ab")
async def a_member_who_takes_a_break_is_not_rung(stage: Stage) -> None:
    await stage.pause("a")
    patient = stage.call()
    await stage.answers("b")
    await patient.hang_up()


@shape(answered(*PLAIN), queue={"member": ("PJSIP/nobody,0,Nobody", "PJSIP/{a},0,Anna")})
async def a_member_without_a_phone_is_not_rung(stage: Stage) -> None:
    patient, _agent = await stage.talk()
    await patient.hang_up()


@shape(
    answered(waiting(), offered("a"), talking("a", "agent"), by="agent"),
    answered(waiting(), offered("b"), talking("b", "caller")),
    members="ab",
)
async def two_calls_of_one_number_at_once(stage: Stage) -> None:
    first, vera = await stage.talk()
    second = stage.call()
    await stage.answers("b")
    await vera.hang_up()
    await first.ended()
    await second.hang_up()


@shape(answered(waiting(), offered("a", "elsewhere"), talking("x", "caller")))
async def a_colleague_picks_the_call_up(stage: Stage) -> None:
    patient = stage.call()
    ringing = await stage.a.rings()
    await stage.x.dial("*8").answered()
    await ringing.ended()
    await patient.hang_up()


@shape(answered(waiting(), offered("a", "forwarded", to="x"), offered("x"), talking("x", "caller")))
async def the_phone_forwards_to_a_colleague(stage: Stage) -> None:
    patient = stage.call()
    (await stage.a.rings()).forward(stage.to("x"))
    agent = await stage.answers("x")
    await patient.answered()
    await stage.speaks(agent, "x")
    await patient.hang_up()


@shape(answered(waiting(), offered("a", "forwarded", to="x"), offered("x"), talking("x", "caller")))
async def the_phone_forwards_and_the_caller_hangs_up_at_once(stage: Stage) -> None:
    """Asterisk has not put the colleague's phone in the place of the Local channel yet that leads there."""
    patient = stage.call()
    (await stage.a.rings()).forward(stage.to("x"))
    colleague = await (await stage.x.rings()).answer()
    connected = await stage.recorder.event("AgentConnect", Queue=stage.shape.queue_name("q"))
    await stage.recorder.event("BridgeEnter", Uniqueid=connected["Uniqueid"])
    await patient.hang_up()
    await colleague.ended()


@shape(
    answered(waiting(), offered("Local/{x}@internal/n"), talking("Local/{x}@internal/n", "caller")),
    queue={"member": "Local/{x}@internal/n,0,Xenia,PJSIP/{x}"},
)
async def a_member_behind_a_local_channel_that_stays(stage: Stage) -> None:
    """Who talked is known by what the queue calls him: so do rules, desks and pauses."""
    patient = stage.call()
    await stage.answers("x")
    await patient.answered()
    await patient.hang_up()


@shape(
    answered(waiting(), offered("Local/{x}@internal"), talking("Local/{x}@internal", "agent"), by="agent"),
    queue={"member": "Local/{x}@internal,0,Xenia,PJSIP/{x}"},
)
async def a_member_behind_a_local_channel_that_goes(stage: Stage) -> None:
    """As soon as somebody speaks, Asterisk puts the phone in the place of the Local channel."""
    patient = stage.call()
    agent = await stage.answers("x")
    await patient.answered()
    await stage.speaks(agent, "x")
    await asyncio.sleep(A_WHILE)
    await agent.hang_up()
    await patient.ended()
