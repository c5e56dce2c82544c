"""Promises are kept: once, by whoever's turn it is, through every kind of failure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from ccd.callbacks.promise import PAUSES, Promise, Standing
from ccd.callbacks.turn import Line
from ccd.calls.ids import LinkedId, QueueName
from ccd.calls.record import CallRecord, Disposition, Segment, SegmentKind, State
from ccd.ports.switchboard import NotBegunError, NotHeardError
from ccd.recall import GRACE, LONGEST_RING, Recall
from tests.unit.callbacks.samples import NOW, ago, promise
from tests.unit.store.samples import call as sample

OPERATORS = QueueName("operators")
FREE = Line(on_duty=1, free=1)
MOMENT = GRACE + timedelta(seconds=1)


class Clinic:
    """Store, switchboard, archive and calls in one; the clock stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW
        self.promises: dict[int, Promise] = {}
        self.in_progress: list[CallRecord] = []
        self.past: list[CallRecord] = []
        self.line = FREE
        self.dialled: list[Promise] = []
        self.channels: set[LinkedId] = set()
        self.causes: dict[LinkedId, int] = {}
        self.error: Exception | None = None
        self.durable_when_dialled: list[Standing] = []

    def recall(self) -> Recall:
        return Recall(
            store=self,
            switchboard=self,
            archive=self,
            calls=lambda: self.in_progress,
            find=self.find,
            cause=self.causes.get,
            clock=lambda: self.now,
        )

    async def look(self, seconds: float = 0) -> Promise:
        """A new keeper looks once, so many seconds later: none may remember anything."""
        self.now += timedelta(seconds=seconds)
        await self.recall().look()
        return self.promises[1]

    async def live(self) -> list[Promise]:
        return [one for one in self.promises.values() if one.live]

    async def give(self, promise: Promise, patience: float | None = None) -> Promise:
        self.promises[promise.promise_id] = promise
        return promise

    async def change(self, before: Promise, after: Promise) -> bool:
        if self.promises[before.promise_id] != before:
            return False
        self.promises[before.promise_id] = after
        return True

    async def lines(self, queues: Iterable[QueueName], since: Any) -> dict[QueueName, Line]:
        if self.error:
            raise self.error
        return dict.fromkeys(queues, self.line)

    async def call(self, promise: Promise) -> None:
        self.durable_when_dialled.append(self.promises[promise.promise_id].state)
        self.dialled.append(promise)
        if self.error:
            raise self.error
        self.channels.add(promise.attempt_id)

    async def alive(self, call_id: LinkedId) -> bool:
        if self.error:
            raise self.error
        return call_id in self.channels

    async def find(self, call_id: LinkedId) -> CallRecord | None:
        return next((one for one in [*self.in_progress, *self.past] if one.call_id == call_id), None)

    async def open_calls(self) -> list[CallRecord]:
        return self.in_progress

    async def calls(self, *, number: str = "", since: datetime | None = None, **_: Any) -> list[CallRecord]:
        return [one for one in self.past if one.caller_number == number]

    async def annotate(self, note: Any) -> bool:
        raise AssertionError


@pytest.fixture
def clinic():
    clinic = Clinic()
    clinic.promises[1] = promise()
    return clinic


def call(call_id: str, state: State = State.CONNECTED, at: datetime = NOW) -> CallRecord:
    talk = Segment(kind=SegmentKind.TALKING, queue=OPERATORS, began_at=at)
    talked = state is not State.WAITING
    return replace(
        sample(call_id),
        state=state,
        caller_number="+79161234567",
        answered_at=at if talked else None,
        segments=(talk,) if talked else (),
    )


async def test_who_is_next_is_called_and_the_attempt_is_durable_before(clinic):
    calling = await clinic.look()
    assert [one.number for one in clinic.dialled] == ["+79161234567"]
    assert clinic.durable_when_dialled == [Standing.CALLING]
    assert (calling.state, calling.attempts) == (Standing.CALLING, 1)


async def test_a_call_under_way_is_not_begun_again(clinic):
    await clinic.look()
    for _ in range(3):
        await clinic.look(10)
    assert len(clinic.dialled) == 1


async def test_a_patient_who_talks_with_an_agent_was_called_back(clinic):
    calling = await clinic.look()
    clinic.in_progress = [call(calling.attempt_id)]
    kept = await clinic.look(1)
    assert (kept.state, kept.answered_by) == (Standing.KEPT, calling.attempt_id)


async def test_a_talk_that_ended_while_ccd_was_away_counts(clinic):
    calling = await clinic.look()
    clinic.past = [call(calling.attempt_id, State.ENDED)]
    clinic.channels.clear()
    assert (await clinic.look(60)).state is Standing.KEPT


