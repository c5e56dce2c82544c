"""Milliseconds of a call's facts in 64 bits: 32 hold no more than 24.8 days.

SQLite's integers have 64 bits whatever their column is called.  PostgreSQL would write the whole table
anew for each column that changes; one copy does it for all of them.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_TABLE, _BEFORE = "report_facts", "report_facts_before"
_KEY = ("call_id", "part", "value")
_INDEXES = {
    "ix_report_facts_hour_part": ["hour", "part"],
    "ix_report_facts_part_value_hour": ["part", "value", "hour"],
}
_LONG = (
    "wait_ms",
    "wait_longest",
    "talk_ms",
    "held_ms",
    "wrap_ms",
    "handle_longest",
    "staffed_ms",
    "paused_ms",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for name in _INDEXES:
        op.drop_index(name, _TABLE)
    op.drop_constraint(f"pk_{_TABLE}", _TABLE)
    op.rename_table(_TABLE, _BEFORE)
    before = sa.Table(_BEFORE, sa.MetaData(), autoload_with=op.get_bind())
    key = sa.PrimaryKeyConstraint(*_KEY, name=f"pk_{_TABLE}")
    after = op.create_table(_TABLE, *map(_column, before.columns), key)
    op.execute(sa.insert(after).from_select(list(before.columns.keys()), sa.select(before)))
    op.drop_table(_BEFORE)
    for name, columns in _INDEXES.items():
        op.create_index(name, _TABLE, columns)


def _column(before: sa.Column[object]) -> sa.Column[object]:
    kind = sa.BigInteger() if before.name in _LONG else before.type
    return sa.Column(before.name, kind, nullable=before.nullable, autoincrement=False)
