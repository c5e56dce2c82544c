"""Each kind of step: what the caller gets, and what follows however it ends."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from ccd.calls.ids import QueueName
from ccd.routing.step_kinds import (
    CallbackStep,
    DialStep,
    HangupStep,
    MenuStep,
    PlayStep,
    QueueStep,
    VoicemailStep,
)
from tests.unit.routing.facts import facts, rules
from tests.unit.routing.walking import Walk

PEOPLE = {
    "people": {
        "ivanov": {"name": "Иванов И. И.", "phone": "PJSIP/201", "number": "+79161112233"},
        "petrova": {"name": "Петрова А. С.", "phone": "PJSIP/202"},
    },
    "dial": {"trunk": "PJSIP/{number}@trunk"},
}
LAST = QueueStep(queue=QueueName("operators"))
BYE = HangupStep(cause=16)


def walk(*steps: Any, **routing) -> Walk:
    return Walk(rules({"name": "it", "steps": list(steps)}, **routing))


@pytest.mark.parametrize(
    ("written", "to"),
    [
        ("PJSIP/201", ("PJSIP/201",)),
        ("+79161112233", ("PJSIP/79161112233@trunk",)),
        ("112", ("PJSIP/112@trunk",)),
        ("petrova", ("PJSIP/202",)),
        ("ivanov", ("PJSIP/201", "PJSIP/79161112233@trunk")),
        (["petrova", "PJSIP/202", "SIP/9"], ("PJSIP/202", "SIP/9")),
    ],
)
def test_dial_rings_phones_numbers_and_people(written, to):
    assert walk({"dial": written}, **PEOPLE).begin() == DialStep(to=to, wait=30)


def test_a_trunk_may_want_the_plus():
    plus = {"dial": {"trunk": "SIP/trunk/+{number}"}}
    assert walk({"dial": "+74951234567"}, **plus).begin() == DialStep(to=("SIP/trunk/+74951234567",), wait=30)


def test_dial_may_show_another_number_and_play_music():
    dial = {"to": "PJSIP/1", "wait": "10s", "caller_id": "+74951234567", "music": "calm"}
    expected = DialStep(to=("PJSIP/1",), wait=10, caller_id="+74951234567", music="calm")
    assert walk({"dial": dial}).begin() == expected
    assert walk({"dial": {"to": "PJSIP/1", "caller_id": "keep"}}).begin() == DialStep(
        to=("PJSIP/1",), wait=30
    )


@pytest.mark.parametrize("outcome", ["NOANSWER", "BUSY", "CHANUNAVAIL", "CONGESTION", "FAILED", "", "x"])
def test_a_dial_that_reached_nobody_goes_on_and_a_talk_ends_the_call(outcome):
    steps = [{"dial": "PJSIP/1"}, {"play": "sorry"}]
    assert walk(*steps).through([outcome])[-1] == PlayStep(sound="sorry")
    assert walk(*steps).through(["ANSWERED", "x"])[-2:] == [BYE, LAST]


MENU = {"menu": {"sound": "ask", "options": {"1": "doctors", "2": [{"queue": {"name": "b", "wait": 5}}]}}}
PLANS = {"plans": {"doctors": [{"queue": {"name": "a", "wait": 5}}]}}
ASKED = MenuStep(sound="ask", keys="12")


def test_a_menu_leads_to_the_steps_of_the_key_and_then_goes_on():
    plan = walk(MENU, {"play": "after"}, **PLANS)
    assert plan.through(["PRESSED-1", "TIMEOUT"]) == [
        ASKED, QueueStep(queue=QueueName("a"), wait=5), PlayStep(sound="after"),
    ]  # fmt: skip
    assert walk(MENU, **PLANS).through(["PRESSED-2", "TIMEOUT"]) == [
        ASKED, QueueStep(queue=QueueName("b"), wait=5), LAST,
    ]  # fmt: skip


@pytest.mark.parametrize("outcome", ["SILENT", "PRESSED-3", "PRESSED-", "PRESSED-12", "FAILED", "nonsense"])
def test_a_menu_without_an_answer_goes_on(outcome):
    assert walk(MENU, {"play": "after"}, **PLANS).through([outcome])[-1] == PlayStep(sound="after")


def test_a_menu_is_asked_again_as_often_as_it_says_then_silence_has_its_own_steps():
    menu = {"menu": {**MENU["menu"], "tries": 3, "silent": {"hangup": "busy"}}}
    outcomes = ["SILENT", "PRESSED-9", "SILENT"]
    assert walk(menu, **PLANS).through(outcomes) == [ASKED, ASKED, ASKED, HangupStep(cause=17)]
    assert walk(menu, **PLANS).through(["FAILED"])[-1] == HangupStep(cause=17)
    assert walk(menu, **PLANS).through(["SILENT", "PRESSED-1"])[-1] == QueueStep(queue=QueueName("a"), wait=5)


def test_menus_within_menus():
    inner = {"menu": {"name": "in", "sound": "in", "options": {"*": {"play": "deep"}}}}
    outer = {"menu": {"name": "out", "sound": "out", "options": {"#": [inner, {"play": "back"}]}}}
    plan = walk(outer, {"play": "end"})
    sounds = [getattr(step, "sound", "") for step in plan.through(["PRESSED-#", "PRESSED-*", *"xxx"])]
    assert sounds == ["out", "in", "deep", "back", "end", ""]


def test_a_plan_is_gone_through_and_comes_back():
    plans = {"plans": {"a": [{"play": "1"}, {"plan": "b"}, {"play": "3"}], "b": [{"play": "2"}]}}
    steps = walk({"plan": "a"}, {"play": "4"}, {"plan": "b"}, **plans).through("xxxxx")
    assert [getattr(step, "sound", "") for step in steps] == ["1", "2", "3", "4", "2", ""]


def test_voicemail_ends_the_call_when_something_was_said():
    steps = [{"voicemail": {"box": "night", "sound": "say", "longest": "1m"}}, {"play": "after"}]
    said = VoicemailStep(box="night", sound="say", longest=60)
    assert walk(*steps).through(["RECORDED"]) == [said, BYE]
    for outcome in ("EMPTY", "FAILED", ""):
        assert walk(*steps).through([outcome]) == [said, PlayStep(sound="after")]


def test_a_callback_ends_the_call_unless_it_could_not_be_promised():
    steps = [{"callback": {"queue": "doctors", "sound": "later", "within": "30m"}}, {"play": "after"}]
    promise = CallbackStep(queue=QueueName("doctors"), sound="later", within=1800)
    assert walk(*steps).through(["PLAYED"]) == [promise, BYE]
    assert walk(*steps).through(["FAILED"]) == [promise, PlayStep(sound="after")]


@pytest.mark.parametrize(
    ("now", "at"),
    [
        ("2026-11-18T05:59:59", "2026-11-18T06:00"),  # 08:59:59 in Moscow
        ("2026-11-18T06:00:00", "2026-11-19T06:00"),
        ("2026-11-18T20:00:00", "2026-11-19T06:00"),
        ("2026-11-18T21:30:00", "2026-11-19T06:00"),  # already tomorrow in Moscow
    ],
)
def test_a_promised_time_is_the_next_of_the_clinics_clock(now, at):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    plan = walk({"callback": {"queue": "q", "sound": "later", "within": "10m", "at": "09:00"}})
    plan.facts = facts(now=moment)
    promised = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert plan.begin() == CallbackStep(queue=QueueName("q"), sound="later", within=600, at=promised)


def test_a_promised_time_on_the_day_when_the_clocks_change():
    plan = walk({"callback": {"queue": "q", "sound": "s", "at": "09:00"}}, timezone="Europe/Kyiv")
    plan.facts = facts(now=datetime(2026, 3, 28, 20, tzinfo=UTC))
    step = plan.begin()
    assert isinstance(step, CallbackStep)
    assert step.at == datetime(2026, 3, 29, 6, tzinfo=UTC)  # 09:00 of the summer


def test_a_step_is_passed_over_when_its_conditions_do_not_hold_at_that_moment():
    late = {"play": "late", "when": {"hours": "12:01-13:00"}}
    plan = walk({"queue": {"name": "q", "wait": 90}}, late, {"hangup": "normal"})
    assert plan.through(["TIMEOUT"])[-1] == PlayStep(sound="late")
    plan = walk({"queue": {"name": "q", "wait": 10}}, late, {"hangup": "normal"})
    assert plan.through(["TIMEOUT"])[-1] == BYE


def test_a_plan_may_be_passed_over_as_a_whole():
    plans = {"plans": {"a": [{"play": "1"}, {"play": "2"}]}}
    steps = [{"plan": "a", "when": {"caller": "known"}}, {"play": "end"}]
    assert walk(*steps, **plans).begin() == PlayStep(sound="end")


@pytest.mark.parametrize(
    "step",
    [
        {"dial": []},
        {"dial": "Ivanov I"},
        {"dial": {"to": "PJSIP/1&PJSIP/2"}},
        {"dial": {"to": "PJSIP/1", "caller_id": "anonymous"}},
        {"menu": {"sound": "x", "options": {}}},
        {"menu": {"sound": "x", "options": {"12": "a"}}},
        {"menu": {"sound": "x", "options": {"1": []}}},
        {"menu": {"sound": "x", "options": {"1": "a"}, "tries": 6}},
        {"callback": {"queue": "q", "sound": "x", "at": "9:00"}},
        {"queue": {"name": "q", "rings": [{"after": "5s", "penalty": 0}]}},
        {"queue": {"name": "q", "rings": [{"after": "0s", "penalty": 0}, {"after": 0, "penalty": 1}]}},
        {"queue": {"name": "q", "announce": {"sound": "x", "every": "5s"}}},
        {"queue": {"name": "q", "prefer": "somebody"}},
        {"queue": {"name": "q", "max_waiting": 0}},
        {"when": {"caller": "known"}},
        {"plan": "a", "play": "x"},
    ],
)
def test_steps_that_say_nothing_that_can_be_done_are_refused(step):
    with pytest.raises(ValidationError):
        rules({"name": "it", "steps": [step]})
