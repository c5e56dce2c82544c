"""Calls that ccd could make nothing of, so that all others go on."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "set_aside",
        sa.Column("work", sa.String(10), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("began_at", sa.String(32)),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("work", "call_id", name="pk_set_aside"),
    )