def unseen(record: CallRecord) -> CallRecord:
    """The same call, of whose talk ccd saw only that there was one."""
    segments = tuple(replace(one, began_at=None) for one in record.segments)
    return replace(record, answered_at=None, disposition=Disposition.ANSWERED, segments=segments)


async def test_a_talk_whose_begin_ccd_did_not_see_counts(clinic):
    calling = await clinic.look()
    clinic.past = [unseen(call(calling.attempt_id, State.ENDED))]
    clinic.channels.clear()
    assert (await clinic.look(60)).state is Standing.KEPT


@pytest.mark.parametrize(("arrived", "then"), [(1, Standing.SUPERSEDED), (8, Standing.CALLING)])
async def test_a_talk_of_unknown_begin_counts_when_the_call_arrived_after_the_promise(clinic, arrived, then):
    clinic.past = [replace(unseen(call("9.9", State.ENDED)), arrived_at=ago(arrived))]
    assert (await clinic.look()).state is then


async def test_a_missed_call_is_tried_again_after_the_pause(clinic):
    await clinic.look()
    clinic.channels.clear()
    missed = await clinic.look(MOMENT.total_seconds())
    assert (missed.state, missed.next_attempt_at) == (Standing.WAITING, clinic.now + timedelta(minutes=1))
    await clinic.look(30)
    assert len(clinic.dialled) == 1
    await clinic.look(31)
    assert len(clinic.dialled) == 2


@pytest.mark.parametrize(("cause", "counted"), [(34, 0), (27, 0), (20, 0), (17, 1), (19, 1), (0, 1)], ids=str)
async def test_what_did_not_ring_the_patient_did_not_miss(clinic, cause, counted):
    calling = await clinic.look()
    clinic.channels.clear()
    clinic.causes[calling.attempt_id] = cause
    after = await clinic.look(MOMENT.total_seconds())
    assert (after.state, after.attempts) == (Standing.WAITING, counted)
    assert after.next_attempt_at == clinic.now + timedelta(minutes=1)


async def test_a_trunk_that_is_out_ends_no_promise_before_its_deadline(clinic):
    while clinic.now < clinic.promises[1].due_by:
        now = await clinic.look(61)
        clinic.channels.clear()
        clinic.causes[now.attempt_id] = 38
        assert now.state in {Standing.WAITING, Standing.CALLING}
    assert len(clinic.dialled) > len(PAUSES) + 1
    await clinic.look(61)
    assert (await clinic.look(61)).state is Standing.EXPIRED


async def test_who_answered_before_the_line_broke_was_called(clinic):
    calling = await clinic.look()
    clinic.past = [replace(call(calling.attempt_id, State.WAITING), state=State.ENDED, hangup_cause=38)]
    clinic.channels.clear()
    clinic.causes[calling.attempt_id] = 38
    assert (await clinic.look(60)).attempts == 1


async def test_a_call_that_never_had_a_channel_does_not_count(clinic):
    keeper = clinic.recall()
    await keeper.look()
    clinic.channels.clear()
    clinic.now += MOMENT
    await keeper.look()
    assert (clinic.promises[1].state, clinic.promises[1].attempts) == (Standing.WAITING, 0)


async def test_a_call_that_asterisk_does_not_know_yet_is_waited_for(clinic):
    await clinic.look()
    clinic.channels.clear()
    assert (await clinic.look(1)).state is Standing.CALLING


async def test_killed_before_the_call_was_begun_it_is_called_again_later(clinic):
    """The attempt is durable, the channel never was."""
    clinic.promises[1] = promise(state=Standing.CALLING, attempts=1, last_attempt_at=ago(1))
    assert (await clinic.look()).state is Standing.WAITING
    await clinic.look(61)
    assert len(clinic.dialled) == 1


async def test_nothing_is_done_while_asterisk_is_not_heard(clinic):
    clinic.error = NotHeardError("no link")
    with pytest.raises(NotHeardError):
        await clinic.look()
    assert (clinic.dialled, clinic.promises[1].state) == ([], Standing.WAITING)
    calling = promise(state=Standing.CALLING, attempts=1, last_attempt_at=ago(9))
    clinic.promises[1] = calling
    with pytest.raises(NotHeardError):
        await clinic.look()
    assert clinic.promises[1] == calling


async def test_a_call_that_asterisk_refused_does_not_count(clinic):
    async def refuse(_promise: Promise) -> None:
        raise NotBegunError("Permission denied")

    clinic.call = refuse
    with capture_logs() as logs:
        refused = await clinic.look()
    assert (refused.state, refused.attempts) == (Standing.WAITING, 0)
    assert ("callback not begun", "error") in [(one["event"], one["log_level"]) for one in logs]


