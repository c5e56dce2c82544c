"""The queues right now: who waits since when, who is there, who is free.  Bookkeeping only.

Fed by tracking.  A member is free when the phone is idle and in no talk that ccd knows of (a Local member
has no device); Asterisk's own ``InCall`` is written before or after it changes, as it happens.
Asterisk takes upper and lower case of a queue's name for the same, so does this.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from ccd.calls.ids import LinkedId, Phone, QueueName
from ccd.calls.record import ENDED, TALKING, WAITING, CallRecord
from ccd.calls.segments import find_open, is_open
from ccd.calls.snapshot import MemberNow
from ccd.routing.facts import QueueState


class ByName(Mapping[QueueName, QueueState]):
    """States by queue; ``Operators`` finds ``operators``."""

    def __init__(self, states: Mapping[QueueName, QueueState]) -> None:
        self._states = states
        self._names = {name.lower(): name for name in states}

    def __getitem__(self, name: QueueName) -> QueueState:
        return self._states[self._names[name.lower()]]

    def __iter__(self) -> Iterator[QueueName]:
        return iter(self._states)

    def __len__(self) -> int:
        return len(self._states)


class _Waiting(NamedTuple):
    queue: QueueName
    began_at: datetime | None
    since: datetime | None
    """When he first joined this queue, since the last talk."""


class Queues:
    """Every queue that Asterisk has."""

    def __init__(self) -> None:
        self._names: tuple[QueueName, ...] = ()
        self._waiting: dict[LinkedId, _Waiting] = {}
        self._talking: dict[LinkedId, list[Phone]] = {}

    def named(self, names: Iterable[QueueName]) -> None:
        """These are all queues there are."""
        self._names = tuple(names)

    def forget_calls(self) -> None:
        """None of the calls so far is sure to be there still."""
        self._waiting.clear()
        self._talking.clear()

    def follow(self, record: CallRecord) -> bool:
        """A call is now so; True when its caller began to wait, or no longer does."""
        lasting = () if record.state is ENDED else tuple(filter(is_open, record.segments))
        if talking := [one.phone for one in lasting if one.kind is TALKING]:
            self._talking[record.call_id] = talking
        else:
            self._talking.pop(record.call_id, None)
        waited = self._waiting.pop(record.call_id, None)
        if waiting := find_open(lasting, WAITING):
            since = joined(record, waiting.queue)
            self._waiting[record.call_id] = _Waiting(waiting.queue, waiting.began_at, since)
        return (waited is None) != (waiting is None)

    def longest(self) -> tuple[int, datetime | None]:
        """How many callers wait, and since when whoever has waited longest where he is now."""
        since = [one.began_at for one in self._waiting.values() if one.began_at]
        return len(self._waiting), min(since, default=None)

    def states(self, members: Iterable[MemberNow]) -> Mapping[QueueName, QueueState]:
        """Each queue's state; ``members`` as Asterisk last told of them."""
        waiting: defaultdict[str, list[datetime | None]] = defaultdict(list)
        there: defaultdict[str, list[MemberNow]] = defaultdict(list)
        for one in self._waiting.values():
            waiting[one.queue.lower()].append(one.since)
        for member in members:
            if member.reachable and not member.paused:
                there[member.queue.lower()].append(member)
        talking = frozenset().union(*self._talking.values())
        return ByName(
            {name: _state(waiting[name.lower()], there[name.lower()], talking) for name in self._names}
        )


def _state(waiting: list[datetime | None], there: list[MemberNow], talking: frozenset[Phone]) -> QueueState:
    since = sorted(moment for moment in waiting if moment)
    return QueueState(
        waiting=len(waiting),
        longest_since=since[0] if since else None,
        on_duty=len(there),
        free=sum(not member.busy and member.phone not in talking for member in there),
        waits=tuple(since),
    )


def joined(record: CallRecord, queue: QueueName) -> datetime | None:
    """When the caller first joined this queue, since the last talk: a wait in slices is one wait."""
    joined: datetime | None = None
    for one in record.segments:
        if one.kind is TALKING:
            joined = None
        elif one.kind is WAITING and one.queue.lower() == queue.lower():
            joined = joined or one.began_at
    return joined
