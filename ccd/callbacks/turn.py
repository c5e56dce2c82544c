"""Whose turn it is to be called back.  Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ccd.callbacks.promise import Promise, Standing

LAST_CALL = timedelta(minutes=2)
"""This long before its deadline a promise is kept ahead of everybody: late is worse than unfair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter:
    """A living caller in a queue.  ``since`` is when he began to wait, aware."""

    since: datetime
    priority: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A queue right now, as Asterisk says."""

    waiting: tuple[Waiter, ...] = ()
    on_duty: int = 0
    """Members that are reachable and not paused."""
    free: int = 0
    """Those among them who could take a call now."""


def turn(promises: Iterable[Promise], line: Line, now: datetime) -> Promise | None:
    """Who of one queue's promises is to be called now; None when nobody is.

    One at a time.  It is the turn of whoever would be answered next if he had stayed: nobody on the
    line has waited longer with the same or a higher priority, and a member is free, or all are busy
    with others of the line, which moves.  A promised moment that has come, or a deadline that is
    near, is enough by itself.  Nobody is called while no member is there.
    """
    live = [one for one in promises if one.live]
    if not line.on_duty or any(one.state is Standing.CALLING for one in live):
        return None
    ready = [one for one in live if may_be_called(one, now)]
    first = min(ready, key=lambda one: _place(one, now), default=None)
    return first if first and (_pressing(first, now) or _is_next(first, line)) else None


def may_be_called(promise: Promise, now: datetime) -> bool:
    """Whether neither a promised moment, nor the pause after a missed call, nor the deadline forbids it."""
    begins = max(promise.at or now, promise.next_attempt_at or now)
    return promise.state is Standing.WAITING and begins <= now < promise.due_by


def _place(promise: Promise, now: datetime) -> tuple[bool, int, datetime, int]:
    return (not _pressing(promise, now), -promise.priority, promise.joined_at, promise.promise_id)


def _pressing(promise: Promise, now: datetime) -> bool:
    return promise.at is not None or promise.due_by - now <= LAST_CALL


def _is_next(promise: Promise, line: Line) -> bool:
    ahead = any(one.since <= promise.joined_at and one.priority >= promise.priority for one in line.waiting)
    return not ahead and bool(line.free or line.waiting)
