"""Missed calls of the tests: the store's part played by a list, Asterisk's by a memory."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from ccd.calls.ids import LinkedId, Phone, QueueName
from ccd.calls.record import CallRecord
from ccd.desk.missed_api import MissedCalls
from ccd.missed.happening import Kind
from ccd.missed.task import Task
from ccd.ports.worklist import Claimed
from tests.unit.desk.samples import RAW, ago


@dataclass
class FakeLost:
    """The worklist; ``error`` is what Asterisk answers with, ``rung`` what it was asked for."""

    rows: list[Claimed] = field(default_factory=list)
    unknown_calls: int = 0
    locked: bool = False
    error: Exception | None = None
    rung: list[tuple[Phone, str, str, LinkedId]] = field(default_factory=list)
    in_progress: list[CallRecord] = field(default_factory=list)
    attempts: dict[str, LinkedId] = field(default_factory=dict)

    @property
    def missed(self) -> MissedCalls:
        """As the desk takes it."""
        calls: Callable[[], Iterable[CallRecord]] = lambda: self.in_progress  # noqa: E731
        return MissedCalls(book=self, asterisk=self, calls=calls, reach=timedelta(days=7))

    async def open(self, since: datetime, limit: int, skip: int = 0):
        if self.locked:
            raise OSError("database is locked")
        return sorted(self._since(since), key=lambda one: one.task.since)[skip : skip + limit]

    async def count(self, since: datetime):
        return len(self._since(since))

    def _since(self, since: datetime) -> list[Claimed]:
        return [one for one in self.rows if one.task.open and one.task.last_at >= since]

    async def unknown(self, since: datetime):
        return self.unknown_calls

    async def get(self, call_id: LinkedId):
        return next((one for one in self.rows if one.task.call_id == call_id), None)

    async def claim(self, number: str, by: str, attempt: LinkedId, now: datetime, until: datetime):
        if self.locked:
            raise OSError("database is locked")
        if not any(one.task.number == number and not one.busy(now) for one in self.rows):
            return False
        self.attempts[number] = attempt
        self._put(number, by=by, until=until)
        return True

    async def release(self, attempt: LinkedId):
        for number, kept in self.attempts.items():
            if kept == attempt:
                self._put(number, by="", until=None)

    async def say_done(self, number: str, by: str, at: datetime):
        self.rows = [
            replace(one, task=replace(one.task, closed=Kind.DONE, closed_by=by))
            if one.task.number == number
            else one
            for one in self.rows
        ]
        return True

    async def call(self, phone: Phone, number: str, shown: str, call_id: LinkedId):
        if self.error:
            raise self.error
        self.rung.append((phone, number, shown, call_id))

    def _put(self, number: str, **claim: Any) -> None:
        self.rows = [replace(one, **claim) if one.task.number == number else one for one in self.rows]


def lost(call_id: str = "1731411000.1", **changes: Any) -> Claimed:
    """Missed 30 minutes before the tests' clock, to be answered 90 minutes after it."""
    claim = {name: changes.pop(name) for name in ("by", "until") if name in changes}
    values: dict[str, Any] = {
        "number": RAW,
        "call_id": LinkedId(call_id),
        "name": "",
        "called_number": "84951234567",
        "queue": QueueName("operators"),
        "since": ago(minutes=30),
        "last_at": ago(minutes=30),
        "due_by": ago(minutes=-90),
    }
    return Claimed(task=Task(**(values | changes)), **claim)
