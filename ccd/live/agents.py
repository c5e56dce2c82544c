"""What each agent does now, told from the queues' members and the calls in progress.

One agent is one phone, in however many queues.  A call is the better witness: a phone that talks with a
patient talks, whatever its device says.  Since when is read off the call, the pause or the wrap-up;
for what none of them tells, it is the moment at which this module saw the state change.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ccd.calls.ids import Phone, QueueName
from ccd.calls.record import CallRecord, Segment, SegmentKind, State
from ccd.calls.segments import is_open
from ccd.calls.snapshot import MemberNow
from ccd.live.model import Agent, AgentState

_TALKS = {SegmentKind.TALKING, SegmentKind.CONSULTING}
_TALKING = {AgentState.TALKING, AgentState.HELD}


@dataclass(frozen=True, slots=True)
class Part:
    """What a phone does in a call."""

    state: AgentState
    since: datetime | None
    call: CallRecord


@dataclass(frozen=True, slots=True)
class _Before:
    """An agent at the last look, and what that was read off."""

    agent: Agent
    places: Sequence[MemberNow]
    part: Part | None
    talked_until: datetime | None = None

    def still(self, places: Sequence[MemberNow], part: Part | None) -> bool:
        """Whether nothing can be new: only peace after a call ends by itself."""
        return self.agent.state is not AgentState.WRAPUP and self.part == part and self.places == places


def parts(calls: Iterable[CallRecord]) -> dict[Phone, Part]:
    """Who takes part in which call; a talk counts before another call that rings."""
    found: dict[Phone, Part] = {}
    stretches = ((call, one) for call in calls for one in call.segments if one.phone and is_open(one))
    for call, one in stretches:
        state = _state(call, one)
        if state and (state is not AgentState.RINGING or one.phone not in found):
            found[one.phone] = Part(state, one.began_at, call)
    return found


def _state(call: CallRecord, one: Segment) -> AgentState | None:
    if one.kind is SegmentKind.OFFERED:
        return AgentState.RINGING
    if one.kind not in _TALKS:
        return None
    return AgentState.HELD if call.state is State.HELD else AgentState.TALKING


class Agents:
    """Remembers between looks since when; ``wrap_up`` is seconds of peace after a call, by queue."""

    def __init__(self, wrap_up: Mapping[str, float]) -> None:
        self._wrap_up = {queue.lower(): seconds for queue, seconds in wrap_up.items()}
        self._before: dict[Phone, _Before] = {}

    def look(
        self, members: Iterable[MemberNow], taking_part: Mapping[Phone, Part], now: datetime
    ) -> tuple[Agent, ...]:
        """Every agent, by phone; who is as before is not worked out again."""
        places: defaultdict[Phone, list[MemberNow]] = defaultdict(list)
        for member in members:
            places[member.phone].append(member)
        agents = tuple(self._agent(phone, places[phone], taking_part.get(phone), now) for phone in places)
        self._before = {phone: self._before[phone] for phone in places}
        return agents

    def _agent(self, phone: Phone, places: Sequence[MemberNow], part: Part | None, now: datetime) -> Agent:
        before = self._before.get(phone)
        if before and before.still(places, part):
            return before.agent
        talked = _talked_until(before, part, places, now)
        wrap_up = None if part else self._wrap_up_until(places, talked)
        state = part.state if part else _idle(places, wrap_up, now)
        paused = [one for one in places if one.paused]
        since = _told(state, part, paused, talked) or _remembered(before, state, now)
        agent = Agent(
            phone=phone,
            name=_name(places),
            state=state,
            since=since,
            queues=tuple(one.queue for one in places),
            paused_in=tuple(one.queue for one in paused),
            reason=next((one.reason for one in paused if one.reason), ""),
            call=part.call if part else None,
        )
        self._before[phone] = _Before(agent, places, part, talked)
        return agent

    def _wrap_up_until(self, places: Sequence[MemberNow], talked: datetime | None) -> datetime | None:
        """A member's own time counts before the queue's."""
        if talked is None:
            return None
        seconds = max(one.wrap_up or self._wrap_up.get(one.queue.lower(), 0.0) for one in places)
        return talked + timedelta(seconds=seconds)


def _talked_until(
    before: _Before | None, part: Part | None, places: Sequence[MemberNow], now: datetime
) -> datetime | None:
    """When the last talk ended; Asterisk tells it a moment after ccd saw it."""
    seen = before.talked_until if before else None
    talked = before is not None and before.agent.state in _TALKING
    if talked and (part is None or part.state is AgentState.RINGING):
        seen = now
    known = [one.last_call_at for one in places if one.last_call_at]
    return max([*known, *([seen] if seen else [])], default=None)


def _idle(places: Sequence[MemberNow], wrap_up: datetime | None, now: datetime) -> AgentState:
    """The state of a phone without a patient's call."""
    if not any(one.reachable for one in places):
        return AgentState.AWAY
    if all(one.paused for one in places):
        return AgentState.PAUSED
    if any(one.busy for one in places):
        return AgentState.BUSY
    return AgentState.WRAPUP if wrap_up and now < wrap_up else AgentState.READY


def _told(
    state: AgentState, part: Part | None, paused: Sequence[MemberNow], talked: datetime | None
) -> datetime | None:
    """Since when, as somebody told it; a hold's beginning is told by nobody."""
    if part:
        return None if state is AgentState.HELD else part.since
    if state is AgentState.PAUSED:
        return min((one.paused_at for one in paused if one.paused_at), default=None)
    return talked if state is AgentState.WRAPUP else None


def _remembered(before: _Before | None, state: AgentState, now: datetime) -> datetime | None:
    """Since the look at which it changed; of who was so at the first look nobody knows."""
    if before is None:
        return None
    return before.agent.since if before.agent.state is state else now


def _name(places: Sequence[MemberNow]) -> str:
    """A member without a name has its interface's: the name that another queue gives is better."""
    names = [one.name for one in places if one.name and one.name != one.phone]
    return names[0] if names else ""


def by_queue(agents: Iterable[Agent]) -> Mapping[str, Mapping[AgentState, int]]:
    """How many agents of each queue (in small letters) are in which state.

    Who is paused in this queue alone counts as paused there, unless he talks or rings.
    """
    counts: defaultdict[str, defaultdict[AgentState, int]] = defaultdict(lambda: defaultdict(int))
    for agent in agents:
        for queue in agent.queues:
            counts[queue.lower()][_in_queue(agent, queue)] += 1
    return counts


def _in_queue(agent: Agent, queue: QueueName) -> AgentState:
    free = agent.state in {AgentState.READY, AgentState.WRAPUP}
    return AgentState.PAUSED if free and queue in agent.paused_in else agent.state
