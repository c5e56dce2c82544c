"""Facts of calls and their totals, for reports; calls are found by whoever promised or booked in them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_COUNTS = (
    *("inbound", "outbound", "outbound_answered", "offered", "answered", "answered_in"),
    *("abandoned", "abandoned_in", "abandoned_short", "unanswered", "voicemail", "callback", "unknown"),
    *("overflowed", "waits", "wait_ms", "wait_longest", "rings", "rings_missed", "handled", "talk_ms"),
    *("held_ms", "wrap_ms", "handle_longest", "talked_with", "transfers", "transferred", "retransferred"),
    *("topical", "repeated", "booked", "lost_new", "lost_known", "promised", "promise_kept"),
    *("promise_broken", "staffed_ms", "paused_ms"),
)
_SPREAD = tuple(f"waits_{bucket:02d}" for bucket in range(30))


def upgrade() -> None:
    op.create_index("ix_callbacks_call_id", "callbacks", ["call_id"])
    op.create_index("ix_orders_call_id", "orders", ["call_id"])
    _facts()
    _totals("report_hours", _number("hour"), _number("day", sa.Integer))
    _totals("report_days", _number("day", sa.Integer))
    op.create_index("ix_report_hours_day", "report_hours", ["day"])
    _marks()
    op.create_table(
        "report_state",
        sa.Column("name", sa.String(20), nullable=False),
        _text("value"),
        sa.PrimaryKeyConstraint("name", name="pk_report_state"),
    )


def _facts() -> None:
    op.create_table(
        "report_facts",
        _text("call_id"),
        sa.Column("part", sa.String(10), nullable=False),
        _text("value"),
        _number("hour"),
        _number("day", sa.Integer),
        *map(_text, ("topic", "outcome", "did", "source", "direction", "disposition")),
        sa.Column("bucket", sa.SmallInteger()),
        *(_number(name, sa.Integer) for name in _COUNTS),
        sa.PrimaryKeyConstraint("call_id", "part", "value", name="pk_report_facts"),
    )
    op.create_index("ix_report_facts_hour_part", "report_facts", ["hour", "part"])
    op.create_index("ix_report_facts_part_value_hour", "report_facts", ["part", "value", "hour"])


def _totals(table: str, when: sa.Column[int], *more: sa.Column[int]) -> None:
    op.create_table(
        table,
        sa.Column("dimension", sa.String(12), nullable=False),
        when,
        _text("value"),
        *more,
        *map(_number, (*_COUNTS, *_SPREAD)),
        sa.PrimaryKeyConstraint("dimension", when.name, "value", name=f"pk_{table}"),
        sqlite_with_rowid=False,
    )


def _marks() -> None:
    op.create_table(
        "report_changes",
        _text("call_id"),
        _number("mark"),
        sa.PrimaryKeyConstraint("call_id", name="pk_report_changes"),
    )
    op.create_table(
        "report_stale",
        _number("hour"),
        _number("day", sa.Integer),
        _number("mark"),
        sa.PrimaryKeyConstraint("hour", name="pk_report_stale"),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _number(name: str, kind: type[sa.types.TypeEngine[int]] = sa.BigInteger) -> sa.Column[int]:
    return sa.Column(name, kind(), nullable=False, autoincrement=False)
