"""A call while it lasts: its record so far, and what only matters until it ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ccd.calls.ids import LinkedId, Phone, QueueName, UniqueId
from ccd.calls.record import (
    ENDED,
    OFFERED,
    TALKING,
    WAITING,
    CallRecord,
    Direction,
    Disposition,
    EndedBy,
    Segment,
    State,
)
from ccd.calls.segments import Segments, is_open, total
from ccd.calls.values import lean, replace, same

SEGMENTS = "segments"
"""The word in ``CallRecord.unknown`` for a call that ccd did not follow all of the time."""
REACHED = "reached"
"""Of ``Call.consults``: somebody answered."""
_NOBODY = UniqueId("")
_MAYBE_ANSWERED = frozenset({Disposition.ANSWERED, Disposition.UNKNOWN})


@dataclass(frozen=True)
class Leg:
    """A living channel, the bridge it is in, and the queue's member it is; empty when not known.

    ``by`` is the channel that dialled it, ``phone`` what was dialled, of one that ``Dial()`` rang.
    ``hung_up``: the phone did so before it was known to talk; Asterisk may yet tell that it had answered.
    """

    channel: str = ""
    bridge: str = ""
    queue: QueueName = QueueName("")
    member: str = ""
    by: UniqueId = UniqueId("")
    phone: Phone = Phone("")
    answered: bool = False
    hung_up: bool = False


_UNHEARD = lean(Leg())


@dataclass(frozen=True, slots=True)
class Hold:
    """Who put the caller on hold, and when."""

    leg: UniqueId
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call in progress (or just over, kept for stragglers among the events)."""

    record: CallRecord
    legs: Mapping[UniqueId, Leg] = field(default_factory=dict)
    """Living channels.  Never changed in place."""
    tracked: bool = False
    """True once the call met ccd or a queue: only then it is a patient's call with a record."""
    internal: bool = False
    """True for a call that an agent's phone began: a consultation, not a patient's call."""
    clock: float = 0.0
    """Seconds by which Asterisk's clock had been set when the call began: all its times are on that clock."""
    aside: bool = False
    """True for the second call of a phone that talks with a caller: a consultation about that call."""
    offered_at: datetime | None = None
    """When ccd was asked for its first step, by ccd's own clock."""
    heard: bool = False
    """True once Asterisk itself told of it; before, only somebody at the AGI port did."""
    hung_up_first: UniqueId = _NOBODY
    """Whose far end hung up first since the last conversation began."""
    deaf: bool = False
    """True when a gap may have hidden who hung up, or passed the call on, since that began."""
    hold: Hold | None = None
    consults: Mapping[UniqueId, str] = field(default_factory=dict)
    """What became of each channel that consults, or did.  Never changed in place."""
    proxies: frozenset[UniqueId] = frozenset()
    """Halves of Local channels that go on in the caller's name: an agent behind one transferred him."""

    @property
    def caller_leg(self) -> UniqueId:
        """The caller's own channel: the call lasts as long as it does."""
        return self.record.caller_leg or UniqueId(self.record.call_id)

    @property
    def given_up(self) -> UniqueId:
        """The caller's channel if he hung up first, else nobody's: he does not come back, whoever answers."""
        return self.hung_up_first if self.hung_up_first == self.caller_leg else _NOBODY

    @property
    def over(self) -> bool:
        """True when the caller is gone."""
        return self.record.state is ENDED

    def with_record(self, **changes: Any) -> "Call":
        """This call with other values in its record."""
        return replace(self, record=replace(self.record, **changes))

    def with_leg(self, leg: UniqueId, **known: Any) -> "Call":
        """This call with a living channel more, or with more known about it (fields of Leg)."""
        old = self.legs.get(leg)
        new = replace(old or _UNHEARD, **known)
        if old is not None and same(old, new):
            return self
        return replace(self, legs={**self.legs, leg: new})

    def without_leg(self, leg: UniqueId) -> "Call":
        """This call without that channel."""
        if leg not in self.legs:
            return self
        return replace(self, legs={one: rest for one, rest in self.legs.items() if one != leg})


_BLANK = lean(
    CallRecord(
        call_id=LinkedId(""),
        state=State.ARRIVED,
        arrived_at=None,
        caller_number="",
        caller_name="",
        called_number="",
    )
)
_NEW = lean(Call(record=_BLANK))


def new_call(linked_id: LinkedId) -> Call:
    """A call of which nothing is known yet but that it is there; its first channel names it."""
    return replace(_NEW, record=replace(_BLANK, call_id=linked_id))


def settled(record: CallRecord, **changes: Any) -> CallRecord:
    """The record with these changes, its sums and, once ended, the list of what is not known about it."""
    changes["waited"], changes["talked"] = _sums(changes.get("segments", record.segments))
    record = replace(record, **changes)
    if record.state is not ENDED or (unknown := _unknown(record)) == record.unknown:
        return record
    return replace(record, unknown=unknown)


def _sums(segments: Segments) -> tuple[float | None, float | None]:
    """Seconds of the waits before the first answer, and of all talks."""
    waits: list[Segment] = []
    talks: list[Segment] = []
    for segment in segments:
        if segment.kind is TALKING:
            talks.append(segment)
        elif segment.kind is WAITING and not talks:
            waits.append(segment)
    return total(waits), total(talks)


def _unknown(record: CallRecord) -> tuple[str, ...]:
    answered = record.disposition in _MAYBE_ANSWERED
    checks = (
        ("arrived_at", record.arrived_at is None),
        ("answered_at", answered and record.answered_at is None),
        ("ended_at", record.ended_at is None),
        ("waited", record.waited is None and (_queued(record) or (answered and not _dialled(record)))),
        ("talked", answered and record.talked is None),
        ("held", None in [one.held for one in record.segments]),
        ("ended_by", record.ended_by is EndedBy.UNKNOWN),
        ("disposition", record.disposition is Disposition.UNKNOWN),
        (SEGMENTS, SEGMENTS in record.unknown),
    )
    return tuple([name for name, missing in checks if missing])


def _queued(record: CallRecord) -> bool:
    return any(one.kind is WAITING for one in record.segments)


def _dialled(record: CallRecord) -> bool:
    """Whether the first talk was with a phone that was dialled, without any queue."""
    if record.direction is Direction.OUTBOUND:
        return True
    talk = next((one for one in record.segments if one.kind is TALKING), None)
    offers = [one for one in record.segments if one.kind is OFFERED and not one.queue]
    return talk is not None and any(one.phone == talk.phone for one in offers)


def _live_state(call: Call, segments: Segments) -> State:
    """Where the call is, read off its open segments."""
    if call.over:
        return ENDED
    lasting = [segment.kind for segment in segments if is_open(segment)]
    if TALKING in lasting:
        return State.HELD if call.hold else State.CONNECTED
    for kind, state in _UNANSWERED:
        if kind in lasting:
            return state
    return State.TRANSFERRED if call.record.state is State.TRANSFERRED else State.ARRIVED


_UNANSWERED = ((OFFERED, State.OFFERED), (WAITING, State.WAITING))


def refreshed(call: Call, **changes: Any) -> Call:
    """The call with these changes in its record, state and sums read off its segments again."""
    changes["state"] = _live_state(call, changes.get("segments", call.record.segments))
    return replace(call, record=settled(call.record, **changes))
