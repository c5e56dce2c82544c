"""A call arrives: what is asked, what is answered, and what happens when a part fails."""

import asyncio
from datetime import UTC, datetime

import pytest

from ccd.callbacks.promise import Promise
from ccd.calls.events import CallbackPromised, CallOffered, OwnEvent, StepTaken
from ccd.calls.ids import LinkedId, QueueName, UniqueId
from ccd.directory.caller import Caller
from ccd.directory.lookup import Lookup
from ccd.directory.model import DirectoryError, Patient
from ccd.directory.phones import normalise
from ccd.gathering import Gatherer
from ccd.inbound import AFTER_QUEUE, Inbound
from ccd.routing.facts import Facts, History, PastCall, QueueState
from ccd.routing.needs import HISTORY, QUEUES
from ccd.routing.question import StepAnswer, StepRequest
from ccd.routing.step_kinds import CallbackStep, QueueStep
from tests.unit.callbacks.samples import promise

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
OPERATORS = StepAnswer(step=QueueStep(queue=QueueName("operators"), wait=40), next_token="r:1")
DOCTORS = StepAnswer(step=QueueStep(queue=QueueName("duty-doctor")), next_token="r:2")

WAITING = {QueueName("operators"): QueueState(waiting=3)}


class FakeRules:
    version = "v1"
    default_queue = QueueName("operators")
    needs: frozenset[str] = frozenset()
    asks_later = False

    def __init__(self) -> None:
        self.facts: list[Facts] = []
        self.instead: dict[str, StepAnswer] = {}

    def first(self, facts: Facts) -> tuple[str, StepAnswer]:
        self.facts.append(facts)
        return "everyone", OPERATORS

    def uses_facts(self, token: str) -> bool:
        assert token == "r:1"
        return self.asks_later

    def next(self, token: str, outcome: str, facts: Facts) -> StepAnswer:
        assert (token, outcome) == ("r:1", "TIMEOUT")
        self.facts.append(facts)
        return DOCTORS

    def unpromised(self, token: str, _facts: Facts) -> StepAnswer | None:
        return self.instead.get(token)


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


class FakeHistory:
    def __init__(self) -> None:
        self.asked: list[tuple[str, datetime, str]] = []
        self.answer = History(calls=(PastCall(at=NOW, disposition="abandoned"),))
        self.error: Exception | None = None
        self.hangs = False

    async def history(self, e164: str, now: datetime, but: LinkedId) -> History:
        self.asked.append((e164, now, but))
        if self.hangs:
            await asyncio.Event().wait()
        if self.error:
            raise self.error
        return self.answer


class FakeTracking:
    def __init__(self) -> None:
        self.events: list[tuple[CallOffered, Caller]] = []
        self.steps: list[OwnEvent] = []
        self.breaks = False
        self.known: dict[str, Caller] = {}

    def offered(self, event: CallOffered, caller: Caller) -> None:
        self.events.append((event, caller))
        if self.breaks:
            raise RuntimeError("tracking is broken")

    def handle(self, event: OwnEvent) -> None:
        self.steps.append(event)

    def caller(self, call_id: LinkedId) -> Caller | None:
        return self.known.get(call_id)


@pytest.fixture
def source() -> FakeSource:
    return FakeSource()


@pytest.fixture
def rules() -> FakeRules:
    return FakeRules()


@pytest.fixture
def tracking() -> FakeTracking:
    return FakeTracking()


@pytest.fixture
def history() -> FakeHistory:
    return FakeHistory()


@pytest.fixture
def gatherer(source, history) -> Gatherer:
    lookup = Lookup([source], "RU", 0.05)
    return Gatherer(lookup, history, lambda: WAITING, deadline=0.05, clock=lambda: NOW)


@pytest.fixture
def inbound(gatherer, rules, tracking) -> Inbound:
    return Inbound(gatherer, rules, tracking, lambda: NOW)


def ask(**changes: str) -> StepRequest:
    fields = {"called_number": "74951234567", "caller_number": "89161234567", "caller_name": "M"} | changes
    linked_id = LinkedId(fields.pop("linked_id", "1.0"))
    return StepRequest(linked_id=linked_id, unique_id=UniqueId("1.0"), **fields)


async def answered(inbound: Inbound, *, taken: bool = True, **changes: str) -> StepAnswer:
    decision = await inbound.decide(ask(**changes))
    decision.settle(taken)
    return decision.answer


