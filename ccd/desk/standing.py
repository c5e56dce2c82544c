"""What a call is *to one phone*: the same call talks on one desk and was answered elsewhere on another."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ccd.calls.ids import Phone
from ccd.calls.record import CallRecord, Segment, SegmentKind, State


class Standing(StrEnum):
    """The states of the desk."""

    RINGING = "ringing"
    TALKING = "talking"
    HELD = "held"
    TRANSFERRED = "transferred"
    """This phone handed the call on: its own part is over."""
    WRAPUP = "wrapup"
    """This phone talked, and the talk is over."""
    ELSEWHERE = "elsewhere"
    """Another phone answered."""
    MISSED = "missed"
    """It rang here, and stopped."""

    @property
    def live(self) -> bool:
        """True while this phone has a part in the call."""
        return self in _LIVE

    @property
    def to_note(self) -> bool:
        """True when the desk asks what the call was about."""
        return self in _TO_NOTE


_LIVE = frozenset({Standing.RINGING, Standing.TALKING, Standing.HELD})
_TO_NOTE = frozenset({Standing.TRANSFERRED, Standing.WRAPUP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The phone's part in a call: how it stands and since when."""

    standing: Standing
    began_at: datetime | None
    ended_at: datetime | None = None
    seconds: float | None = None


def part_of(record: CallRecord, phone: Phone) -> Part:
    """Read the phone's part off the record: its last segment there says it.

    A call that was talked about here and later rang here in vain is still one to note.
    """
    mine = [one for one in record.segments if one.phone == phone and one.kind in _STANDS]
    if not mine:
        return Part(standing=_by_state(record, phone), began_at=record.answered_at or record.arrived_at)
    last = mine[-1]
    standing = _stands(record, last)
    if not standing.live and last.kind is SegmentKind.OFFERED:
        last = next((one for one in reversed(mine) if one.kind is SegmentKind.TALKING), last)
        standing = _stands(record, last)
    return Part(standing=standing, began_at=last.began_at, ended_at=last.ended_at, seconds=last.seconds)


_STANDS = (SegmentKind.OFFERED, SegmentKind.TALKING)
"""What a phone has to do with the caller; whom it asked meanwhile is another matter."""


def _by_state(record: CallRecord, phone: Phone) -> Standing:
    """Without a segment of this phone (read back after a restart) the whole call's state must do."""
    here = record.phone == phone
    match record.state:
        case State.ENDED:
            return Standing.WRAPUP if here else Standing.MISSED
        case State.CONNECTED | State.TRANSFERRED:
            return Standing.TALKING if here else Standing.ELSEWHERE
        case State.HELD:
            return Standing.HELD if here else Standing.ELSEWHERE
        case State.ARRIVED | State.WAITING | State.OFFERED:
            return Standing.RINGING


_OFFER_ENDED = {"answered": Standing.TALKING, "elsewhere": Standing.ELSEWHERE}


def _stands(record: CallRecord, one: Segment) -> Standing:
    return _offered(record, one) if one.kind is SegmentKind.OFFERED else _talked(record, one)


def _offered(record: CallRecord, offer: Segment) -> Standing:
    if record.state is State.ENDED:
        return Standing.ELSEWHERE if offer.result == "elsewhere" else Standing.MISSED
    if offer.ended_at is not None or offer.result:
        return _OFFER_ENDED.get(offer.result, Standing.MISSED)
    answered = record.state in {State.CONNECTED, State.HELD}
    return Standing.ELSEWHERE if answered and record.phone != offer.phone else Standing.RINGING


def _talked(record: CallRecord, talk: Segment) -> Standing:
    if talk.result == "transfer":
        return Standing.TRANSFERRED
    if record.state is State.ENDED or talk.ended_at is not None or talk.result:
        return Standing.WRAPUP
    return Standing.HELD if record.state is State.HELD else Standing.TALKING
