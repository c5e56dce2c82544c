"""Calls of one number around noon, as the worklist is told of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ccd.calls.ids import LinkedId, QueueName
from ccd.calls.record import Direction, Disposition, State
from ccd.missed.happening import Told

NUMBER = "+79161234567"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def call(call_id: str = "1.1", minute: float = 0, seconds: float = 30, **changes: Any) -> Told:
    """Abandoned after half a minute, unless said otherwise; ``minute`` is when it arrived, after noon."""
    begin = at(minute)
    values: dict[str, Any] = {
        "call_id": LinkedId(call_id),
        "state": State.ENDED,
        "direction": Direction.INBOUND,
        "disposition": Disposition.ABANDONED,
        "arrived_at": begin,
        "answered_at": None,
        "ended_at": begin + timedelta(seconds=seconds),
        "caller_number": NUMBER,
        "caller_name": "Ivanov",
        "called_number": "74950000001",
        "queue": QueueName("operators"),
        "withheld": False,
    }
    return Told(**(values | changes))


def answered(call_id: str, minute: float, **changes: Any) -> Told:
    """Talked for five minutes."""
    kept: dict[str, Any] = {"disposition": Disposition.ANSWERED, "answered_at": at(minute), "seconds": 300}
    return call(call_id, minute, **(kept | changes))


def outbound(call_id: str, minute: float) -> Told:
    """The clinic called in vain."""
    return call(call_id, minute, direction=Direction.OUTBOUND, disposition=Disposition.UNANSWERED)
