"""Callers who wait: how long, for whom, and what becomes of it."""

from tests.catalogue.expected import Expected, offered, talking, waiting
from tests.catalogue.shape import QUEUE, shape
from tests.catalogue.shapes.answering import answered
from tests.catalogue.stage import Stage

DOCTOR = {"queue": {"name": "d", "wait": "20s"}}
DOCTOR_ANSWERS = (waiting(queue="d"), offered("d"), talking("d", "caller"))
SHORT = {"queue": {"name": "q", "wait": "3s"}}


def abandoned(*segments) -> Expected:
    """The caller gave up before anybody answered."""
    return Expected(disposition="abandoned", by="caller", segments=segments)


async def the_doctor_answers(stage: Stage) -> None:
    """The call comes to the doctor, who takes it; the caller ends it."""
    await stage.answers("d")


@shape(abandoned(waiting("abandoned")), members="")
async def abandoned_while_waiting(stage: Stage) -> None:
    patient = stage.call()
    await stage.queued()
    await patient.hang_up()


@shape(abandoned(waiting("abandoned"), offered("a", "ended")))
async def abandoned_while_a_phone_rings(stage: Stage) -> None:
    patient = stage.call()
    ringing = await stage.a.rings()
    await patient.hang_up()
    await ringing.ended()


@shape(abandoned(waiting("abandoned")), members="", steps=({"queue": {"name": "q", "answer": False}},))
async def abandoned_unanswered_at_once(stage: Stage) -> None:
    patient = stage.call()
    await stage.queued()
    await patient.hang_up()


@shape(answered(waiting("left"), offered("a", "missed"), *DOCTOR_ANSWERS), steps=(SHORT, DOCTOR))
async def the_operators_time_is_over_and_the_doctor_answers(stage: Stage) -> None:
    patient = stage.call()
    await (await stage.a.rings()).ended()
    await the_doctor_answers(stage)
    await patient.hang_up()


@shape(
    abandoned(waiting("left"), offered("a", "missed"), waiting("abandoned", "d"), offered("d", "ended")),
    steps=(SHORT, DOCTOR),
)
async def abandoned_in_the_second_queue(stage: Stage) -> None:
    patient = stage.call()
    await (await stage.a.rings()).ended()
    await stage.d.rings()
    await patient.hang_up()


@shape(answered(*DOCTOR_ANSWERS), members="", queue={"joinempty": "no"}, steps=(QUEUE, DOCTOR))
async def nobody_is_there_to_wait_for(stage: Stage) -> None:
    patient = stage.call()
    await the_doctor_answers(stage)
    await patient.hang_up()


@shape(
    answered(waiting("left"), *DOCTOR_ANSWERS),
    members="", queue={"joinempty": "yes", "leavewhenempty": "yes"}, steps=(QUEUE, DOCTOR),
)  # fmt: skip
async def the_last_member_has_gone(stage: Stage) -> None:
    patient = stage.call()
    await the_doctor_answers(stage)
    await patient.hang_up()


@shape(
    abandoned(waiting("abandoned")),
    answered(*DOCTOR_ANSWERS, caller=1),
    members="", queue={"maxlen": 1}, steps=(QUEUE, DOCTOR),
)  # fmt: skip
async def the_queue_is_full(stage: Stage) -> None:
    first = stage.call()
    await stage.queued()
    second = stage.call(1)
    await the_doctor_answers(stage)
    await second.hang_up()
    await first.hang_up()


@shape(answered(waiting(), offered("a", "missed"), offered("a"), talking("a", "caller")))
async def the_only_agent_answers_at_the_second_ring(stage: Stage) -> None:
    patient = stage.call()
    await (await stage.a.rings()).ended()
    await stage.answers("a")
    await patient.hang_up()


@shape(answered(waiting("left"), *DOCTOR_ANSWERS), members="", steps=(SHORT, DOCTOR))
async def the_time_is_over_and_no_phone_rang(stage: Stage) -> None:
    patient = stage.call()
    await the_doctor_answers(stage)
    await patient.hang_up()
