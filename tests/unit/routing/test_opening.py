"""The first answer that is made once is the one that a running plan would give."""

import pytest

from ccd.routing.running import Run
from ccd.routing.tokens import Token
from tests.unit.routing.facts import caller, facts, rules

CALL = facts(caller())
STEPS = (
    {"queue": "q"},
    {"queue": {"name": "q", "wait": "40s", "priority": 3, "answer": False, "music": "m"}},
    {"queue": {"name": "q", "announce": {"sound": "s"}}},
    {"queue": {"name": "q", "max_waiting": 3, "full": [{"play": "x"}]}},
    {"play": "x"},
    {"menu": {"sound": "s", "options": {"1": [{"hangup": "busy"}]}}},
    {"dial": "PJSIP/101"},
    {"voicemail": {"box": "b", "sound": "s"}},
    {"callback": {"queue": "q", "sound": "s"}},
    {"callback": {"queue": "q", "sound": "s", "at": "09:00"}},
    {"queue": "q", "when": {"caller": "known"}},
    {"hangup": "normal"},
)


@pytest.mark.parametrize("step", STEPS, ids="-".join)
def test_the_first_answer_is_what_a_running_plan_would_say(step):
    ruleset = rules({"name": "a", "steps": [step]})
    (rule,) = ruleset.rules
    token = Token(version=ruleset.version, rule=rule.program.digest)
    run = Run(rule.program, CALL, ruleset._conditions.moment, ruleset._last)
    assert ruleset.first(CALL) == ("a", run.enter(token))
