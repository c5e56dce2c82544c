"""The tables of reports: facts of each call, totals by hour and by day, and what is to be made anew.

All of it is made from ``calls``, ``callbacks`` and ``orders``, and can be made again at any time; only
the times that people were there (``staffed_ms``, ``paused_ms``) are known from nowhere else.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, String, Table

from ccd.metrics.spread import BUCKETS
from ccd.metrics.totals import COUNTS, LONGEST
from ccd.store.columns import AnyText
from ccd.store.tables.base import metadata, text_column

SPREAD = tuple(f"waits_{bucket:02d}" for bucket in range(BUCKETS))
"""The columns of ``Totals.spread``."""
SUMMED = (*COUNTS, *SPREAD)
"""All that totals are, in their order."""


_LONG = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits on either engine: every integer of SQLite has them."""


def _counts() -> Iterator[Column[Any]]:
    """What one call adds: counts, and milliseconds, of which 32 bits would hold 24.8 days."""
    for name in COUNTS:
        long = name.endswith("_ms") or name in LONGEST
        yield Column(name, _LONG if long else Integer, nullable=False)


def _sums() -> Iterator[Column[Any]]:
    return (Column(name, BigInteger, nullable=False) for name in SUMMED)


report_facts = Table(
    "report_facts",
    metadata,
    Column("call_id", AnyText, primary_key=True),
    Column("part", String(10), primary_key=True, comment="call, queue, agent, doctor"),
    Column("value", AnyText, primary_key=True, comment="whose part; empty for the whole call"),
    Column("hour", BigInteger, nullable=False, comment="when its hour began, seconds since 1970"),
    Column("day", Integer, nullable=False, comment="the clinic's day, as date.toordinal"),
    *map(text_column, ("topic", "outcome", "did", "source", "direction", "disposition")),
    Column("bucket", SmallInteger, comment="of the wait before the answer; null: none is known"),
    *_counts(),
    Index(None, "hour", "part"),
    Index(None, "part", "value", "hour"),
)

report_hours = Table(
    "report_hours",
    metadata,
    Column("dimension", String(12), primary_key=True),
    Column("hour", BigInteger, primary_key=True, autoincrement=False),
    Column("value", AnyText, primary_key=True),
    Column("day", Integer, nullable=False),
    *_sums(),
    Index(None, "day"),
    sqlite_with_rowid=False,
)

report_days = Table(
    "report_days",
    metadata,
    Column("dimension", String(12), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("value", AnyText, primary_key=True),
    *_sums(),
    sqlite_with_rowid=False,
)

report_changes = Table(
    "report_changes",
    metadata,
    Column("call_id", AnyText, primary_key=True),
    Column("mark", BigInteger, nullable=False, comment="another one for each change"),
    comment="calls whose facts are to be made anew",
)

report_stale = Table(
    "report_stale",
    metadata,
    Column("hour", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Integer, nullable=False),
    Column("mark", BigInteger, nullable=False),
    comment="hours whose totals are to be made anew",
)

report_state = Table(
    "report_state",
    metadata,
    Column("name", String(20), primary_key=True, comment="version, reached"),
    text_column("value"),
)