async def test_a_rule_whose_answer_was_not_taken_routed_nothing(inbound, tracking):
    await answered(inbound, taken=False)
    event, _caller = tracking.events[0]
    assert (event.rule, event.rules_version, event.caller_number) == ("", "", "89161234567")


async def test_a_withheld_number_is_said_to_be(inbound, tracking):
    await answered(inbound, presentation="prohib_not_screened")
    assert tracking.events[0][0].withheld


async def test_first_question_looks_up_and_routes(inbound, source, rules, tracking):
    assert await answered(inbound) is OPERATORS
    assert source.asked == ["+79161234567"]
    assert rules.facts[0].caller.known
    event, caller = tracking.events[0]
    assert (event.rule, event.rules_version, event.caller_number) == ("everyone", "v1", "89161234567")
    assert caller.patients[0].patient_id == "7"


async def test_later_questions_ask_nobody(inbound, source, tracking, rules):
    assert await answered(inbound, token="r:1", outcome="TIMEOUT") is DOCTORS
    assert (source.asked, tracking.events) == ([], [])
    assert rules.facts[0].caller.number.e164 == "+79161234567"


async def test_a_key_is_answered_with_the_line_and_asks_nobody(inbound, source, rules, history, monkeypatch):
    monkeypatch.setattr(rules, "next", lambda _token, _outcome, facts: rules.facts.append(facts) or DOCTORS)
    await answered(inbound, token="r:1", outcome="KEY-5")
    assert rules.facts[0].queues == WAITING
    assert (source.asked, history.asked) == ([], [])
    rules.asks_later = True
    await answered(inbound, token="r:1", outcome="KEY-5")
    assert rules.facts[1].queues == WAITING


async def test_a_hanging_directory_is_named_and_the_call_routes(inbound, source, rules):
    source.hangs = True
    assert await answered(inbound) is OPERATORS
    assert rules.facts[0].caller.failed == ("fake",)


async def test_a_locked_directory_is_named_and_the_call_routes(inbound, source, rules):
    source.error = DirectoryError("database is locked")
    assert await answered(inbound) is OPERATORS
    assert rules.facts[0].caller.failed == ("fake",)


async def test_a_broken_tracker_does_not_stop_the_call(inbound, tracking):
    tracking.breaks = True
    assert await answered(inbound) is OPERATORS