async def test_a_call_whose_beginning_is_unknown_is_not_begun_twice(clinic):
    async def lost(tried: Promise) -> None:
        clinic.channels.add(tried.attempt_id)
        raise NotHeardError("link lost")

    dial, clinic.call = clinic.call, lost
    with pytest.raises(NotHeardError):
        await clinic.look()
    clinic.call = dial
    assert (await clinic.look(60)).state is Standing.CALLING
    assert clinic.dialled == []


async def test_a_deadline_that_passes_is_told_loudly_and_the_promise_stays(clinic):
    clinic.line = Line()
    clinic.promises[1] = promise(due_by=NOW + timedelta(seconds=30))
    await clinic.look()
    with capture_logs() as logs:
        expired = await clinic.look(31)
    assert expired.state is Standing.EXPIRED
    assert ("callback promise broken", "error") in [(one["event"], one["log_level"]) for one in logs]
    assert clinic.dialled == []


async def test_who_got_through_by_himself_is_not_called(clinic):
    clinic.in_progress = [call("9.9")]
    assert (await clinic.look()).state is Standing.SUPERSEDED
    assert clinic.dialled == []


async def test_who_got_through_while_ccd_was_away_is_not_called(clinic):
    clinic.past = [call("9.9", State.ENDED, ago(1))]
    assert (await clinic.look()).state is Standing.SUPERSEDED
    assert clinic.dialled == []


async def test_a_talk_before_the_promise_does_not_fulfil_it(clinic):
    clinic.past = [call("1.1", State.ENDED, ago(8))]
    assert (await clinic.look()).state is Standing.CALLING


async def test_who_waits_on_the_line_by_himself_is_not_called_away(clinic):
    clinic.in_progress = [call("9.9", State.WAITING)]
    assert (await clinic.look()).state is Standing.WAITING
    assert clinic.dialled == []


async def test_cancelled_between_look_and_call(clinic):
    live: list[Promise] = await clinic.live()
    clinic.promises[1] = replace(clinic.promises[1], state=Standing.CANCELLED)

    async def stale() -> list[Promise]:
        return live

    clinic.live = stale
    await clinic.look()
    assert clinic.dialled == []


async def test_whom_we_called_waits_before_the_next_one_is_called(clinic):
    """He took our call and waits for an agent: the only free one is his."""
    clinic.promises[2] = replace(promise(number="+79167654321"), promise_id=2, joined_at=NOW)
    first = await clinic.look()
    ours = replace(call(first.attempt_id, State.WAITING), caller_number=first.number)
    clinic.in_progress = [ours]
    await clinic.look(5)
    assert [one.promise_id for one in clinic.dialled] == [1]


async def test_our_own_call_keeps_no_other_queues_promise(clinic):
    doctors = replace(promise(), promise_id=2, queue=QueueName("duty-doctor"), state=Standing.WAITING)
    first = await clinic.look()
    clinic.promises[2] = doctors
    clinic.in_progress = [replace(call(first.attempt_id), caller_number=first.number)]
    await clinic.look(5)
    assert clinic.promises[2].state is Standing.WAITING


async def test_a_promise_at_which_something_fails_comes_last_and_stops_no_other(clinic, monkeypatch):
    """The first in the line; a fault of ccd, no outage."""
    clinic.promises[2] = replace(promise(), promise_id=2, number="+79163334455", joined_at=NOW)
    recall, change = clinic.recall(), clinic.change

    async def failing(before, after):
        if before.promise_id == 1:
            raise ZeroDivisionError("+7 916 123-45-67")
        return await change(before, after)

    with monkeypatch.context() as broken, capture_logs() as logs:
        broken.setattr(clinic, "change", failing)
        await recall.look()
        await recall.look()
        assert [one.promise_id for one in clinic.dialled] == [2]
        await recall.look()
    told = [one for one in logs if one["event"] == "callback_fails"]
    assert [(one["promise"], "916" in one["error"]) for one in told] == [(1, False)]
    assert recall.failing == {1}
    clinic.promises[2] = replace(clinic.promises[2], state=Standing.KEPT)
    await recall.look()
    assert [one.promise_id for one in clinic.dialled] == [2, 1]


async def test_a_call_of_which_nothing_can_be_found_out_keeps_others_waiting_for_a_while(clinic, monkeypatch):
    calling = replace(promise(), state=Standing.CALLING, attempts=1, last_attempt_at=NOW)
    clinic.promises = {1: calling, 2: replace(promise(), promise_id=2, number="+79163334455", joined_at=NOW)}
    recall, find = clinic.recall(), clinic.find

    async def failing(call_id):
        if call_id == calling.attempt_id:
            raise ZeroDivisionError
        return await find(call_id)

    monkeypatch.setattr(recall, "_find", failing)
    await recall.look()
    assert (recall.failing, clinic.dialled) == ({1}, [])
    clinic.now += LONGEST_RING
    await recall.look()
    assert [one.promise_id for one in clinic.dialled] == [2]
