"""Every record against Asterisk's own logs, both ways: what was lost, doubled, made up, or told otherwise."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from ccd.calls.agreement import differences
from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord, Direction, State

FRESH = timedelta(seconds=10)
"""A call that ended no longer ago may be on its way into the database."""


class Finding(StrEnum):
    """In what way the two accounts disagree."""

    LOST = "lost"
    """Asterisk has the call, ccd has no record of it."""
    DOUBLED = "doubled"
    """One call has two records."""
    ONLY_IN_CCD = "only-in-ccd"
    """There is a record of a call that Asterisk never had."""
    CONTRADICTING = "contradicting"
    """A field of the record says something else than the logs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """One of them; ``what`` and both words for a field that contradicts."""

    finding: Finding
    call_id: LinkedId
    arrived_at: datetime | None
    what: str = ""
    ccd: str = ""
    logs: str = ""


class Ended(Protocol):
    """A call of the logs that is over: its records, and every name of its channels."""

    @property
    def records(self) -> tuple[CallRecord, ...]:
        """Those of the patients' calls in it."""
        ...

    @property
    def names(self) -> frozenset[str]:
        """All channels and linkedids."""
        ...

    def by_agent(self) -> tuple[CallRecord, ...]:
        """The records when an agent's phone began it: no log says whose phone it is."""
        ...


class Records(Protocol):
    """The calls in the database.  Every method raises StoreError."""

    async def known(self, call_ids: Iterable[str]) -> Sequence[CallRecord]:
        """Those of these that there are."""
        ...

    async def begun(self, since: datetime, until: datetime) -> Sequence[CallRecord]:
        """Those that ended, and arrived between these moments."""
        ...


class Verifying:
    """One comparison of the calls ``since`` a moment: give it what the logs tell, then ask for the rest."""

    def __init__(self, records: Records, since: datetime, now: datetime) -> None:
        self._records = records
        self._since = since
        self._until = now - FRESH
        self._seen: set[str] = set()
        self.compared = 0
        """Calls of which both sides told."""
        self.incomplete = 0
        """Records that say themselves that something is not known."""

    async def compare(self, ended: Iterable[Ended]) -> list[Disagreement]:
        """What disagrees about these calls."""
        stories = list(ended)
        for story in stories:
            self._seen |= story.names
        names = {name for story in stories for name in story.names}
        known = {record.call_id: record for record in await self._records.known(names)}
        return [found for story in stories for found in self._story(story, known)]

    def _story(self, story: Ended, known: dict[LinkedId, CallRecord]) -> Iterator[Disagreement]:
        ours = {name: known[LinkedId(name)] for name in story.names if name in known}
        outbound = any(record.direction is Direction.OUTBOUND for record in ours.values())
        told = {record.call_id: record for record in (story.by_agent() if outbound else story.records)}
        for call_id, logs in told.items():
            record = ours.pop(call_id, None)
            if _since(logs, self._since) and (_over(record) or not self._fresh(logs)):
                yield from self._record(record, logs)
        for record in ours.values():
            if _over(record) and _since(record, self._since):
                yield _finding(Finding.DOUBLED if told else Finding.ONLY_IN_CCD, record)

    def _fresh(self, logs: CallRecord) -> bool:
        """Whether its record may still be on its way."""
        ended = logs.ended_at or logs.arrived_at
        return ended is not None and ended > self._until

    def _record(self, record: CallRecord | None, logs: CallRecord) -> Iterator[Disagreement]:
        if record is None:
            yield _finding(Finding.LOST, logs)
            return
        self.compared += 1
        self.incomplete += bool(record.unknown)
        for what, ccd, said in differences(record, logs):
            yield Disagreement(
                finding=Finding.CONTRADICTING,
                call_id=record.call_id,
                arrived_at=record.arrived_at or logs.arrived_at,
                what=what,
                ccd=ccd,
                logs=said,
            )

    async def left(self, covered: datetime, still_open: frozenset[str]) -> list[Disagreement]:
        """Records of calls that no log told of; ``covered``: since when the logs tell of every call."""
        records = await self._records.begun(max(self._since, covered), self._until)
        seen = self._seen | still_open
        return [_finding(Finding.ONLY_IN_CCD, one) for one in records if one.call_id not in seen]


def _over(record: CallRecord | None) -> bool:
    return record is not None and record.state is State.ENDED


def _since(record: CallRecord, since: datetime) -> bool:
    return record.arrived_at is not None and record.arrived_at >= since


def _finding(finding: Finding, record: CallRecord) -> Disagreement:
    return Disagreement(finding=finding, call_id=record.call_id, arrived_at=record.arrived_at)
