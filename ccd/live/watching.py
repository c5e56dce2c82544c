"""Looks at the floor: asks tracking what there is, and makes one value of it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ccd.calls.ids import QueueName
from ccd.calls.record import CallRecord
from ccd.calls.snapshot import MemberNow
from ccd.live import agents as people
from ccd.live import waiting as line
from ccd.live.model import Agent, Floor, Queue, Waiting
from ccd.live.today import Today
from ccd.metrics.totals import ZERO
from ccd.routing.facts import QueueState


class Tracking(Protocol):
    """What is asked of tracking (``ccd.tracking.Tracker``)."""

    def calls(self) -> Sequence[CallRecord]:
        """The patients' calls in progress."""
        ...

    def members(self) -> Sequence[MemberNow]:
        """Every member of every queue."""
        ...

    def queues(self) -> Mapping[QueueName, QueueState] | None:
        """Every queue; None while Asterisk cannot be heard."""
        ...


class Watching:
    """``look`` costs two milliseconds for 200 agents; it is to be called a few times a second at most."""

    def __init__(
        self, tracking: Tracking, today: Today, wrap_up: Mapping[str, float], clock: Callable[[], datetime]
    ) -> None:
        self._tracking = tracking
        self._today = today
        self._agents = people.Agents(wrap_up)
        self._clock = clock
        self._names: tuple[QueueName, ...] = ()
        """All queues when Asterisk was last heard."""

    def look(self) -> Floor:
        """Everything now.  While Asterisk cannot be heard, what it said last."""
        now, calls, queues = self._clock(), self._tracking.calls(), self._tracking.queues()
        if queues is not None:
            self._names = tuple(queues)
        agents = self._agents.look(self._tracking.members(), people.parts(calls), now)
        waiting = line.waiting(calls)
        return Floor(
            at=now,
            stale=queues is None,
            queues=self._queues(agents, waiting),
            agents=agents,
            waiting=waiting,
        )

    def _queues(self, agents: Sequence[Agent], waiting: Sequence[Waiting]) -> tuple[Queue, ...]:
        there, inside, done = people.by_queue(agents), line.by_queue(waiting), self._today.totals()
        return tuple(
            Queue(
                name=name,
                waiting=len(found := inside.get(name.lower(), [])),
                longest_since=found[0].since if found else None,
                agents=there.get(name.lower(), {}),
                today=done.get(name.lower(), ZERO),
            )
            for name in sorted(self._names)
        )
