"""Who has waited too long is next, whatever others' priority."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from ccd.ageing import AgeingKeeper, waits_since
from ccd.calls.ids import LinkedId, QueueName, UniqueId
from ccd.calls.record import CallRecord, Segment, SegmentKind
from ccd.queueing import InLine, RefusedError
from ccd.routing.protection import FIRST, QueueLimits
from tests.unit.callbacks.samples import NOW
from tests.unit.store.samples import call as sample

DOCTOR = QueueName("duty-doctor")
LIMITS = {"duty-doctor": QueueLimits(longest_wait=600), "operators": QueueLimits(max_waiting=1)}


class Asterisk:
    """Callers in line; a new priority moves them as ``app_queue`` does."""

    def __init__(self, *callers: InLine) -> None:
        self.line = list(callers)
        self.raised: list[tuple[str, int]] = []
        self.refuses = False

    async def callers(self, queue: QueueName) -> list[InLine]:
        return list(self.line) if queue == DOCTOR else []

    async def prefer(self, queue: QueueName, channel: str, priority: int) -> None:
        if self.refuses:
            raise RefusedError("No such caller")
        self.raised.append((channel, priority))
        one = next(one for one in self.line if one.channel == channel)
        self.line.remove(one)
        behind = [(at, other) for at, other in enumerate(self.line) if (other.priority or 0) < priority]
        self.line.insert(behind[0][0] if behind else len(self.line), replace(one, priority=priority))

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(name)


def caller(channel: str, waited: int, priority: int | None = 0) -> InLine:
    return InLine(unique_id=UniqueId(channel), channel=channel, waited=waited, priority=priority)


def keeper(asterisk: Any, *calls: CallRecord) -> AgeingKeeper:
    return AgeingKeeper(asterisk, LIMITS, calls=lambda: calls, clock=lambda: NOW)


async def test_the_longest_wait_is_first_and_each_is_raised_once():
    asterisk = Asterisk(caller("vip", 10, 1000), caller("a", 601), caller("b", 900), caller("c", 599))
    await keeper(asterisk).look()
    await keeper(asterisk).look()
    assert asterisk.raised == [("b", FIRST), ("a", FIRST)]
    assert [one.channel for one in asterisk.line] == ["b", "a", "vip", "c"]


async def test_priorities_of_another_dialplan_are_topped():
    asterisk = Asterisk(caller("foreign", 10, 5000), caller("a", 601))
    await keeper(asterisk).look()
    assert asterisk.line[0] == caller("a", 601, 5001)


async def test_a_caller_who_forges_lines_is_not_raised():
    asterisk = Asterisk(caller("a", 601, None))
    await keeper(asterisk).look()
    assert asterisk.raised == []


async def test_a_caller_who_is_answered_meanwhile_disturbs_nothing():
    asterisk = Asterisk(caller("a", 601))
    asterisk.refuses = True
    await keeper(asterisk).look()
    assert asterisk.raised == []


def segment(kind: SegmentKind, minutes: int, queue: str = "duty-doctor") -> Segment:
    return Segment(kind=kind, queue=QueueName(queue), began_at=NOW - timedelta(minutes=minutes))


def record(*segments: Segment) -> CallRecord:
    return replace(sample(), call_id=LinkedId("a"), caller_leg=UniqueId(""), segments=segments)


async def test_earlier_slices_of_the_wait_count():
    waiting = SegmentKind.WAITING
    asterisk = Asterisk(caller("a", 5))
    await keeper(asterisk, record(segment(waiting, 11, "operators"), segment(waiting, 9))).look()
    assert asterisk.raised == []
    await keeper(asterisk, record(segment(waiting, 11), segment(waiting, 0))).look()
    assert asterisk.raised == [("a", FIRST)]


async def test_of_two_in_the_same_second_the_earlier_one_is_first():
    began = replace(record(segment(SegmentKind.WAITING, 11)), call_id=LinkedId("b"))
    earlier = replace(began, call_id=LinkedId("a"), segments=(segment(SegmentKind.WAITING, 12),))
    asterisk = Asterisk(caller("b", 700, 900), caller("a", 700))
    await keeper(asterisk, began, earlier).look()
    assert [one.channel for one in asterisk.line] == ["a", "b"]


def test_a_talk_begins_a_new_wait():
    segments = (
        segment(SegmentKind.WAITING, 30),
        segment(SegmentKind.TALKING, 20),
        segment(SegmentKind.WAITING, 1),
    )
    assert waits_since(record(*segments), DOCTOR) == NOW - timedelta(minutes=1)
    assert waits_since(record(), DOCTOR) is None
