"""The question and the answer in the dialplan's words."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.agi.environment import HostileEnvironment, parse
from ccd.agi.translate import QUESTION, UnsafeAnswer, asked, asked_of_channel, mset
from ccd.calls.ids import QueueName
from ccd.routing.question import StepAnswer
from ccd.routing.step_kinds import (
    CallbackStep,
    DialStep,
    HangupStep,
    MenuStep,
    PlayStep,
    QueueStep,
    VoicemailStep,
)
from tests.fakes.agi import Channel, parse_args

SAFE = re.compile(r"[A-Za-z0-9_./:~%@+*#&-]*")

TEXT = st.text(max_size=20) | st.from_regex(SAFE, fullmatch=True)
STEPS = (
    st.builds(
        QueueStep,
        queue=TEXT.map(QueueName),
        wait=st.none() | st.integers(),
        priority=st.integers(),
        answer=st.booleans(),
    )
    | st.builds(PlayStep, sound=TEXT)
    | st.builds(HangupStep, cause=st.integers())
)


ORDER = (
    *("ACTION", "QUEUE", "TIMEOUT", "PRIO", "ANSWER", "MUSIC", "POSITION", "PENALTY", "KEYS", "DIAL"),
    *("CALLERID", "DIGITS", "BOX", "SOUND", "CAUSE", "NEXT", "READY"),
)
QUEUED = {"ACTION": "queue", "QUEUE": "operators", "PRIO": "0", "ANSWER": "yes", "KEYS": "no"}


@pytest.mark.parametrize(
    ("step", "values"),
    [
        (
            QueueStep(queue=QueueName("operators"), wait=40, priority=5),
            QUEUED | {"TIMEOUT": "40", "PRIO": "5"},
        ),
        (QueueStep(queue=QueueName("operators"), answer=False), QUEUED | {"ANSWER": "no"}),
        (
            QueueStep(queue=QueueName("operators"), music="calm", position=3, penalty=0, keys=True),
            QUEUED | {"MUSIC": "calm", "POSITION": "3", "PENALTY": "0", "KEYS": "yes"},
        ),
        (
            DialStep(to=("PJSIP/101", "PJSIP/79161234567@trunk"), wait=20, caller_id="+74951234567"),
            {
                "ACTION": "dial",
                "DIAL": "PJSIP/101&PJSIP/79161234567@trunk",
                "TIMEOUT": "20",
                "ANSWER": "yes",
                "CALLERID": "+74951234567",
            },
        ),
        (
            DialStep(to=("PJSIP/101",), wait=5, music="calm", answer=False),
            {"ACTION": "dial", "DIAL": "PJSIP/101", "TIMEOUT": "5", "ANSWER": "no", "MUSIC": "calm"},
        ),
        (PlayStep(sound="ccd/closed"), {"ACTION": "play", "SOUND": "ccd/closed"}),
        (
            MenuStep(sound="ccd/menu", keys="12*", wait=7),
            {"ACTION": "menu", "SOUND": "ccd/menu", "DIGITS": "12*", "TIMEOUT": "7"},
        ),
        (
            VoicemailStep(box="night", sound="ccd/speak", longest=90),
            {"ACTION": "voicemail", "SOUND": "ccd/speak", "BOX": "night", "TIMEOUT": "90"},
        ),
        (
            CallbackStep(queue=QueueName("operators"), sound="ccd/we-call", within=3600),
            {"ACTION": "callback", "SOUND": "ccd/we-call"},
        ),
        (HangupStep(cause=17), {"ACTION": "hangup", "CAUSE": "17"}),
    ],
)
def test_the_contract_to_the_letter(step, values):
    told = dict.fromkeys(ORDER, "") | values | {"NEXT": "%D1%8F:2", "READY": "1"}
    written = ",".join(f"CCD_{name}={told[name]}" for name in ORDER)
    assert mset(StepAnswer(step=step, next_token="%D1%8F:2")) == f'EXEC MSet "{written}"'


@given(step=STEPS, token=TEXT)
def test_any_answer_sets_every_variable_in_order_or_is_refused(step, token):
    try:
        command = mset(StepAnswer(step=step, next_token=token))
    except UnsafeAnswer:
        name = getattr(step, "queue", None) or getattr(step, "sound", None) or ""
        no_name = not isinstance(step, HangupStep) and not name
        assert no_name or not SAFE.fullmatch(name) or not SAFE.fullmatch(token)
        return
    _, _, pairs = parse_args(command)
    values = dict(pair.split("=") for pair in pairs.split(","))
    assert list(values) == [f"CCD_{name}" for name in ORDER]
    assert all(SAFE.fullmatch(value) for value in values.values())
    assert (values["CCD_NEXT"], values["CCD_READY"]) == (token, "1")


@pytest.mark.parametrize(
    "answer",
    [
        StepAnswer(step=QueueStep(queue=QueueName("")), next_token=""),
        StepAnswer(step=QueueStep(queue=QueueName('a",CCD_READY=1')), next_token=""),
        StepAnswer(step=PlayStep(sound=""), next_token=""),
        StepAnswer(step=PlayStep(sound="a\nb"), next_token=""),
        StepAnswer(step=PlayStep(sound="привет"), next_token=""),
        StepAnswer(step=HangupStep(), next_token="a b"),
        StepAnswer(step=HangupStep(), next_token="${SHELL(x)}"),
        StepAnswer(step=HangupStep(), next_token="a\n"),
    ],
)
def test_an_unsafe_answer_is_refused(answer):
    with pytest.raises(UnsafeAnswer):
        mset(answer)


def test_the_arguments_become_the_question():
    channel = Channel(token="main:1", outcome="TIMEOUT", presentation="prohib")
    question = asked(parse(b"".join(channel.environment())))
    assert (question.linked_id, question.unique_id) == ("1700000000.0", "1700000000.1")
    assert (question.called_number, question.caller_number) == ("84951234567", "+79161234567")
    assert (question.caller_name, question.presentation) == ("Иван", "prohib")
    assert (question.token, question.outcome) == ("main:1", "TIMEOUT")


def test_the_channel_gives_the_same_question_as_the_arguments():
    channel = Channel(name=b"a ) (\n${X}\xff", outcome="FULL")
    values = channel.execute(f'GET FULL VARIABLE "{QUESTION}"'.encode())
    answered = asked_of_channel(values.decode().removeprefix("200 result=1 (").removesuffix(")\n"))
    assert answered.caller_name == "a ) (\n${X}\\xff"
    plain = asked(parse(b"".join(Channel(name=b"x", outcome="FULL").environment())))
    assert replace(answered, caller_name="x") == plain


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (f"x{'Я' * 100}".encode()[:160], f"x{'Я' * 79}"),
        (("Я" * 100).encode()[:160], "Я" * 80),
        (b"x" * 159 + b"\xfc", "x" * 159 + "\\xfc"),
        (f"x{'Я' * 20}".encode()[:40], f"x{'Я' * 19}\\xd0"),
    ],
    ids=["half a letter", "whole letters", "no UTF-8", "shorter: sent so"],
)
def test_half_a_letter_that_the_dialplan_s_cut_left_is_left_out(name, text):
    assert asked(parse(b"".join(Channel(name=name).environment()))).caller_name == text


@pytest.mark.parametrize("good", ["1700000000.1", "pbx-2_main-1700000000.1", "x" * 128])
def test_asterisks_ids_are_taken(good):
    assert asked_of_channel(f"{good} {good} a b c d e f").linked_id == good


@pytest.mark.parametrize(
    "bad", [pytest.param("x" * 129, id="long"), "1.0\r", "1.0/../x", "1;0", "%D1%8F", "\u0661.1"]
)
def test_a_call_by_another_id_is_not_taken(bad):
    for ids in (f"1.1 {bad}", f"{bad} 1.1"):
        with pytest.raises(HostileEnvironment):
            asked_of_channel(f"{ids} a b c d e f")


@pytest.mark.parametrize("values", ["", "1.1", "1.1 " * 9, " 1.0 a b c d e f", "1.1  a b c d e f"])
def test_other_values_than_asked_for_are_hostile(values):
    with pytest.raises(HostileEnvironment):
        asked_of_channel(values)
