"""Promises to call back, and messages that callers left."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "callbacks",
        sa.Column("promise_id", sa.Integer(), nullable=False),
        _text("call_id"),
        sa.Column("number", sa.String(20), nullable=False),
        _text("name"),
        _text("called_number"),
        _text("queue"),
        sa.Column("priority", sa.Integer(), nullable=False),
        _moment("joined_at"),
        _moment("promised_at"),
        _moment("due_by"),
        _moment("at", nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("last_attempt_at", nullable=True),
        _moment("next_attempt_at", nullable=True),
        _text("answered_by"),
        sa.PrimaryKeyConstraint("promise_id", name="pk_callbacks"),
        sqlite_autoincrement=True,
    )
    live = sa.text("state IN ('waiting', 'calling')")
    op.create_index(
        "ix_callbacks_number_queue",
        "callbacks",
        ["number", "queue"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_index("ix_callbacks_promised_at", "callbacks", ["promised_at"])
    op.create_index("ix_callbacks_answered_by", "callbacks", ["answered_by"])
    _voicemails()


def _voicemails() -> None:
    op.create_table(
        "voicemails",
        sa.Column("message_id", sa.Integer(), nullable=False),
        _text("file"),
        _text("call_id"),
        _text("number"),
        _text("box"),
        _moment("at"),
        sa.Column("seconds", sa.Float()),
        _moment("heard_at", nullable=True),
        _text("heard_by"),
        sa.PrimaryKeyConstraint("message_id", name="pk_voicemails"),
    )
    op.create_index("ix_voicemails_file", "voicemails", ["file"], unique=True)
    op.create_index("ix_voicemails_at", "voicemails", ["at"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(32), nullable=nullable)
