"""A call arrives: what is asked, what is answered, and what happens when a part fails."""

import asyncio
from datetime import UTC, datetime

import pytest

from ccd.callbacks.promise import Promise
from ccd.calls.events import CallOffered, StepTaken
from ccd.calls.ids import LinkedId, QueueName, UniqueId
from ccd.directory.lookup import Lookup
from ccd.directory.model import Caller, DirectoryError, Patient
from ccd.inbound import Inbound
from ccd.routing.model import CallbackStep, Facts, QueueStep, StepAnswer, StepRequest
from tests.unit.callbacks.samples import promise

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
OPERATORS = StepAnswer(step=QueueStep(queue=QueueName("operators"), wait=40), next_token="r:1")
DOCTORS = StepAnswer(step=QueueStep(queue=QueueName("duty-doctor")), next_token="r:2")


class FakeRules:
    version = "v1"

    def __init__(self) -> None:
        self.facts: list[Facts] = []

    def first(self, facts: Facts) -> tuple[str, StepAnswer]:
        self.facts.append(facts)
        return "everyone", OPERATORS

    def next(self, token: str) -> StepAnswer:
        assert token == "r:1"
        return DOCTORS


class FakeSource:
    name = "fake"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: tuple[Patient, ...] = (Patient(patient_id="7", full_name="Иванова Мария"),)
        self.error: Exception | None = None
        self.hangs = False

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        self.asked.append(e164)
        if self.hangs:
            await asyncio.Event().wait()
        if self.error:
            raise self.error
        return self.answer


class Offered:
    def __init__(self) -> None:
        self.events: list[tuple[CallOffered, Caller]] = []
        self.breaks = False

    def __call__(self, event: CallOffered, caller: Caller) -> None:
        self.events.append((event, caller))
        if self.breaks:
            raise RuntimeError("tracking is broken")


@pytest.fixture
def source() -> FakeSource:
    return FakeSource()


@pytest.fixture
def rules() -> FakeRules:
    return FakeRules()


@pytest.fixture
def offered() -> Offered:
    return Offered()


@pytest.fixture
def inbound(source, rules, offered) -> Inbound:
    return Inbound(Lookup([source], "RU", 0.05), rules, offered, lambda: NOW)


def ask(**changes: str) -> StepRequest:
    fields = {"called_number": "74951234567", "caller_number": "89161234567", "caller_name": "M"} | changes
    return StepRequest(linked_id=LinkedId("1.0"), unique_id=UniqueId("1.0"), **fields)


async def answered(inbound: Inbound, *, taken: bool = True, **changes: str) -> StepAnswer:
    decision = await inbound.decide(ask(**changes))
    decision.settle(taken)
    return decision.answer


async def test_a_rule_whose_answer_was_not_taken_routed_nothing(inbound, offered):
    await answered(inbound, taken=False)
    event, _caller = offered.events[0]
    assert (event.rule, event.rules_version, event.caller_number) == ("", "", "89161234567")


async def test_a_withheld_number_is_said_to_be(inbound, offered):
    await answered(inbound, presentation="prohib_not_screened")
    assert offered.events[0][0].withheld


async def test_first_question_looks_up_and_routes(inbound, source, rules, offered):
    assert await answered(inbound) is OPERATORS
    assert source.asked == ["+79161234567"]
    assert rules.facts[0].caller.known
    event, caller = offered.events[0]
    assert (event.rule, event.rules_version, event.caller_number) == ("everyone", "v1", "89161234567")
    assert caller.patients[0].patient_id == "7"


async def test_later_questions_ask_nobody(inbound, source, offered):
    assert await answered(inbound, token="r:1", outcome="TIMEOUT") is DOCTORS
    assert (source.asked, offered.events) == ([], [])


async def test_a_hanging_directory_is_named_and_the_call_routes(inbound, source, rules):
    source.hangs = True
    assert await answered(inbound) is OPERATORS
    assert rules.facts[0].caller.failed == ("fake",)


async def test_a_locked_directory_is_named_and_the_call_routes(inbound, source, rules):
    source.error = DirectoryError("database is locked")
    assert await answered(inbound) is OPERATORS
    assert rules.facts[0].caller.failed == ("fake",)


async def test_a_broken_tracker_does_not_stop_the_call(inbound, offered):
    offered.breaks = True
    assert await answered(inbound) is OPERATORS


async def test_every_step_that_asterisk_took_is_told(source, rules, offered):
    steps: list[StepTaken] = []
    inbound = Inbound(Lookup([source], "RU", 0.05), rules, offered, lambda: NOW, taken=steps.append)
    await answered(inbound)
    await answered(inbound, token="r:1", outcome="TIMEOUT")
    await answered(inbound, token="r:1", outcome="FULL", taken=False)
    assert [(one.kind, one.target, one.ended) for one in steps] == [
        ("queue", "operators", ""),
        ("queue", "duty-doctor", "TIMEOUT"),
    ]


async def test_anonymous_callers_route_unasked(inbound, source):
    assert await answered(inbound, caller_number="anonymous") is OPERATORS
    assert source.asked == []


CALLED_BACK = promise(name="Ivanov", priority=5)
PROMISE = StepAnswer(step=CallbackStep(queue=QueueName("operators"), sound="x", within=60), next_token="r:3")


class FakePromises:
    def __init__(self) -> None:
        self.durable = True
        self.kept: Promise | None = None

    async def promise(self, ask: StepRequest, step: CallbackStep) -> bool:
        assert step is PROMISE.step
        return self.durable

    def own_place(self, ask: StepRequest, step: CallbackStep) -> QueueStep:
        return QueueStep(queue=step.queue, position=4)

    async def kept_by(self, ask: StepRequest) -> Promise | None:
        return self.kept


@pytest.fixture
def promises() -> FakePromises:
    return FakePromises()


@pytest.fixture
def promising(source, rules, offered, promises, monkeypatch) -> Inbound:
    monkeypatch.setattr(rules, "next", lambda *_: PROMISE)
    return Inbound(Lookup([source], "RU", 0.05), rules, offered, lambda: NOW, promises=promises)


async def test_a_promise_is_told_when_it_is_durable(promising):
    assert await answered(promising, token="r:1", outcome="KEY-1") is PROMISE


async def test_who_cannot_be_promised_a_call_waits_on_at_his_place(promising, promises):
    promises.durable = False
    answer = await answered(promising, token="r:1", outcome="KEY-1")
    assert answer == StepAnswer(step=QueueStep(queue=QueueName("operators"), position=4), next_token="r:3")


async def test_a_patient_called_back_is_known_and_next(promising, promises, source, offered):
    promises.kept = CALLED_BACK
    answer = await answered(promising, caller_number="74951234567", outcome="CALLBACK")
    assert answer.step == QueueStep(queue=QueueName("operators"), priority=5, position=1)
    assert source.asked == ["+79161234567"]
    event, caller = offered.events[0]
    assert (event.caller_number, event.caller_name, event.rule) == ("+79161234567", "Ivanov", "callback")
    assert caller.known
