"""The other steps of a rule: menus, sounds, messages, phones that are dialled."""

from tests.catalogue.expected import Expected, menu, offered, talking, voicemail, waiting
from tests.catalogue.shape import QUEUE, shape
from tests.catalogue.shapes.answering import answered
from tests.catalogue.shapes.waiting import abandoned
from tests.catalogue.stage import Stage

HELLO = "ccd/hello"
MENU = {"menu": {"sound": HELLO, "wait": "20s", "options": {"1": [QUEUE]}}}
SHORT_MENU = {"menu": {**MENU["menu"], "wait": "1s"}}
DIAL = {"dial": {"to": "PJSIP/{x}", "wait": "5s"}}
IN_QUEUE = (waiting(), offered("a"), talking("a", "caller"))
MESSAGE = {"voicemail": {"box": "{box}", "sound": HELLO}}


def unanswered(*segments) -> Expected:
    """The clinic ended it before anybody answered."""
    return Expected(disposition="unanswered", by="system", segments=segments)


async def in_queue(stage: Stage, patient) -> None:
    """The call comes to the operator; the caller ends it."""
    await stage.answers("a")
    await patient.hang_up()


@shape(answered(menu("pressed", "1"), *IN_QUEUE), steps=(MENU, {"hangup": "normal"}))
async def a_key_is_pressed(stage: Stage) -> None:
    patient = await stage.call().answered()
    await patient.press("1")
    await in_queue(stage, patient)


@shape(answered(menu("silent"), *IN_QUEUE), steps=(MENU, QUEUE))
async def a_wrong_key_is_pressed(stage: Stage) -> None:
    patient = await stage.call().answered()
    await patient.press("9")
    await in_queue(stage, patient)


@shape(answered(menu("silent"), *IN_QUEUE), steps=(SHORT_MENU, QUEUE))
async def no_key_is_pressed(stage: Stage) -> None:
    await in_queue(stage, stage.call())


@shape(abandoned(menu("abandoned")), steps=(MENU, QUEUE))
async def the_caller_hangs_up_in_the_menu(stage: Stage) -> None:
    patient = await stage.call().answered()
    await patient.hang_up()


@shape(unanswered(), steps=({"hangup": "busy"},))
async def the_clinic_hangs_up(stage: Stage) -> None:
    await stage.call().ended()


@shape(unanswered(), steps=({"play": HELLO}, {"hangup": "normal"}))
async def a_sound_and_the_end(stage: Stage) -> None:
    await stage.call().ended()


@shape(answered(offered("x"), talking("x", "caller")), steps=(DIAL,))
async def a_phone_is_dialled(stage: Stage) -> None:
    patient = stage.call()
    await stage.answers("x")
    await patient.hang_up()


@shape(answered(offered("x", "busy"), *IN_QUEUE), steps=(DIAL, QUEUE))
async def the_dialled_phone_is_busy(stage: Stage) -> None:
    patient = stage.call()
    (await stage.x.rings()).refuse()
    await in_queue(stage, patient)


@shape(answered(offered("x", "missed"), *IN_QUEUE), steps=(DIAL, QUEUE))
async def nobody_answers_the_dialled_phone(stage: Stage) -> None:
    patient = stage.call()
    await (await stage.x.rings()).ended()
    await in_queue(stage, patient)


@shape(abandoned(offered("x", "ended")), steps=(DIAL, QUEUE))
async def abandoned_while_a_dialled_phone_rings(stage: Stage) -> None:
    patient = stage.call()
    await stage.x.rings()
    await patient.hang_up()


@shape(
    answered(offered("x", "elsewhere"), offered("y"), talking("y", "agent"), by="agent"),
    steps=({"dial": {"to": ["PJSIP/{x}", "PJSIP/{y}"]}},),
)
async def two_dialled_phones_ring(stage: Stage) -> None:
    patient = stage.call()
    other, ringing = await stage.x.rings(), await stage.y.rings()
    agent = await ringing.answer()
    await other.ended()
    await agent.hang_up()
    await patient.ended()


@shape(
    answered(offered("x", "forwarded", to="y"), offered("y"), talking("y", "caller")),
    steps=({"dial": {"to": "PJSIP/{x}", "wait": "9s"}},),
)
async def the_dialled_phone_forwards(stage: Stage) -> None:
    patient = stage.call()
    (await stage.x.rings()).forward(stage.to("y"))
    await stage.answers("y")
    await patient.answered()
    await patient.hang_up()


@shape(
    Expected(disposition="voicemail", by="system", segments=(voicemail("recorded"),)),
    steps=(MESSAGE, {"hangup": "normal"}),
)
async def a_message_is_left(stage: Stage) -> None:
    patient = await stage.call().answered()
    await stage.speaks_a_message(patient)
    await patient.press("#")
    await patient.ended()


@shape(answered(voicemail("empty"), *IN_QUEUE), steps=(MESSAGE, QUEUE))
async def no_message_is_left(stage: Stage) -> None:
    patient = await stage.call().answered()
    await stage.recording()
    await patient.press("#")
    await in_queue(stage, patient)


@shape(
    Expected(disposition="voicemail", by="caller", segments=(voicemail("recorded"),)),
    steps=(MESSAGE, {"hangup": "normal"}), slow=True,
)  # fmt: skip
async def the_caller_hangs_up_after_the_message(stage: Stage) -> None:
    """ccd finds the recording by itself, some seconds later."""
    patient = await stage.call().answered()
    await stage.speaks_a_message(patient)
    await patient.hang_up()
    await stage.becomes("voicemail")
