"""ccd is away for a part of a call that goes on: what it says meanwhile, and what remains in the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from itertools import combinations
from typing import Any

import pytest

from ccd.calls import events as ev
from ccd.calls.agreement import SLACK, differences
from ccd.calls.book import CallBook
from ccd.calls.call import SEGMENTS
from ccd.calls.ids import UniqueId
from ccd.calls.record import CallRecord, State
from ccd.calls.recovered import completed, whole
from ccd.calls.snapshot import ChannelNow, Snapshot, WaitingNow
from tests.unit.asterisk_logs.captured import AGENTS, NAMES, ami_events, from_ami, from_logs


@dataclass
class Asterisk:
    """What Asterisk would tell of itself after these events."""

    channels: dict[UniqueId, ChannelNow] = field(default_factory=dict)
    waiting: dict[UniqueId, WaitingNow] = field(default_factory=dict)

    def happens(self, event: Any) -> None:
        if not isinstance(event, ev.ChannelEvent):
            return
        leg, known = event.unique_id, self.channels.get(event.unique_id)
        if known:
            self.channels[leg] = replace(known, linked_id=event.linked_id, bridge=_bridge(event, known))
        if isinstance(event, ev.ChannelStarted):
            self.channels[leg] = _born(event)
        elif isinstance(event, ev.ChannelEnded):
            self.channels.pop(leg, None)
        if isinstance(event, ev.QueueJoined):
            self.waiting[leg] = WaitingNow(queue=event.queue, unique_id=leg, waited=0)
        elif isinstance(event, ev.QueueLeft | ev.AgentConnected | ev.ChannelEnded):
            self.waiting.pop(leg, None)

    def now(self, at: datetime) -> Snapshot:
        channels, waiting = tuple(self.channels.values()), tuple(self.waiting.values())
        return Snapshot(at=at, channels=channels, waiting=waiting, members=())


def _bridge(event: ev.ChannelEvent, known: ChannelNow) -> str:
    if isinstance(event, ev.BridgeEntered):
        return event.bridge
    return "" if isinstance(event, ev.BridgeLeft) else known.bridge


def _born(event: ev.ChannelStarted) -> ChannelNow:
    return ChannelNow(
        unique_id=event.unique_id,
        linked_id=event.linked_id,
        channel=event.channel,
        caller_number=event.caller_number,
        caller_name=event.caller_name,
        called_number=event.called_number,
        context=event.context,
        bridge="",
        age=0,
    )


def book_of(events: Sequence[ev.AsteriskEvent]) -> CallBook:
    book = CallBook()
    book.agents = AGENTS
    for event in events:
        book.apply(event)
    return book


@cache
def left(name: str, gone: int) -> tuple[CallRecord, ...]:
    """The calls that a ccd which was killed then has saved."""
    return tuple(book_of(ami_events(name)[:gone]))


@cache
def snapshot(name: str, back: int) -> ev.Resynchronised:
    asterisk, events = Asterisk(), ami_events(name)
    for event in events[:back]:
        asterisk.happens(event)
    at = events[back - 1].at
    return ev.Resynchronised(at=at, snapshot=asterisk.now(at))


def away(name: str, gone: int, back: int) -> CallBook:
    """The book of a ccd that was killed, and began again when Asterisk was so."""
    book = CallBook()
    book.agents = AGENTS
    book.restore(left(name, gone))
    book.apply(snapshot(name, back))
    return book


def claims(record: CallRecord) -> Mapping[str, object]:
    """What it says to know of who talked and for how long; nothing when a stretch may be missing."""
    if SEGMENTS in record.unknown:
        return {}
    said = {name: getattr(record, name) for name in ("answered_at", "phone", "agent", "waited", "talked")}
    return {name: value for name, value in said.items() if value and name not in record.unknown}


def false(record: CallRecord, really: CallRecord) -> list[str]:
    """Its claims that are not true; durations are Asterisk's, in whole seconds."""
    wrong = []
    for name, value in claims(record).items():
        true = getattr(really, name)
        close = isinstance(value, float) and isinstance(true, float) and abs(value - true) <= SLACK
        if value != true and not close:
            wrong.append(f"{name}: {value}, really {true}")
    return wrong


@cache
def truth(name: str, until: int) -> CallRecord | None:
    """The record of a ccd that heard everything so far."""
    events = ami_events(name)
    return book_of(events[:until]).get(events[0].linked_id)


_ENOUGH = 500


def windows(name: str) -> list[tuple[int, int]]:
    """Times at which it may have gone, after the dialplan asked, and have come back, all over the call."""
    count = len(ami_events(name))
    every = [(gone, back) for gone, back in combinations(range(2, count + 1), 2) if _alive(name, gone)]
    return every[:: 1 + len(every) // _ENOUGH]


def _alive(name: str, at: int) -> bool:
    record = truth(name, at)
    return record is not None and record.state is not State.ENDED


HEARD = [name for name in NAMES if name != "forged-in-number"]
"""Without the one of which the manager interface tells more than there was."""


@pytest.mark.parametrize("name", HEARD)
def test_meanwhile_it_says_nothing_false_and_in_the_end_everything(name):
    events, logs = ami_events(name), from_logs(name)
    for gone, back in windows(name):
        book, when = away(name, gone, back), f"away from event {gone} to {back}"
        meanwhile, really = book.get(logs.call_id), truth(name, back)
        assert meanwhile
        assert really
        assert false(meanwhile, really) == [], when
        for event in events[back:]:
            book.apply(event)
        record = book.get(logs.call_id)
        assert record
        assert false(record, from_ami(name)) == [], when
        better = completed(record, logs) or record
        assert list(differences(better, logs)) == [], when
        assert list(differences(better, from_ami(name))) == [], when
        assert whole(better), when
