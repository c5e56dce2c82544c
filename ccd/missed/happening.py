"""What one call, or somebody's word, means for the task of a number.  Pure."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from ccd.callbacks.promise import ATTEMPT
from ccd.calls.ids import MISSED, LinkedId, QueueName
from ccd.calls.record import CallRecord, Direction, Disposition, State

LIVE = datetime.max.replace(tzinfo=UTC)
"""The end of a talk that still lasts."""
_LOST = frozenset({Disposition.ABANDONED, Disposition.UNANSWERED, Disposition.UNKNOWN})
"""Nobody talked with the patient, as far as anybody knows."""


class Kind(StrEnum):
    """What happened."""

    MISSED = "missed"
    """The patient called and reached nobody."""
    TRIED = "tried"
    """The clinic called and did not reach him."""
    THROUGH = "through"
    """He called and somebody answered."""
    CALLED = "called"
    """The clinic called and he answered."""
    PROMISED = "promised"
    """He was promised a call: that promise is kept by ccd, in a list of its own."""
    MESSAGE = "message"
    """He left a message: whoever hears it sees to it."""
    DONE = "done"
    """Somebody of the clinic said that nothing is left to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What of a call's record counts here; the meanings are those of ``CallRecord``.  Times are aware."""

    call_id: LinkedId
    state: State
    direction: Direction
    disposition: Disposition
    arrived_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    caller_number: str
    caller_name: str
    called_number: str
    queue: QueueName
    withheld: bool


FIELDS = tuple(field.name for field in fields(Told))


def told(record: CallRecord) -> Told:
    """That part of a record."""
    return Told(**{name: getattr(record, name) for name in FIELDS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened with a number.  ``until`` puts them in order: a talk counts until its end."""

    kind: Kind
    at: datetime
    until: datetime
    by: str
    """The call's id; of DONE the user's name."""
    name: str = ""
    called_number: str = ""
    queue: QueueName = QueueName("")


def ring_back_id(missed: LinkedId, now: datetime) -> LinkedId:
    """The id in Asterisk of a call that answers this missed one, begun now.

    >>> ring_back_id(LinkedId("1731411000.7"), datetime.fromtimestamp(1731412000, UTC))
    'ccd-missed-1731412000-1731411000.7'
    """
    return LinkedId(f"{MISSED}{int(now.timestamp())}-{missed}")


def happening(call: Told, short: timedelta = timedelta(0)) -> Happening | None:
    """What this call means; None when it means nothing (yet).

    Who hung up before ``short`` had passed since he called is left out.
    """
    kind = _kind(call, short)
    if kind is None:
        return None
    end = call.ended_at or call.answered_at or call.arrived_at
    if end is None:
        return None
    talks = kind in {Kind.THROUGH, Kind.CALLED}
    return Happening(
        kind=kind,
        at=(call.answered_at or end) if talks else end,
        until=LIVE if call.state is not State.ENDED else end,
        by=call.call_id,
        name=call.caller_name,
        called_number=call.called_number,
        queue=call.queue,
    )


def done(at: datetime, user: str) -> Happening:
    """Somebody said that nothing is left to do."""
    return Happening(kind=Kind.DONE, at=at, until=at, by=user)


def _kind(call: Told, short: timedelta) -> Kind | None:
    ours = call.direction is Direction.OUTBOUND or call.call_id.startswith((ATTEMPT, MISSED))
    if call.answered_at or call.disposition is Disposition.ANSWERED:
        return Kind.CALLED if ours else Kind.THROUGH
    if call.state is not State.ENDED:
        return None
    if ours:
        return Kind.TRIED
    if call.disposition in _ELSEWHERE:
        return _ELSEWHERE[call.disposition]
    return Kind.MISSED if call.disposition in _LOST and not _is_short(call, short) else None


_ELSEWHERE = {Disposition.CALLBACK: Kind.PROMISED, Disposition.VOICEMAIL: Kind.MESSAGE}


def _is_short(call: Told, short: timedelta) -> bool:
    """Unknown times make no call short."""
    known = call.arrived_at is not None and call.ended_at is not None
    hung_up = call.disposition is Disposition.ABANDONED
    return hung_up and known and call.ended_at - call.arrived_at < short  # type: ignore[operator]
