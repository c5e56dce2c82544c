"""Calls as Asterisk's own logs tell them: what recovery needs of its neighbours, as Protocols."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ccd.calls.ids import LinkedId, Phone
from ccd.calls.record import CallRecord
from ccd.calls.snapshot import MemberNow
from ccd.set_aside import SetAside


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMark:
    """How far a log was read: ``file`` is the digest of its first line, ``offset`` counts bytes."""

    file: str = ""
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMarks:
    """How far Asterisk's two logs were read."""

    cel: LogMark = LogMark()
    queue: LogMark = LogMark()


class Ended(Protocol):
    """A call of the logs that is over.  ``number`` is its place among them, ``before`` where it begins."""

    names: frozenset[str]
    call_id: LinkedId
    began_at: datetime
    number: int
    before: LogMarks

    @property
    def records(self) -> tuple[CallRecord, ...]:
        """Those of the patients' calls in it."""
        ...


class Batch(Protocol):
    """Calls that ended; ``marks`` and ``number`` of the oldest that did not; ``read`` is 0 at the end."""

    @property
    def ended(self) -> Sequence[Ended]:
        """They."""
        ...

    @property
    def marks(self) -> LogMarks:
        """From where all that is in no batch yet can be read."""
        ...

    @property
    def number(self) -> float:
        """The place of the oldest call that is not over."""
        ...

    @property
    def read(self) -> int:
        """Bytes since the batch before."""
        ...


class Reading(Protocol):
    """Where the reading is."""

    def more(self, now: datetime) -> Batch:
        """The next piece; blocks, and raises OSError."""
        ...


class Logs(Protocol):
    """Asterisk's files."""

    @property
    def agents(self) -> dict[Phone, str]:
        """The queues' members by phone."""
        ...

    def since(self, moment: datetime, *, at_most: LogMarks | None = None) -> LogMarks:
        """The marks before a moment, never behind ``at_most``; blocks, and raises OSError."""
        ...

    def begins(self) -> datetime | None:
        """When the oldest line that is there was written; blocks, and raises OSError."""
        ...

    def reading(self, marks: LogMarks) -> Reading:
        """From these marks on."""
        ...


class Store(Protocol):
    """The records and the marks.  What is asynchronous raises what Recovery's ``outages`` names."""

    async def known(self, call_ids: Iterable[str]) -> Sequence[CallRecord]:
        """Those of these calls that are durable."""
        ...

    def waits(self, call_id: LinkedId) -> bool:
        """True while a state of this call is not durable yet."""
        ...

    async def log_marks(self) -> tuple[LogMarks, datetime] | None:
        """How far the logs were read, and from when on calls count; None before the first time."""
        ...

    async def first_arrival(self) -> datetime | None:
        """When the oldest call that is known arrived."""
        ...

    async def recover(
        self,
        records: Collection[CallRecord],
        marks: LogMarks,
        since: datetime,
        aside: Collection[SetAside] = (),
    ) -> Collection[SetAside]:
        """These records, what was set aside, and the marks, in one transaction.

        Records that the database will never take are set aside too, and returned.
        """
        ...

    async def to_try_again(self, begins: datetime) -> datetime | None:
        """When the first call began that an older ccd set aside; ``begins``: since when the logs tell."""
        ...

    async def tried_again(self, begins: datetime) -> None:
        """The marks are before these calls again: they are not set aside until they fail once more."""
        ...


class Live(Protocol):
    """What ccd follows as it happens."""

    def calls(self) -> Sequence[CallRecord]:
        """The calls in progress."""
        ...

    def members(self) -> Sequence[MemberNow]:
        """The queues' members."""
        ...

    def recovered(self, record: CallRecord) -> None:
        """This record is known better now."""
        ...


class Clock(Protocol):
    """The time."""

    def __call__(self) -> datetime:
        """Now, aware."""
        ...
