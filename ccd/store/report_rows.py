"""Facts and totals as rows, and back."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ccd.calls.record import CallRecord
from ccd.metrics.dimensions import Part
from ccd.metrics.facts import Fact
from ccd.metrics.hours import hour_of, slot_of
from ccd.metrics.totals import COUNTS, Totals
from ccd.metrics.waiting import Counts
from ccd.store.tables.reports import SPREAD

WHOLE = ("topic", "outcome", "did", "source", "direction", "disposition")
"""What whole calls are told apart by."""
EMPTY: dict[str, Any] = dict.fromkeys(WHOLE, "") | {"bucket": None} | dict.fromkeys(COUNTS, 0)
"""A row that counts nothing, of no whole call."""


def fact_rows(
    record: CallRecord, at: datetime, facts: Iterable[Fact], zone: ZoneInfo
) -> list[dict[str, Any]]:
    """The rows of one call's facts."""
    common = EMPTY | {"call_id": str(record.call_id)} | place(at, zone)
    whole = common | _about(record)
    return [
        (whole if one.part is Part.CALL else common)
        | {"part": str(one.part), "value": str(one.value)}
        | _counted(one.counts)
        for one in facts
    ]


def _about(record: CallRecord) -> dict[str, str]:
    return {
        "topic": record.topic,
        "outcome": record.outcome,
        "did": record.called_number,
        "source": record.source,
        "direction": str(record.direction),
        "disposition": str(record.disposition),
    }


def place(at: datetime, zone: ZoneInfo) -> dict[str, int]:
    """The hour and the day of a moment, as columns."""
    hour = hour_of(at, zone)
    return {"hour": int(hour.timestamp()), "day": slot_of(hour, zone).day.toordinal()}


def _counted(counts: Counts) -> Counts:
    """A single wait is in one bucket: a row has its number."""
    kept = counts.copy()
    spread = kept.pop("spread", None)
    return kept | {"bucket": spread.index(1)} if spread else kept


def to_totals(row: Mapping[Any, Any]) -> Totals:
    """Sums as they were read; a database's sum over nothing is none."""
    counts = {name: int(row[name] or 0) for name in COUNTS}
    spread: Any = tuple(int(row[name] or 0) for name in SPREAD)
    return Totals(spread=spread, **counts)


def moment(hour: int) -> datetime:
    """When an hour of the tables began."""
    return datetime.fromtimestamp(hour, UTC)
