"""Facts and totals as rows, and back."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ccd.calls.record import CallRecord
from ccd.metrics.dimensions import Part
from ccd.metrics.facts import Fact
from ccd.metrics.hours import hour_of, slot_of
from ccd.metrics.spread import NOTHING
from ccd.metrics.totals import COUNTS, Totals
from ccd.metrics.waiting import Counts
from ccd.store.tables.reports import SPREAD

WHOLE: dict[str, Callable[[CallRecord], str]] = {
    "topic": lambda record: record.topic,
    "outcome": lambda record: record.outcome,
    "did": lambda record: record.called_number,
    "source": lambda record: record.source,
    "direction": lambda record: str(record.direction),
    "disposition": lambda record: str(record.disposition),
}
"""What whole calls are told apart by."""
_ZEROS: Counts = dict.fromkeys(COUNTS, 0)


def fact_rows(
    record: CallRecord, at: datetime, facts: Iterable[Fact], zone: ZoneInfo
) -> list[dict[str, Any]]:
    """The rows of one call's facts."""
    common = {"call_id": str(record.call_id)} | place(at, zone)
    about = {name: of(record) for name, of in WHOLE.items()}
    nothing = dict.fromkeys(WHOLE, "")
    return [
        common | (about if one.part is Part.CALL else nothing) | {"part": str(one.part)} | _counted(one)
        for one in facts
    ]


def place(at: datetime, zone: ZoneInfo) -> dict[str, int]:
    """The hour and the day of a moment, as columns."""
    hour = hour_of(at, zone)
    return {"hour": int(hour.timestamp()), "day": slot_of(hour, zone).day.toordinal()}


def _counted(fact: Fact) -> dict[str, Any]:
    counts = _ZEROS | fact.counts
    spread = counts.pop("spread", NOTHING)
    bucket = spread.index(1) if counts["waits"] else None
    return {"value": str(fact.value), "bucket": bucket} | counts


def to_totals(row: Mapping[Any, Any]) -> Totals:
    """Sums as they were read; a database's sum over nothing is none."""
    counts = {name: int(row[name] or 0) for name in COUNTS}
    spread: Any = tuple(int(row[name] or 0) for name in SPREAD)
    return Totals(spread=spread, **counts)


def moment(hour: int) -> datetime:
    """When an hour of the tables began."""
    return datetime.fromtimestamp(hour, UTC)
