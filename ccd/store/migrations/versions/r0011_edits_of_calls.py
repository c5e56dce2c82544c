"""Who changed what people say of a call, when, and from what."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "call_edits",
        sa.Column("edit_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("field", sa.String(20), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("edit_id", name="pk_call_edits"),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.call_id"], name="fk_call_edits_calls", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_call_edits_call_id_edit_id", "call_edits", ["call_id", "edit_id"])
