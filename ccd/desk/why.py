"""Why a number may be calling now, by what happened with it lately: pure, the likeliest first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ccd.callbacks.promise import Promise
from ccd.calls.record import CallRecord, Direction, Disposition, State

_REMINDED = timedelta(hours=12)
_CUT = timedelta(minutes=15)
_LOST = timedelta(minutes=30)
_NOBODY = frozenset({Disposition.ABANDONED, Disposition.UNANSWERED})


class Cause(StrEnum):
    """What may make somebody call, in the order of likelihood."""

    REMINDED = "reminded"
    """They were just reminded of a visit."""
    CUT = "cut"
    """A talk with them ended minutes ago: it may have been cut off."""
    LOST = "lost"
    """Their call minutes ago was not answered."""
    PROMISED = "promised"
    """They were promised a call, and wait for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """One cause, since when, and with whom they talked (CUT)."""

    cause: Cause
    at: datetime
    agent: str = ""


def causes(
    calls: Sequence[CallRecord], reminded_at: datetime | None, promises: Iterable[Promise], now: datetime
) -> tuple[Why, ...]:
    """Everything that may explain a call of this number at ``now``; all is the number's own.

    ``calls`` are its earlier ones, the newest first; ``promises`` the live ones.
    """
    found = [*_reminded(reminded_at, now), *_called(calls, now), *_promised(promises)]
    return tuple(sorted(found, key=lambda why: list(Cause).index(why.cause)))


def _reminded(at: datetime | None, now: datetime) -> Iterator[Why]:
    if at is not None and timedelta(0) <= now - at <= _REMINDED:
        yield Why(cause=Cause.REMINDED, at=at)


def _called(calls: Sequence[CallRecord], now: datetime) -> Iterator[Why]:
    """Only the last call counts: a talk after a lost call settled that one."""
    last = next((call for call in calls if call.state is State.ENDED and _his(call)), None)
    if last is None or last.ended_at is None or last.ended_at > now:
        return
    if last.disposition is Disposition.ANSWERED and now - last.ended_at <= _CUT:
        yield Why(cause=Cause.CUT, at=last.ended_at, agent=last.agent)
    if last.disposition in _NOBODY and now - last.ended_at <= _LOST:
        yield Why(cause=Cause.LOST, at=last.ended_at)


def _his(call: CallRecord) -> bool:
    """Not one of the clinic's own that he did not take."""
    return call.direction is Direction.INBOUND or call.disposition is Disposition.ANSWERED


def _promised(promises: Iterable[Promise]) -> Iterator[Why]:
    given = [one.promised_at for one in promises]
    if given:
        yield Why(cause=Cause.PROMISED, at=max(given))
