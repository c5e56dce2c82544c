"""What each agent does: the call first, then the phone, the pause, the peace after a call."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.calls.ids import LinkedId, Phone, QueueName
from ccd.calls.record import CallRecord, Segment, SegmentKind, State
from ccd.calls.snapshot import MemberNow
from ccd.live.agents import Agents, _Before, by_queue, parts
from ccd.live.model import Agent, AgentState

NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)
ANNA = Phone("PJSIP/101")
OPERATORS, INSURANCE = QueueName("operators"), QueueName("insurance")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def member(queue: QueueName = OPERATORS, **more: Any) -> MemberNow:
    facts: dict[str, Any] = {"phone": ANNA, "name": "Anna", "paused": False} | more
    return MemberNow(queue=queue, **facts)


def call(kind: SegmentKind, state: State = State.CONNECTED, call_id: str = "1.1", **more: Any) -> CallRecord:
    facts: dict[str, Any] = {"phone": ANNA, "queue": OPERATORS, "began_at": at(-30)} | more
    return CallRecord(
        call_id=LinkedId(call_id),
        state=state,
        arrived_at=at(-60),
        caller_number="+79161234567",
        caller_name="",
        called_number="74951234567",
        segments=(Segment(kind=kind, **facts),),
    )


class Floor:
    """Looks again and again, one second later each time."""

    def __init__(self, **wrap_up: float) -> None:
        self._agents, self._seconds = Agents(wrap_up), 0

    def look(self, *members: MemberNow, calls: tuple[CallRecord, ...] = (), after: int = 1) -> Agent:
        self._seconds += after
        (agent,) = self._agents.look(members, parts(calls), at(self._seconds))
        return agent


@pytest.mark.parametrize(
    ("members", "state"),
    [
        ([member()], AgentState.READY),
        ([member(busy=True)], AgentState.BUSY),
        ([member(paused=True)], AgentState.PAUSED),
        ([member(paused=True), member(INSURANCE)], AgentState.READY),
        ([member(reachable=False, paused=True)], AgentState.AWAY),
        ([member(reachable=False), member(INSURANCE)], AgentState.READY),
    ],
)
def test_a_phone_without_a_call(members: list[MemberNow], state: AgentState):
    assert Floor().look(*members).state is state


@pytest.mark.parametrize(
    ("record", "state", "since"),
    [
        (call(SegmentKind.OFFERED, State.OFFERED), AgentState.RINGING, at(-30)),
        (call(SegmentKind.TALKING), AgentState.TALKING, at(-30)),
        (call(SegmentKind.CONSULTING), AgentState.TALKING, at(-30)),
        (call(SegmentKind.TALKING, State.HELD), AgentState.HELD, None),
        (call(SegmentKind.TALKING, ended_at=at(-1), result="caller"), AgentState.PAUSED, None),
        (call(SegmentKind.WAITING), AgentState.PAUSED, None),
    ],
)
def test_a_call_is_the_better_witness(record: CallRecord, state: AgentState, since: datetime | None):
    agent = Floor().look(member(paused=True, reachable=state is AgentState.PAUSED), calls=(record,))
    assert (agent.state, agent.since) == (state, since)
    assert agent.call == (None if state is AgentState.PAUSED else record)


def test_a_talk_counts_before_another_call_that_rings():
    talk, ring = call(SegmentKind.TALKING), call(SegmentKind.OFFERED, State.OFFERED, "2.1")
    assert parts((talk, ring))[ANNA].state is parts((ring, talk))[ANNA].state is AgentState.TALKING


def test_why_and_since_when_somebody_is_paused():
    first = member(paused=True, reason="lunch", paused_at=at(-600))
    agent = Floor().look(first, member(INSURANCE, paused=True, paused_at=at(-300)))
    assert (agent.reason, agent.since, agent.paused_in) == ("lunch", at(-600), (OPERATORS, INSURANCE))


def test_an_old_pause_says_nothing_of_who_is_ready():
    assert Floor().look(member(paused_at=at(-600))).since is None


def test_what_nobody_tells_counts_from_the_change():
    floor = Floor()
    assert floor.look(member()).since is None
    assert floor.look(member(busy=True)).since == at(2)
    assert floor.look(member(busy=True)).since == at(2)
    assert floor.look(member()).since == at(4)


def test_peace_after_a_call_lasts_as_long_as_the_queue_gives():
    floor = Floor(Operators=10)
    floor.look(member(), calls=(call(SegmentKind.TALKING),))
    after = floor.look(member())
    assert (after.state, after.since) == (AgentState.WRAPUP, at(2))
    assert floor.look(member(busy=True)).state is AgentState.BUSY
    assert floor.look(member(), after=8).state is AgentState.WRAPUP
    assert floor.look(member()).state is AgentState.READY


def test_a_member_s_own_peace_counts_before_the_queue_s():
    floor = Floor(operators=60)
    assert floor.look(member(wrap_up=3, last_call_at=at(-1))).state is AgentState.WRAPUP
    assert floor.look(member(wrap_up=3, last_call_at=at(-1))).state is AgentState.READY


def test_without_a_peace_nobody_is_after_a_call():
    floor = Floor()
    floor.look(member(), calls=(call(SegmentKind.TALKING),))
    assert floor.look(member()).state is AgentState.READY


def test_who_left_every_queue_is_no_agent():
    agents = Agents({})
    agents.look([member()], {}, NOON)
    assert agents.look([], {}, NOON) == ()


def test_a_name_is_better_than_an_interface():
    assert Floor().look(member(name=ANNA), member(INSURANCE, name="Anna")).name == "Anna"


def test_a_pause_in_one_queue_counts_there():
    agent = Floor().look(member(paused=True), member(INSURANCE))
    counts = by_queue([agent])
    assert counts["operators"] == {AgentState.PAUSED: 1}
    assert counts["insurance"] == {AgentState.READY: 1}


@pytest.mark.parametrize("state", [AgentState.TALKING, AgentState.RINGING, AgentState.HELD, AgentState.AWAY])
def test_who_paused_while_he_talks_or_rings_still_does(state):
    busy = Agent(
        phone=ANNA, name="Anna", state=state, since=NOON, queues=(OPERATORS,), paused_in=(OPERATORS,)
    )
    assert by_queue([busy]) == {"operators": {state: 1}}


PLACES = [
    [member()],
    [member(busy=True)],
    [member(paused=True), member(INSURANCE)],
    [member(paused=True, paused_at=at(-20))],
    [member(last_call_at=at(1), wrap_up=3.0)],
    [member(reachable=False)],
]
RECORDS = [
    (),
    (call(SegmentKind.OFFERED, State.OFFERED),),
    (call(SegmentKind.TALKING),),
    (call(SegmentKind.TALKING, State.HELD),),
    (call(SegmentKind.TALKING), call(SegmentKind.OFFERED, State.OFFERED, "2.1")),
]


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(RECORDS)), max_size=12))
def test_who_is_as_before_is_as_if_worked_out_again(sights):
    floor, anew = Floor(operators=2), Floor(operators=2)
    for members, calls in sights:
        seen = floor.look(*members, calls=calls)
        with patch.object(_Before, "still", lambda *_: False):
            assert anew.look(*members, calls=calls) == seen
