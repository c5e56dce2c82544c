"""A promise, and changes of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ccd.callbacks.promise import Promise
from ccd.calls.ids import LinkedId, QueueName

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def promise(**changes: Any) -> Promise:
    values: dict[str, Any] = {
        "promise_id": 1,
        "call_id": LinkedId("1.1"),
        "number": "+79161234567",
        "name": "Ivanov Ivan",
        "called_number": "74951234567",
        "queue": QueueName("operators"),
        "joined_at": ago(10),
        "promised_at": ago(5),
        "due_by": NOW + timedelta(hours=1),
    }
    return Promise(**(values | changes))
