"""A caller is promised a call: only what is durable is promised, and nobody loses his place."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from ccd.callbacks.promise import Promise, Standing
from ccd.calls.ids import LinkedId, QueueName, UniqueId
from ccd.calls.record import CallRecord, Segment, SegmentKind
from ccd.ports.promises import TooManyPromisesError
from ccd.promising import Promising, since_of
from ccd.routing.question import StepRequest
from ccd.routing.step_kinds import CallbackStep, QueueStep
from tests.unit.callbacks.samples import NOW, ago, promise
from tests.unit.routing.facts import facts, rules
from tests.unit.store.samples import call as record

OPERATORS = QueueName("operators")
STEP = CallbackStep(queue=OPERATORS, sound="ccd/we-call", within=3600, priority=5)


class Store:
    def __init__(self) -> None:
        self.given: list[Promise] = []
        self.error: Exception | None = None
        self.hangs = False

    async def give(self, promise: Promise, patience: float | None = None) -> Promise:
        if self.hangs:
            await asyncio.Event().wait()
        if self.error:
            raise self.error
        self.given.append(promise)
        return promise

    async def change(self, before: Promise, after: Promise) -> bool:
        raise AssertionError

    async def live(self) -> list[Promise]:
        if self.error:
            raise self.error
        return self.given


def waiting(call_id: str, *minutes_ago: int, queue: QueueName = OPERATORS) -> CallRecord:
    """A call that has waited so often; it is in the last queue still."""
    segments = tuple(
        Segment(
            kind=SegmentKind.WAITING,
            queue=queue,
            began_at=ago(one),
            result="" if one == minutes_ago[-1] else "left",
        )
        for one in minutes_ago
    )
    return replace(record(call_id), caller_leg=UniqueId(call_id), segments=segments)


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def calls():
    return [waiting("1.1", 10, 2)]


@pytest.fixture
def promising(store, calls, monkeypatch):
    monkeypatch.setattr("ccd.promising.PATIENCE", 0.05)
    return Promising(store, lambda: calls, region="RU", clock=lambda: NOW)


def ask(**changes: str) -> StepRequest:
    fields = {"called_number": "74951234567", "caller_number": "89161234567", "caller_name": "M"} | changes
    return StepRequest(linked_id=LinkedId(fields.pop("call", "1.1")), unique_id=UniqueId("1.1"), **fields)


async def test_the_promise_has_the_place_since_the_caller_began_to_wait(promising, store):
    assert await promising.promise(ask(), STEP)
    (given,) = store.given
    assert (given.number, given.joined_at, given.promised_at) == ("+79161234567", ago(10), NOW)
    assert (given.due_by, given.priority, given.called_number) == (ago(-60), 5, "74951234567")


async def test_a_promised_moment_has_its_own_deadline(promising, store):
    assert await promising.promise(ask(), replace(STEP, at=ago(-120)))
    assert store.given[0].due_by == ago(-180)


async def test_a_plans_time_of_day_and_its_deadline_are_kept_as_written(promising, store):
    written = {"callback": {"queue": "operators", "sound": "s", "at": "09:00", "within": "1h"}}
    plan = rules({"name": "it", "steps": [written]}, timezone="Europe/Moscow")
    step = plan.first(facts(now=datetime(2026, 11, 18, 18, tzinfo=UTC)))[1].step  # 21:00 in Moscow
    assert isinstance(step, CallbackStep)
    assert await promising.promise(ask(), step)
    (given,) = store.given
    assert given.at == datetime(2026, 11, 19, 6, tzinfo=UTC)
    assert given.due_by == datetime(2026, 11, 19, 7, tzinfo=UTC)


async def test_what_is_not_stored_is_not_promised(promising, store):
    store.error = RuntimeError("database is locked")
    assert not await promising.promise(ask(), STEP)
    store.error, store.hangs = None, True
    assert not await promising.promise(ask(), STEP)


async def test_what_would_be_too_many_is_not_promised_and_told(promising, store):
    store.error = TooManyPromisesError("the queue has 50 already")
    with capture_logs() as logs:
        assert not await promising.promise(ask(), STEP)
    assert [(one["event"], one["log_level"]) for one in logs] == [("no promise: too many", "warning")]


async def test_who_cannot_be_called_is_promised_nothing(promising, store):
    assert not await promising.promise(ask(caller_number="anonymous"), STEP)
    assert not await promising.promise(ask(presentation="prohib"), STEP)
    assert store.given == []


async def test_who_is_promised_nothing_waits_on_at_his_place(promising, calls):
    calls += [waiting("2.1", 11), waiting("3.1", 9), waiting("4.1", 60, queue=QueueName("other"))]
    assert promising.own_place(ask(), STEP) == QueueStep(queue=OPERATORS, priority=5, position=2)


async def test_a_call_of_ours_is_known_by_its_id(promising, store):
    calling = promise(state=Standing.CALLING, attempts=1, last_attempt_at=NOW)
    store.given = [promise(promise_id=2), calling]
    assert await promising.kept_by(ask(call=calling.attempt_id)) == calling
    assert await promising.kept_by(ask(call="ccd-callback-1-2-0")) is None
    store.error = RuntimeError("database is locked")
    assert await promising.kept_by(ask(call=calling.attempt_id)) is None


def test_how_long_a_caller_has_waited_is_told_by_his_channel(calls):
    assert since_of(calls)(UniqueId("1.1")) == ago(10)
    assert since_of(calls)(UniqueId("7.7")) is None
