"""Calls that the clinic begins: by an agent's phone, and by ccd for a promise."""

import asyncio

from tests.catalogue.expected import Expected, consulting, offered, talking, waiting
from tests.catalogue.shape import shape
from tests.catalogue.shapes.answering import answered
from tests.catalogue.shapes.holding import HELD
from tests.catalogue.stage import A_WHILE, Stage

SOUND = "ccd/hello"
LATER = {"callback": {"queue": "q", "sound": SOUND}}
PROMISED = Expected(disposition="callback", by="system", segments=())


def outbound(disposition: str, by: str, *segments, **more) -> Expected:
    """The clinic called a patient."""
    return Expected(disposition=disposition, by=by, segments=segments, direction="outbound", **more)


@shape(outbound("answered", "caller", offered("o"), talking("a", "caller")))
async def an_agent_calls_a_patient_who_hangs_up(stage: Stage) -> None:
    agent = stage.a.dial(stage.shape.dialled)
    patient = await (await stage.rung_outside()).answer()
    await stage.bridged("a")
    await patient.hang_up()
    await agent.ended()


@shape(outbound("answered", "agent", offered("o"), talking("a", "agent")))
async def an_agent_calls_a_patient_and_hangs_up(stage: Stage) -> None:
    agent = stage.a.dial(stage.shape.dialled)
    patient = await (await stage.rung_outside()).answer()
    await stage.bridged("a")
    await agent.hang_up()
    await patient.ended()


@shape(outbound("abandoned", "agent", offered("o", None)))
async def an_agent_calls_a_patient_and_gives_up(stage: Stage) -> None:
    agent = stage.a.dial(stage.shape.dialled)
    ringing = await stage.rung_outside()
    await agent.rung()
    await agent.hang_up()
    await ringing.ended()


@shape(outbound("unanswered", "system", offered("o", "busy")))
async def an_agent_calls_a_patient_who_is_busy(stage: Stage) -> None:
    agent = stage.a.dial(stage.shape.dialled)
    (await stage.rung_outside()).refuse("486 Busy Here")
    await agent.ended()


@shape()
async def two_of_the_clinic_talk(stage: Stage) -> None:
    """Nobody from outside takes part: no record."""
    agent = stage.a.dial(stage.to("x"))
    await stage.answers("x")
    await agent.answered()
    await agent.hang_up()


@shape(
    PROMISED,
    outbound("answered", "caller", waiting(), offered("a"), talking("a", "caller"), answers="callback"),
    steps=(LATER,),
)
async def a_promise_is_kept(stage: Stage) -> None:
    await stage.call().ended()
    patient = await (await stage.rung_outside(by_ccd=True)).answer()
    await stage.answers("a")
    await patient.hang_up()


@shape(PROMISED, steps=(LATER,))
async def a_promised_call_is_not_taken(stage: Stage) -> None:
    await stage.call().ended()
    (await stage.rung_outside(by_ccd=True)).refuse("486 Busy Here")


@shape(
    Expected(disposition="callback", by="system", segments=(waiting("left"),)),
    steps=({"queue": {"name": "q", "callback": {"key": "1", "sound": SOUND}}},),
    members="",
)
async def a_caller_asks_to_be_called_back(stage: Stage) -> None:
    patient = await stage.call().answered()
    await stage.queued()
    await patient.press("1")
    await patient.ended()


@shape(
    Expected(disposition="abandoned", by="caller", segments=(waiting("abandoned"), offered("a", "ended"))),
    outbound("answered", "caller", offered("p"), talking("a", "caller"), answers="missed"),
)
async def a_missed_call_is_called_back(stage: Stage) -> None:
    """As the worklist's key does it: the operator's phone rings first, then the patient's."""
    patient = stage.call()
    ringing = await stage.a.rings()
    await patient.hang_up()
    await ringing.ended()
    missed = await stage.recorder.event("QueueCallerJoin", Queue=stage.shape.queue_name("q"))
    await stage.originate(f"ccd-missed-1795280000-{missed['Linkedid']}")
    await (await stage.a.rings()).answer()
    patient = await (await stage.rung_outside(by_ccd=True)).answer()
    await stage.bridged("a")
    await patient.hang_up()


@shape(
    answered(waiting(), offered("a"), talking("a", "caller", held=HELD), consulting("a", "o", "returned")),
    outbound("answered", "agent", offered("o"), talking("a", "agent")),
)
async def an_agent_asks_somebody_outside(stage: Stage) -> None:
    """A call to a number outside is a call of its own, whoever waits meanwhile."""
    patient, agent = await stage.talk()
    since = len(stage.recorder.frames)
    await agent.hold()
    asked = stage.a.dial(stage.shape.dialled)
    outside = await (await stage.rung_outside()).answer()
    await stage.bridged("a", since)
    await asyncio.sleep(A_WHILE)
    await asked.hang_up()
    await outside.ended()
    await agent.resume()
    await patient.hang_up()
