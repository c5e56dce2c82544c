"""A plan as ``explain`` shows it: branches, the way that keys take, and what a wait says beside itself."""

from typing import Any

import pytest

from ccd.calls.ids import QueueName
from ccd.routing.plan import Branch, PlanStep
from ccd.routing.step_kinds import CallbackStep, PlayStep
from tests.unit.routing.facts import facts, rules


def menu(options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"menu": {"name": "main", "sound": "main", "options": options} | more}


def shown(*steps: dict[str, Any], pressed: str = "", **routing: Any) -> tuple[PlanStep, ...]:
    return rules({"name": "it", "steps": list(steps)}, **routing).explain(facts(), pressed).steps


def ways(step: PlanStep) -> dict[str, bool | None]:
    return {branch.name: branch.taken for branch in step.branches}


CHOICE = menu({"1": {"play": "one"}, "2": {"play": "two"}}, silent={"play": "nothing"})


@pytest.mark.parametrize(
    ("pressed", "taken"),
    [
        ("", {"1": None, "2": None, "silent": None}),
        ("1", {"1": True, "2": False, "silent": False}),
        ("2", {"1": False, "2": True, "silent": False}),
        ("9", {"1": False, "2": False, "silent": True}),
    ],
)
def test_keys_take_one_branch(pressed, taken):
    (step,) = shown(CHOICE, pressed=pressed)
    assert ways(step) == taken
    assert step.branches[0] == Branch(
        name="1", steps=(PlanStep(step=PlayStep(sound="one")),), taken=taken["1"]
    )


def test_each_menu_on_the_way_takes_the_next_key():
    inner = {"menu": {"name": "in", "sound": "in", "options": {"1": {"play": "x"}, "2": {"play": "y"}}}}
    first, second = shown(menu({"1": inner, "2": inner}), CHOICE, pressed="212")
    one, two = (branch.steps[0] for branch in first.branches)
    assert (ways(first), ways(one)) == ({"1": False, "2": True}, {"1": None, "2": None})
    assert ways(two) == {"1": True, "2": False}
    assert ways(second)["2"] is True


def test_a_branch_that_may_not_be_met_takes_no_key():
    wait = {"queue": {"name": "q", "full": CHOICE}}
    first, second = shown(wait, CHOICE, pressed="1")
    assert (ways(first), ways(first.branches[0].steps[0])["1"]) == ({"full": None}, None)
    assert ways(second)["1"] is True


def test_a_menu_that_is_passed_over_takes_no_key():
    first, second = shown(CHOICE | {"when": {"caller": "known"}}, CHOICE, pressed="1")
    assert [one.matched for one in first.checked] == [False]
    assert (ways(first)["1"], ways(second)["1"]) == (None, True)


def test_what_was_pressed_is_known_to_all_that_follows_and_within_its_branch():
    when = {"when": {"pressed": {"main": "1"}}}
    inside = menu({"1": {"play": "x"} | when, "2": {"play": "y"} | when})
    plans = {"plans": {"a": [{"plan": "b"}], "b": [inside]}}
    for steps in ([inside], [{"plan": "a"}]):
        for pressed, known in (("1", True), ("2", False), ("", False)):
            last = shown(*steps, {"play": "end"} | when, pressed=pressed, **plans)[-1]
            assert [one.matched for one in last.checked] == [known]
    one, two = shown(inside)[0].branches
    assert (one.steps[0].checked[0].matched, two.steps[0].checked[0].matched) == (True, False)


def test_a_plan_shows_its_steps_by_name():
    (step,) = shown({"plan": "a"}, plans={"a": [{"play": "x"}]})
    assert (step.step, step.plan, ways(step)) == (None, "a", {"plan": True})
    assert step.branches[0].steps == (PlanStep(step=PlayStep(sound="x")),)


def test_a_wait_says_all_that_it_does():
    written = {
        "name": "q", "rings": [{"after": 0, "penalty": 0}, {"after": 20, "penalty": 9}], "max_waiting": 5,
        "announce": {"sound": "soon"}, "prefer": "last-operator", "callback": {"sound": "s", "within": "1h"},
    }  # fmt: skip
    said = (
        "first the last operator, 15 s",
        "from 0 s on: members up to penalty 0",
        "from 20 s on: members up to penalty 9",
        "every 60 s: soon",
        "key 1: called back within 3600 s, queue q",
    )
    assert shown({"queue": written})[0].notes == (*said, "full with 5 waiting: called back instead")
    assert shown({"queue": written | {"full": {"play": "x"}}})[0].notes == (*said, "full with 5 waiting")


def test_a_promised_time_is_that_of_the_moment():
    (step,) = shown({"callback": {"queue": "q", "sound": "s", "at": "09:00"}})
    assert isinstance(step.step, CallbackStep)
    assert (step.step.queue, f"{step.step.at:%d %H:%M}") == (QueueName("q"), "19 06:00")
