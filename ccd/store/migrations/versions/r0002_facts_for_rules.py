"""What rules ask about beside the number: a patient's doctor and debt, a policy's kind, reminders sent."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("patients", sa.Column("doctor", sa.Text(), nullable=False, server_default=""))
    op.add_column("patients", sa.Column("debt", sa.String(20)))
    op.add_column("policies", sa.Column("kind", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "reminders",
        sa.Column("e164", sa.String(20), nullable=False),
        sa.Column("sent_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("e164", "sent_at", name="pk_reminders"),
    )
