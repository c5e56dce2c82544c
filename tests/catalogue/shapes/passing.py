"""Callers who are passed to the duty doctor, and come back."""

from tests.catalogue.expected import Expected, Stretch, offered, talking, waiting
from tests.catalogue.shape import shape
from tests.catalogue.shapes.answering import answered
from tests.catalogue.stage import Stage

DOCTOR = "PJSIP/201"
ON_DUTY = Stretch(kind="waiting", result="connected")
DOCTOR_TALKS = (ON_DUTY, offered(DOCTOR), talking(DOCTOR, "caller"))
CODE = (waiting(), offered("a"), talking("a", "transfer", to="*7"))


@shape(answered(*CODE, *DOCTOR_TALKS))
async def passed_to_the_doctor_by_a_code(stage: Stage) -> None:
    async with stage.duty:
        patient, agent = await stage.talk()
        await stage.becomes("connected")
        await agent.refer("*7")
        await stage.doctor_answers()
        await agent.let_go()
        await patient.hang_up()


@shape(
    answered(
        *CODE, Stretch(kind="waiting", result="left"), offered(DOCTOR, "missed"),
        offered("a"), talking("a", "caller"),
    )
)  # fmt: skip
async def returned_to_the_operator(stage: Stage) -> None:
    """No doctor answers in time: the operator who passed the caller on has him again."""
    async with stage.duty:
        patient, agent = await stage.talk()
        await stage.becomes("connected")
        await agent.refer("*7")
        await (await stage.doctor.rings()).ended()
        await stage.answers("a")
        await patient.hang_up()


@shape(answered(waiting(), offered("a"), talking("a", "transfer"), *DOCTOR_TALKS))
async def passed_to_the_doctor_from_the_desk(stage: Stage) -> None:
    async with stage.duty:
        patient, agent = await stage.talk()
        await stage.becomes("connected")
        await stage.press_to_the_doctor("a")
        await stage.doctor_answers()
        await agent.ended()
        await patient.hang_up()


CUT = frozenset({"held", "segments"})
NOT_SEEN_WHOLE = Expected(
    disposition="answered",
    by="caller",
    segments=(waiting(), offered("a"), talking("a", "caller")),
    unknown=CUT,
)


@shape(NOT_SEEN_WHOLE, alone=True)
async def ccd_does_not_hear_asterisk_for_a_moment(stage: Stage) -> None:
    patient, agent = await stage.talk()
    await stage.becomes("connected")
    async with stage.silence():
        await agent.hold()
        await agent.resume()
    await patient.hang_up()
    await agent.ended()


@shape(NOT_SEEN_WHOLE, alone=True)
async def ccd_is_killed_and_started_again(stage: Stage) -> None:
    patient, agent = await stage.talk()
    await stage.becomes("connected")
    await stage.killed()
    await patient.hang_up()
    await agent.ended()


@shape(NOT_SEEN_WHOLE, alone=True)
async def answered_while_ccd_does_not_hear_asterisk(stage: Stage) -> None:
    patient = stage.call()
    await stage.becomes("offered")
    async with stage.silence():
        await stage.answers("a")
    await patient.hang_up()


@shape(
    Expected(
        disposition="abandoned",
        by="caller",
        segments=(waiting("abandoned"), offered("a", "ended")),
        unknown=CUT,
    ),
    alone=True,
)
async def abandoned_while_ccd_does_not_hear_asterisk(stage: Stage) -> None:
    """Asterisk's own logs tell it afterwards."""
    patient = stage.call()
    ringing = await stage.a.rings()
    await stage.becomes("offered")
    async with stage.silence():
        await patient.hang_up()
        await ringing.ended()
    await stage.becomes("abandoned")
