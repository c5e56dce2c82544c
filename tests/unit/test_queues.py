"""Who waits and who is there, of every queue."""

from datetime import timedelta
from typing import Any

from ccd.calls.ids import Phone, QueueName
from ccd.calls.record import Segment, SegmentKind, State
from ccd.calls.snapshot import MemberNow
from ccd.queues import Queues
from ccd.routing.facts import QueueState
from tests.unit.store.samples import NOON, call

OPERATORS, DOCTORS = QueueName("operators"), QueueName("duty-doctor")


def at(seconds: int):
    return NOON + timedelta(seconds=seconds)


def wait(begins: int | None, ends: int | None = None, queue: str = "operators") -> Segment:
    return segment(SegmentKind.WAITING, begins, ends, queue=queue)


def segment(kind: SegmentKind, begins: int | None, ends: int | None = None, *, queue="", phone="") -> Segment:
    return Segment(
        kind=kind,
        queue=QueueName(queue),
        phone=Phone(phone),
        began_at=None if begins is None else at(begins),
        ended_at=None if ends is None else at(ends),
        result="" if ends is None else "left",
    )


def member(number: int, **known: Any) -> MemberNow:
    facts: dict[str, Any] = {"paused": False} | known
    return MemberNow(queue=OPERATORS, phone=Phone(f"PJSIP/{number}"), name=str(number), **facts)


def queues(*waits: tuple[Segment, ...]) -> Queues:
    made = Queues()
    made.named([OPERATORS, DOCTORS])
    for number, segments in enumerate(waits):
        made.follow(call(str(number), state=State.WAITING, segments=segments))
    return made


def test_who_waits_the_oldest_first():
    state = queues((wait(20),), (wait(10),), (wait(5, queue="duty-doctor"),)).states([])
    expected = QueueState(waiting=2, longest_since=at(10), waits=(at(10), at(20)))
    assert state[OPERATORS] == expected
    assert state[DOCTORS].waiting == 1


def test_a_wait_in_slices_is_one_wait_until_somebody_talked():
    slices = (wait(0, 10), wait(12, 20), wait(21))
    assert queues(slices).states([])[OPERATORS].waits == (at(0),)
    talk = segment(SegmentKind.TALKING, 5, 8, phone="PJSIP/1")
    assert queues((wait(0, 5), talk, wait(9))).states([])[OPERATORS].waits == (at(9),)
    other = (wait(0, 5, queue="duty-doctor"), wait(6))
    assert queues(other).states([])[OPERATORS].waits == (at(6),)


def test_whose_join_nobody_saw_is_counted():
    state = queues((wait(None),), (wait(3),)).states([])[OPERATORS]
    assert (state.waiting, state.waits) == (2, (at(3),))


def test_who_left_waits_no_more():
    made = queues((wait(1),), (wait(2),))
    made.follow(call("0", state=State.ENDED, segments=(wait(1, 4),)))
    made.follow(call("1", state=State.CONNECTED, segments=(wait(2, 4),)))
    assert made.states([])[OPERATORS] == QueueState()


def test_an_ended_call_waits_nowhere_and_holds_nobody():
    """A gap may have left its stretches open."""
    open_ended = (wait(1), segment(SegmentKind.TALKING, 2, phone="PJSIP/1"))
    made = queues(open_ended)
    assert made.states([member(1)])[OPERATORS].free == 0
    made.follow(call("0", state=State.ENDED, segments=open_ended))
    assert made.states([member(1)])[OPERATORS] == QueueState(on_duty=1, free=1)


def test_on_duty_is_reachable_and_not_paused_free_is_in_no_call():
    talks = (segment(SegmentKind.TALKING, 1, phone="PJSIP/3"),)
    members = [member(1), member(2, busy=True), member(3), member(4, paused=True), member(5, reachable=False)]
    state = queues(talks).states(members)[OPERATORS]
    assert (state.on_duty, state.free) == (3, 1)


def test_letter_case_of_a_name_does_not_matter():
    state = queues((wait(1, queue="OPERATORS"),)).states([member(1)])
    assert state[QueueName("Operators")] == state[OPERATORS]
    assert (state[OPERATORS].waiting, state[OPERATORS].on_duty) == (1, 1)
    assert state.get(QueueName("operator")) is None
    assert list(state) == [OPERATORS, DOCTORS]


def test_after_a_gap_calls_are_told_anew():
    made = queues((wait(1),))
    made.forget_calls()
    assert made.states([])[OPERATORS] == QueueState()