async def test_every_step_that_asterisk_took_is_told(inbound, tracking):
    await answered(inbound)
    await answered(inbound, token="r:1", outcome="TIMEOUT")
    await answered(inbound, token="r:1", outcome="TIMEOUT", taken=False)
    assert [(one.kind, one.target, one.ended) for one in tracking.steps] == [
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
def promising(gatherer, rules, tracking, promises, monkeypatch) -> Inbound:
    monkeypatch.setattr(rules, "next", lambda *_: PROMISE)
    return Inbound(gatherer, rules, tracking, lambda: NOW, promises=promises)


async def test_a_promise_is_told_when_it_is_durable(promising):
    assert await answered(promising, token="r:1", outcome="KEY-1") is PROMISE


@pytest.mark.parametrize(("taken", "told"), [(True, StepTaken), (False, CallbackPromised)])
async def test_a_promise_stands_whether_or_not_the_caller_heard_of_it(promising, tracking, taken, told):
    await answered(promising, token="r:1", outcome="KEY-1", taken=taken)
    assert [type(one) for one in tracking.steps] == [told]


async def test_who_cannot_be_promised_a_call_waits_on_at_his_place(promising, promises):
    promises.durable = False
    answer = await answered(promising, token="r:1", outcome="KEY-1")
    assert answer == StepAnswer(step=QueueStep(queue=QueueName("operators"), position=4), next_token="r:3")


async def test_who_pressed_the_key_in_vain_waits_on_as_his_plan_says(promising, promises, rules):
    promises.durable = False
    rules.instead["r:3"] = DOCTORS
    assert await answered(promising, token="r:1", outcome="KEY-1") is DOCTORS


async def test_one_promise_in_vain_is_enough(promising, promises, rules):
    promises.durable = False
    later = StepAnswer(step=CallbackStep(queue=QueueName("later"), sound="x", within=60), next_token="r:4")
    rules.instead["r:3"] = later
    answer = await answered(promising, token="r:1", outcome="KEY-1")
    assert answer == StepAnswer(step=QueueStep(queue=QueueName("later"), position=4), next_token="r:4")


async def test_a_patient_called_back_is_known_and_next(promising, promises, source, tracking):
    promises.kept = CALLED_BACK
    ours = "ccd-callback-1-1-0"
    answer = await answered(promising, linked_id=ours, caller_number="74951234567", outcome="CALLBACK")
    assert answer.step == QueueStep(queue=QueueName("operators"), priority=5, position=1)
    assert answer.next_token == AFTER_QUEUE
    assert source.asked == ["+79161234567"]
    event, caller = tracking.events[0]
    assert (event.caller_number, event.caller_name, event.rule) == ("+79161234567", "Ivanov", "callback")
    assert caller.known


async def test_a_patient_called_back_goes_on_from_the_queue(promising, promises):
    promises.kept = CALLED_BACK
    assert await answered(promising, linked_id="ccd-callback-1-1-0", token="r:1", outcome="FULL") is PROMISE


async def test_a_patient_whom_we_called_is_not_routed_like_a_stranger(promising):
    """The database is away just now: the rules might hang up on who calls at this hour."""
    answer = await answered(promising, linked_id="ccd-callback-1-1-0", outcome="CALLBACK")
    assert answer.step == QueueStep(queue=promising.rules.default_queue)


async def test_history_and_queues_are_asked_only_by_rules_that_need_them(inbound, rules, history):
    await answered(inbound)
    assert (history.asked, rules.facts[0].history.complete, rules.facts[0].queues) == ([], False, None)
    rules.needs = frozenset({HISTORY, QUEUES})
    await answered(inbound)
    assert history.asked == [("+79161234567", NOW, "1.0")]
    assert (rules.facts[1].history, rules.facts[1].queues) == (history.answer, WAITING)


async def test_history_and_directory_are_asked_at_the_same_time(inbound, source, rules, history):
    rules.needs = frozenset({HISTORY})
    source.hangs = history.hangs = True
    asking = asyncio.create_task(answered(inbound))
    async with asyncio.timeout(10):
        while not (source.asked and history.asked):
            await asyncio.sleep(0)
    assert await asking is OPERATORS
    assert (rules.facts[0].history, rules.facts[0].caller.failed) == (History(complete=False), ("fake",))


@pytest.mark.parametrize("slow", ["source", "history"])
async def test_what_came_in_time_is_used_though_the_other_hangs(inbound, source, rules, history, slow):
    rules.needs = frozenset({HISTORY})
    {"source": source, "history": history}[slow].hangs = True
    await answered(inbound)
    facts = rules.facts[0]
    assert (facts.caller.known, facts.history.complete) == (slow == "history", slow == "source")


async def test_a_history_that_breaks_is_not_complete_and_the_call_routes(inbound, rules, history):
    rules.needs = frozenset({HISTORY})
    history.error = RuntimeError("broken")
    assert await answered(inbound) is OPERATORS
    assert rules.facts[0].history == History(complete=False)


@pytest.mark.parametrize(
    "changes",
    [
        {"caller_number": "anonymous"},
        {"presentation": "prohib"},
        {"caller_number": "\r\nx"},
        {"caller_number": "101"},
    ],
)
async def test_who_cannot_be_told_apart_has_no_history(inbound, rules, history, changes):
    rules.needs = frozenset({HISTORY})
    await answered(inbound, **changes)
    assert (history.asked, rules.facts[0].history) == ([], History(complete=False))


async def test_a_later_question_remembers_who_calls(inbound, source, rules, tracking, history):
    rules.needs, rules.asks_later = frozenset({HISTORY, QUEUES}), True
    tracking.known["1.0"] = Caller(number=normalise("+79160000000", "RU"))
    await answered(inbound, token="r:1", outcome="TIMEOUT")
    assert (source.asked, history.asked) == ([], [("+79160000000", NOW, "1.0")])
    assert (rules.facts[0].caller, rules.facts[0].queues) == (tracking.known["1.0"], WAITING)


async def test_a_later_question_after_a_restart_looks_up_again(inbound, source, rules):
    rules.asks_later = True
    await answered(inbound, token="r:1", outcome="TIMEOUT")
    assert source.asked == ["+79161234567"]
    assert rules.facts[0].caller.known
