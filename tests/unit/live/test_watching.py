"""The whole floor at one look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ccd.calls.ids import Phone, QueueName
from ccd.calls.record import CallRecord, Segment, SegmentKind, State
from ccd.calls.snapshot import MemberNow
from ccd.live.model import AgentState
from ccd.live.watching import Watching
from ccd.routing.facts import QueueState
from tests.unit.live.test_agents import ANNA, INSURANCE, NOON, OPERATORS, at, call, member
from tests.unit.live.test_today import ended, today

EMPTY = QueueState(waiting=0, longest_since=None, on_duty=0, free=0)


@dataclass
class FakeTracking:
    """Whatever a test puts in."""

    records: Sequence[CallRecord] = ()
    people: Sequence[MemberNow] = ()
    known: Mapping[QueueName, QueueState] | None = None

    def calls(self):
        return self.records

    def members(self):
        return self.people

    def queues(self):
        return self.known


def waits(number: int, seconds: float | None, queue: QueueName = OPERATORS, rings: str = "") -> CallRecord:
    began = None if seconds is None else at(-seconds)
    record = call(
        SegmentKind.WAITING, State.WAITING, f"w.{number}", phone=Phone(""), queue=queue, began_at=began
    )
    offer = Segment(kind=SegmentKind.OFFERED, queue=queue, phone=Phone(rings), began_at=NOON)
    return replace(record, segments=(*record.segments, offer)) if rings else record


def floor(tracking: FakeTracking, *counted: CallRecord):
    counts = today()
    counts.read(counted)
    return Watching(tracking, counts, {}, lambda: NOON).look()


def test_who_waits_longest_is_first_and_whom_nobody_saw_come_last():
    tracking = FakeTracking([waits(1, 5), waits(2, None), waits(3, 60, rings="PJSIP/101")])
    first, second, third = floor(tracking).waiting
    assert (first.since, first.ringing) == (at(-60), (ANNA,))
    assert (second.since, third.since) == (at(-5), None)


def test_a_wait_in_slices_is_one_wait():
    record = waits(1, 5)
    slice_ = replace(record.segments[0], began_at=at(-40), ended_at=at(-5), result="left")
    (one,) = floor(FakeTracking([replace(record, segments=(slice_, *record.segments))])).waiting
    assert one.since == at(-40)


def test_each_queue_has_its_own_whatever_its_letters():
    tracking = FakeTracking(
        [waits(1, 9, QueueName("OPERATORS")), waits(2, 30, INSURANCE)],
        [member(), member(INSURANCE, phone=Phone("PJSIP/102"), paused=True)],
        {OPERATORS: EMPTY, INSURANCE: EMPTY},
    )
    insurance, operators = floor(tracking, ended()).queues
    assert (operators.waiting, operators.longest_since, operators.agents) == (
        1,
        at(-9),
        {AgentState.READY: 1},
    )
    assert (insurance.waiting, insurance.agents) == (1, {AgentState.PAUSED: 1})
    assert (operators.today.answered, insurance.today.answered) == (1, 0)


def test_while_asterisk_is_not_heard_the_last_queues_stay():
    tracking = FakeTracking(known={OPERATORS: EMPTY})
    watching = Watching(tracking, today(), {}, lambda: NOON)
    assert not watching.look().stale
    tracking.known = None
    unheard = watching.look()
    assert unheard.stale
    assert [one.name for one in unheard.queues] == [OPERATORS]
