"""A wait in a queue: its slices, the caller's own place, the preferred agent, the key, the full queue."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ccd.calls.ids import QueueName
from ccd.directory.model import Patient
from ccd.routing.facts import Facts, History, PastCall, QueueState
from ccd.routing.step_kinds import CallbackStep, DialStep, HangupStep, PlayStep, QueueStep, Step
from ccd.routing.tokens import Token
from tests.unit.routing.facts import NOON, caller, facts, rules
from tests.unit.routing.walking import Walk

DOCTORS = QueueName("doctors")
RINGS = [{"after": 0, "penalty": 0}, {"after": "20s", "penalty": 5}, {"after": "50s", "penalty": 9}]
OFFER = {"key": "1", "sound": "will-call", "within": "30m"}
PROMISED = CallbackStep(queue=DOCTORS, sound="will-call", within=1800, priority=7)
AFTER = PlayStep(sound="after")
BYE = HangupStep(cause=16)
PEOPLE = {"people": {"petrova": {"name": "Петрова А. С.", "phone": "PJSIP/202"}}}
PETROVA = DialStep(to=("PJSIP/202",), wait=15)


def walk(known: Facts | None = None, routing: dict[str, Any] | None = None, **queue: Any) -> Walk:
    """A call whose plan is this wait, then a sound."""
    written = {"queue": {"name": "doctors", "priority": 7} | queue}
    return Walk(
        rules({"name": "it", "steps": [written, {"play": "after"}]}, **routing or {}), known or facts()
    )


def line(*waits: datetime, waiting: int = 0, free: int = 1) -> dict[QueueName, QueueState]:
    """The queue with these callers in it, of whom ccd knows since when; or just so many."""
    return {DOCTORS: QueueState(waiting=waiting or len(waits), waits=waits, on_duty=2, free=free)}


def piece(wait: int | None, **rest: Any) -> QueueStep:
    return QueueStep(queue=DOCTORS, wait=wait, priority=7, **rest)


def test_rings_widen_while_the_caller_waits():
    plan = walk(rings=RINGS, wait="90s")
    assert plan.through(["TIMEOUT"] * 3) == [
        piece(20, penalty=0), piece(30, penalty=5), piece(40, penalty=9), AFTER,
    ]  # fmt: skip


def test_the_widest_ring_lasts_as_long_as_the_wait():
    assert walk(rings=RINGS).through(["TIMEOUT"] * 2)[-1] == piece(None, penalty=9)


def test_time_that_is_lost_between_slices_is_not_waited_again():
    plan = walk(rings=RINGS, wait="90s")
    plan.begin()
    assert plan.end("TIMEOUT", 55) == piece(35, penalty=9)
    assert plan.end("TIMEOUT", 36) == AFTER


@pytest.mark.parametrize("priority", [7, 1000])
def test_who_was_raised_for_a_long_wait_stays_so_in_the_next_slice(priority):
    plan = walk(None, {"queues": {"DOCTORS": {"longest_wait": "30s"}}}, rings=RINGS, priority=priority)
    before = [piece(20, penalty=0), piece(30, penalty=5)]
    raised = piece(None, penalty=9, position=2)
    begun = plan.through(["TIMEOUT"])
    begun.append(plan.end("TIMEOUT", queues=line(NOON - timedelta(1))))
    assert begun[:2] == [replace(one, priority=priority) for one in before]
    assert begun[2] == replace(raised, priority=1001)


def test_a_clock_that_was_set_back_begins_the_wait_again():
    plan = walk(rings=RINGS, wait="90s")
    plan.begin()
    assert plan.end("TIMEOUT", -3600) == piece(20, penalty=0)


@pytest.mark.parametrize(
    ("before", "position"), [([], 1), ([-1], 2), ([-300, -1], 3), ([-300, 1, 2], 2), ([1, 2], 1)]
)
def test_whoever_comes_back_keeps_the_own_place(before, position):
    plan = walk(rings=RINGS)
    plan.begin()
    joins = [NOON + timedelta(seconds=seconds) for seconds in before]
    assert plan.end("TIMEOUT", queues=line(*joins)) == piece(30, penalty=5, position=position)


def test_while_nobody_knows_the_line_the_place_is_its_end():
    plan = walk(facts(queues=line(NOON)), rings=RINGS)
    assert plan.begin() == piece(20, penalty=0)
    assert plan.end("TIMEOUT", queues=None) == piece(30, penalty=5)


def test_an_announcement_comes_again_and_again():
    plan = walk(announce={"sound": "soon", "every": "30s"}, wait="70s")
    sound = PlayStep(sound="soon")
    assert plan.through(["TIMEOUT", "PLAYED", "TIMEOUT", "FAILED", "TIMEOUT"]) == [
        piece(30), sound, piece(30), sound, piece(10), AFTER,
    ]  # fmt: skip


def test_rings_and_announcements_come_each_at_their_time():
    plan = walk(announce={"sound": "soon", "every": "30s"}, rings=RINGS[:2])
    assert plan.through(["TIMEOUT", "TIMEOUT", "PLAYED"]) == [
        piece(20, penalty=0), piece(10, penalty=5), PlayStep(sound="soon"), piece(30, penalty=5),
    ]  # fmt: skip


@pytest.mark.parametrize("outcome", ["LEAVEEMPTY", "WITHDRAW", "FAILED", "JOINEMPTY", "FULL", ""])
def test_a_slice_that_the_queue_ended_ends_the_wait(outcome):
    assert walk(rings=RINGS).through([outcome])[-1] == AFTER


def test_questions_run_short_and_the_wait_goes_on_in_one_piece():
    plan = walk(announce={"sound": "soon", "every": "10s"}, rings=RINGS, callback=OFFER)
    steps = plan.to_the_end(lambda step: "PLAYED" if isinstance(step, PlayStep) else "TIMEOUT")
    assert steps[-1] == piece(None, penalty=9)
    assert len(steps) > 40


def test_the_key_is_a_promise_with_the_priority_of_the_wait():
    plan = walk(callback=OFFER)
    assert plan.through(["KEY-1", "PLAYED"]) == [piece(None, keys=True), PROMISED, BYE]


def test_a_promise_may_be_for_another_queue():
    step = walk(callback=OFFER | {"queue": "operators"}).through(["KEY-1"])[-1]
    assert isinstance(step, CallbackStep)
    assert step.queue == "operators"


@pytest.mark.parametrize("key", ["2", "*", "", "11"])
def test_any_other_key_leads_back_to_the_own_place(key):
    plan = walk(callback=OFFER, wait="60s")
    plan.begin()
    assert plan.end(f"KEY-{key}", 10, queues=line(NOON - timedelta(1))) == piece(50, keys=True, position=2)


def test_a_key_that_nobody_offered_leads_back_too():
    plan = walk(wait="60s")
    plan.begin()
    assert plan.end("KEY-1", 10, queues=line()) == piece(50, position=1)


def test_a_key_in_the_last_queue_of_all_leads_back_to_the_own_place():
    plan = walk(wait="60s")
    plan.through(["TIMEOUT", "PLAYED"])
    last = QueueStep(queue=QueueName("operators"))
    joins = tuple(plan.facts.now + timedelta(seconds=one) for one in (-5, 5, 9))
    known = {last.queue: QueueState(waiting=3, waits=joins)}
    for key in ("KEY-1", "KEY-7"):
        assert plan.end(key, 10, queues=known) == replace(last, position=2)
    assert plan.end("KEY-1", queues=None) == last
    assert plan.end("LEAVEEMPTY", queues=known) == last


def test_whose_join_nobody_knows_does_not_come_before_the_others():
    plan = walk(wait="60s")
    plan.through(["TIMEOUT", "PLAYED"])
    token = Token.parse(plan.token)
    assert token
    plan.token = str(replace(token, joined=0))  # as the token was before it knew
    known = {QueueName("operators"): QueueState(waiting=1, waits=(NOON,))}
    assert plan.end("KEY-1", queues=known) == QueueStep(queue=QueueName("operators"))


def test_whose_promise_could_not_be_given_waits_on_with_rings_and_limit():
    plan = walk(callback=OFFER, rings=RINGS, wait="90s")
    plan.begin()
    plan.end("KEY-1", 25, queues=line())
    waits_on = plan.rules.unpromised(plan.token, plan.facts)
    assert waits_on
    assert waits_on.step == piece(25, penalty=5, keys=True, position=1)
    assert plan.end("FAILED", 0) == waits_on.step


def test_a_promise_of_the_plan_itself_has_nothing_to_go_back_to():
    plan = Walk(rules({"name": "it", "steps": [{"callback": {"queue": "q", "sound": "s"}}]}))
    plan.begin()
    assert plan.rules.unpromised(plan.token, plan.facts) is None
    assert plan.rules.unpromised("no token", plan.facts) is None


FULL = facts(queues=line(waiting=2))


@pytest.mark.parametrize("waiting", [2, 3])
def test_one_more_than_may_wait_goes_the_way_of_the_full_queue(waiting):
    full = facts(queues=line(waiting=waiting))
    assert walk(full, max_waiting=2).begin() == AFTER
    plan = walk(full, max_waiting=2, full={"play": "full"}, callback=OFFER)
    assert plan.through(["PLAYED"]) == [PlayStep(sound="full"), AFTER]


@pytest.mark.parametrize("known", [facts(), facts(queues={}), facts(queues=line(waiting=1))])
def test_who_may_wait_or_nobody_knows_is_let_in(known):
    assert walk(known, max_waiting=2).begin() == piece(None)


def test_who_is_in_the_line_is_not_turned_away_by_those_behind():
    plan = walk(max_waiting=2, rings=RINGS)
    plan.begin()
    assert plan.end("TIMEOUT", queues=line(waiting=9)) == piece(30, penalty=5, position=1)


@pytest.mark.parametrize("outcome", ["FULL", "JOINEMPTY"])
def test_what_asterisk_calls_full_or_empty_has_the_steps_for_it(outcome):
    assert walk(full={"play": "full"}).through([outcome])[-1] == PlayStep(sound="full")
    assert walk().through([outcome])[-1] == AFTER


def test_a_full_queue_promises_what_its_key_would():
    assert walk(FULL, max_waiting=2, callback=OFFER).through(["PLAYED"]) == [PROMISED, BYE]
    assert walk(callback=OFFER).through(["FULL"])[-1] == PROMISED
    assert walk(callback=OFFER).through(["JOINEMPTY"])[-1] == AFTER  # nobody is there who could call


@pytest.mark.parametrize("outcome", ["FAILED", "", "KEY-1", "TIMEOUT", "FULL"])
def test_a_full_queue_that_cannot_promise_is_left_behind(outcome):
    plan = walk(FULL, max_waiting=2, callback=OFFER)
    assert plan.through([outcome]) == [PROMISED, AFTER]
    plan = walk(FULL, max_waiting=2, callback=OFFER)
    plan.begin()
    onwards = plan.rules.unpromised(plan.token, plan.facts)
    assert onwards
    assert onwards.step == AFTER


def test_a_promise_keeps_the_priority_of_the_wait_before_it():
    later, at = {"queue": "q", "sound": "s"}, {"queue": "q", "sound": "s", "at": "09:00"}
    wait = {"name": "doctors", "wait": 5, "priority": 7, "full": {"callback": later}}
    plans = {"plans": {"later": [{"callback": later}], "at": [{"callback": at}]}}

    def priority(*steps: dict[str, Any], outcomes: tuple[str, ...] = ("TIMEOUT",)) -> int:
        step: Step = Walk(rules({"name": "it", "steps": list(steps)}, **plans)).through(outcomes)[-1]
        assert isinstance(step, CallbackStep)
        return step.priority

    assert priority({"queue": wait}, outcomes=("FULL",)) == 7
    for promise in ({"callback": later}, {"callback": at}, {"plan": "later"}, {"plan": "at"}):
        assert priority({"queue": wait}, promise) == 7
        assert priority(promise, outcomes=()) == 0
        assert (
            priority({"queue": wait}, {"queue": {"name": "q", "wait": 5}}, promise, outcomes=("TIMEOUT",) * 2)
            == 0
        )


TALKED = History(
    calls=(
        PastCall(at=NOON, disposition="abandoned"),
        PastCall(at=NOON, disposition="answered", agent="Петрова", phone="PJSIP/202"),
        PastCall(at=NOON, disposition="answered", agent="Иванов", phone="PJSIP/201"),
    )
)


def patient(number: str, doctor: str) -> Patient:
    return Patient(patient_id=number, full_name="x", doctor=doctor)


def test_the_last_to_talk_with_the_caller_is_rung_first():
    plan = walk(facts(history=TALKED), prefer="last-operator", music="calm", wait="60s")
    assert plan.begin() == DialStep(to=("PJSIP/202",), wait=15, music="calm")
    assert plan.end("NOANSWER") == piece(60, music="calm")


def test_who_shall_not_be_answered_is_not_answered_for_the_preferred_either():
    plan = walk(facts(history=TALKED), prefer="last-operator", answer=False)
    assert plan.begin() == replace(PETROVA, answer=False)
    assert plan.end("NOANSWER") == piece(None, answer=False)


def test_the_attending_doctor_is_rung_first():
    known = facts(caller(patient("1", "петрова  А. С."), patient("2", "")))
    plan = walk(known, PEOPLE, prefer={"who": "attending-doctor", "wait": "20s"})
    assert plan.begin() == DialStep(to=("PJSIP/202",), wait=20)


@pytest.mark.parametrize("outcome", ["NOANSWER", "BUSY", "CHANUNAVAIL", "FAILED", ""])
def test_who_is_not_answered_by_the_preferred_joins_the_line_and_a_talk_ends_the_call(outcome):
    assert walk(facts(history=TALKED), prefer="last-operator").through([outcome]) == [PETROVA, piece(None)]
    assert walk(facts(history=TALKED), prefer="last-operator").through(["ANSWERED"])[-1] == BYE


def test_the_queue_may_have_filled_up_while_the_preferred_was_rung():
    plan = walk(facts(history=TALKED), prefer="last-operator", max_waiting=2)
    plan.begin()
    assert plan.end("NOANSWER", queues=line(waiting=2)) == AFTER


@pytest.mark.parametrize(
    ("who", "known"),
    [
        ("last-operator", facts()),
        ("last-operator", facts(history=History(complete=False))),
        ("last-operator", facts(history=History(calls=(PastCall(at=NOON, disposition="", phone="a b&c"),)))),
        ("attending-doctor", facts()),
        ("attending-doctor", facts(caller(patient("1", "")))),
        ("attending-doctor", facts(caller(patient("1", "Сидоров")))),
        ("attending-doctor", facts(caller(patient("1", "Петрова А. С."), patient("2", "Сидоров")))),
        ("last-operator", facts(history=TALKED, queues=line(waiting=1, free=0))),
    ],
)
def test_nobody_is_preferred_whom_nobody_knows_or_while_all_are_busy(who, known):
    assert walk(known, PEOPLE, prefer=who).begin() == piece(None)
