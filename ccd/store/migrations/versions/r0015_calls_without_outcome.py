"""Figures count calls without an outcome; whatever is counted is counted anew by itself."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    for table, kind in (
        ("report_facts", sa.Integer),
        ("report_hours", sa.BigInteger),
        ("report_days", sa.BigInteger),
    ):
        op.add_column(table, sa.Column("without_outcome", kind(), nullable=False, server_default="0"))
