"""The worklist of missed calls, and what people said of it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "missed",
        sa.Column("number", sa.String(20), nullable=False),
        *map(_text, ("call_id", "name", "called_number", "queue")),
        *(_moment(name) for name in ("since", "last_at", "due_by")),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("tried_at", nullable=True),
        sa.Column("closed", sa.String(20), nullable=False),
        _moment("closed_at", nullable=True),
        *map(_text, ("closed_by", "claimed_by")),
        _moment("claimed_until", nullable=True),
        _text("attempt"),
        sa.PrimaryKeyConstraint("number", name="pk_missed"),
    )
    op.create_index("ix_missed_call_id", "missed", ["call_id"])
    to_call = sa.text("closed = ''")
    op.create_index("ix_missed_to_call", "missed", ["since"], sqlite_where=to_call, postgresql_where=to_call)
    _done()


def _done() -> None:
    op.create_table(
        "missed_done",
        sa.Column("done_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        _moment("at"),
        _text("user_name"),
        sa.PrimaryKeyConstraint("done_id", name="pk_missed_done"),
    )
    op.create_index("ix_missed_done_number_at", "missed_done", ["number", "at"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(32), nullable=nullable)
