"""A call says who began it, what it answers, what came of it, and whether it was recovered."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_TEXTS = ("source", "answers", "recording", "outcome")


def upgrade() -> None:
    direction = sa.Column("direction", sa.String(20), nullable=False, server_default="inbound")
    op.add_column("calls", direction)
    for name in _TEXTS:
        op.add_column("calls", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("calls", sa.Column("wrapped_up", sa.Float()))
    op.add_column("calls", sa.Column("recovered", sa.Boolean(), nullable=False, server_default=sa.false()))
