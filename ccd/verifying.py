"""Every record against Asterisk's own logs, both ways: what was lost, doubled, made up, or told otherwise."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from ccd.calls.agreement import differences
from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord, Direction, State
from ccd.logs import mask_number
from ccd.set_aside import said

_WITHHELD = "withheld"
_UNREADABLE = "its record cannot be read"
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
    NOT_REBUILT = "not-rebuilt"
    """Nothing can be compared: the logs make no sense, or the record cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """One of them; ``what`` and both words for a field that contradicts.

    ``number`` is the caller's, masked; it and ``queue`` are empty where nobody tells them.
    """

    finding: Finding
    call_id: LinkedId
    arrived_at: datetime | None
    number: str = ""
    queue: str = ""
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

    @property
    def call_id(self) -> LinkedId:
        """The call that it began as."""
        ...

    @property
    def began_at(self) -> datetime:
        """When its first line was written."""
        ...

    @property
    def headless(self) -> bool:
        """Whether its beginning is not in the logs any more: nothing can be compared."""
        ...

    def by_agent(self) -> tuple[CallRecord, ...]:
        """The records when an agent's phone began it: no log says whose phone it is."""
        ...


class Records(Protocol):
    """The calls in the database.  Every method raises StoreError."""

    async def known(self, call_ids: Iterable[str]) -> Sequence[CallRecord]:
        """Those of these that can be read."""
        ...

    async def spoilt(self, call_ids: Collection[str]) -> Collection[str]:
        """Those of the others that there are."""
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
        """What disagrees about these calls; one that cannot be compared is told as such.

        Raises StoreError.
        """
        stories = list(ended)
        for story in stories:
            self._seen |= story.names
        names = {name for story in stories for name in story.names}
        known = {record.call_id: record for record in await self._records.known(names)}
        spoilt = frozenset(await self._records.spoilt(names - known.keys()))
        return [found for story in stories for found in self._judged(story, known, spoilt)]

    def _judged(
        self, story: Ended, known: dict[LinkedId, CallRecord], spoilt: frozenset[str]
    ) -> list[Disagreement]:
        if story.headless:
            return []
        if bad := story.names & spoilt:
            return [_not_rebuilt(story, _UNREADABLE, LinkedId(one)) for one in sorted(bad)]
        try:
            return list(self._story(story, known))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this call's
            return [_not_rebuilt(story, said(error), story.call_id)] if story.began_at >= self._since else []

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
        for what, ccd, theirs in differences(record, logs):
            found = _finding(Finding.CONTRADICTING, record)
            arrived_at = record.arrived_at or logs.arrived_at
            yield replace(found, arrived_at=arrived_at, what=what, ccd=ccd, logs=theirs)

    async def left(self, covered: datetime, still_open: frozenset[str]) -> list[Disagreement]:
        """Records of calls that no log told of; ``covered``: since when the logs tell of every call.

        ``still_open`` are the names of those that are not over.  Raises StoreError.
        """
        records = await self._records.begun(max(self._since, covered), self._until)
        seen = self._seen | still_open
        return [_finding(Finding.ONLY_IN_CCD, one) for one in records if one.call_id not in seen]


def _over(record: CallRecord | None) -> bool:
    return record is not None and record.state is State.ENDED


def _since(record: CallRecord, since: datetime) -> bool:
    return record.arrived_at is not None and record.arrived_at >= since


def _finding(finding: Finding, record: CallRecord) -> Disagreement:
    return Disagreement(
        finding=finding,
        call_id=record.call_id,
        arrived_at=record.arrived_at,
        number=_WITHHELD if record.withheld else mask_number(record.caller_number),
        queue=record.queue,
    )


def _not_rebuilt(story: Ended, why: str, call_id: LinkedId) -> Disagreement:
    return Disagreement(finding=Finding.NOT_REBUILT, call_id=call_id, arrived_at=story.began_at, what=why)
