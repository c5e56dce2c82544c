"""Whatever comes from Asterisk, the caller ends with a human, an offered callback, or a configured hangup.

Rules as hypothesis makes them up, a directory and a history that may break, operators who transfer,
ccd that redirects, text that a caller or a stranger chose.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, event, given, settings, target
from hypothesis import strategies as st

from ccd.calls.ids import LinkedId, UniqueId
from ccd.routing.escalation import ESCALATE, TRANSFER, Handover
from ccd.routing.limits import QUESTIONS
from ccd.routing.step_kinds import (
    CallbackStep,
    DialStep,
    HangupStep,
    MenuStep,
    PlayStep,
    QueueStep,
    Step,
    TransferStep,
    VoicemailStep,
)
from tests.unit.callbacks.samples import NOW
from tests.unit.inbound_world import PHONES, World, answering, asked, loaded
from tests.unit.routing.walking import assert_safe
from tests.unit.routing.written import ROUTINGS

ENDS: dict[type[Step], list[str]] = {
    QueueStep: [
        "TIMEOUT",
        "TIMEOUT",
        "FULL",
        "JOINEMPTY",
        "LEAVEEMPTY",
        "WITHDRAW",
        "KEY-1",
        "KEY-9",
        "FAILED",
    ],
    DialStep: ["NOANSWER", "BUSY", "CHANUNAVAIL", "CONGESTION", "FAILED"],
    PlayStep: ["PLAYED", "FAILED"],
    MenuStep: ["PRESSED-1", "PRESSED-2", "PRESSED-#", "PRESSED-*", "SILENT", "FAILED"],
    VoicemailStep: ["RECORDED", "EMPTY", "FAILED"],
    CallbackStep: ["FAILED"],
    TransferStep: ["FAILED"],
}
"""How the dialplan says that a step ended, by its contract; whatever else ends a call asks nothing."""
WAYS_IN = st.sampled_from([ESCALATE, f"{TRANSFER}101", f"{TRANSFER}201", f"{TRANSFER}555", "REDIRECTED"])
TEXT = st.text(max_size=30) | st.text(st.characters(codec="utf-8"), max_size=300) | st.just("+79161234567")
OURS = st.sampled_from(
    ["", "default:1", "e:d:PJSIP/101", "e:o:", "e:r:%ff", "1.1", "ccd-callback-1-0-1", "KEY-1"]
)
HOSTILE = TEXT | OURS | st.from_regex(r"[a-z0-9:.@&%]{0,40}")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(written=ROUTINGS, data=st.data())
async def test_every_call_ends_with_somebody_or_as_it_was_written(written, data):
    """The dialplan's side of its contract, with people who pass the caller on at any time."""
    call = Call(World(data.draw), written)
    step = await call.ask("", "")
    while not call.over(step):
        assert call.questions < QUESTIONS, "the dialplan itself would have given up"
        if call.passed < 4 and data.draw(st.integers(0, 7)) == 7:
            step = await call.passed_on(data.draw(WAYS_IN))
        else:
            step = await call.ask(call.token, data.draw(st.sampled_from(ENDS[type(step)])))
    event(type(step).__name__)
    target(float(call.questions))
    call.assert_good_end(step)


class Call:
    """One caller on the way through the dialplan."""

    def __init__(self, world: World, written: dict[str, Any]) -> None:
        self.world, self.now = world, NOW
        self.rules = loaded(written)
        self.inbound = answering(self.rules, world, lambda: self.now)
        self.causes = set(causes(written))
        self.token, self.outcome, self.questions, self.passed = "", "", 0, 0

    async def ask(self, token: str, outcome: str) -> Step:
        self.questions += 1
        self.outcome = outcome
        decision = await self.inbound.decide(asked(token=token, outcome=outcome))
        assert_safe(decision.answer)
        decision.settle(True)
        self.token, step = decision.answer.next_token, decision.answer.step
        took = getattr(step, "wait", None) or 1
        self.now += timedelta(seconds=self.world.draw(st.sampled_from([took, took, 0, -5])))
        return step

    async def passed_on(self, outcome: str) -> Step:
        """Another way into the dialplan, which asks anew from there."""
        self.passed, self.questions = self.passed + 1, 0
        token = Handover.token(self.world.draw(PHONES)) if outcome == "REDIRECTED" else self.token
        return await self.ask(token, outcome)

    def over(self, step: Step) -> bool:
        """Nobody asks again: hung up, waiting without limit, let go with a promise."""
        waits = isinstance(step, QueueStep) and step.wait is None
        kept = isinstance(step, CallbackStep) and self.world.draw(st.booleans())
        return isinstance(step, HangupStep) or waits or kept

    def assert_good_end(self, step: Step) -> None:
        if isinstance(step, HangupStep):
            assert step.cause in self.causes or self.outcome == "RECORDED"
        elif isinstance(step, QueueStep):
            assert step.queue in {*self.rules.queues, "operators", "duty-doctor"}
        else:
            assert self.world.given


def causes(value: Any) -> list[int]:
    """The causes of all ``hangup`` steps in written rules."""
    if isinstance(value, dict):
        mine = [value["hangup"]["cause"]] if "hangup" in value else []
        return mine + [cause for inner in value.values() for cause in causes(inner)]
    return [cause for inner in value for cause in causes(inner)] if isinstance(value, list) else []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(written=ROUTINGS, data=st.data())
async def test_nothing_that_agi_receives_is_left_without_an_answer(written, data):
    """Tokens of strangers, of other versions, of calls that were passed on; outcomes that there are not."""
    inbound, token = answering(loaded(written), World(data.draw)), ""
    for _ in range(3):
        fields = data.draw(
            st.fixed_dictionaries(
                {
                    "token": HOSTILE | st.just(token),
                    "outcome": HOSTILE | WAYS_IN | TEXT.map(TRANSFER.__add__),
                },
                optional=dict.fromkeys(
                    ("called_number", "caller_number", "caller_name", "presentation"), TEXT
                ),
            )
        )
        leg = data.draw(HOSTILE)
        ask = replace(asked(**fields), linked_id=LinkedId(leg), unique_id=UniqueId(leg))
        decision = await inbound.decide(ask)
        assert_safe(decision.answer)
        decision.settle(data.draw(st.booleans()))
        token = decision.answer.next_token
