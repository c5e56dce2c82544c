"""The audit trail knows why somebody was looked up, by which other ids, and is read by user."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    for name in ("reason", "person"):
        op.add_column("audit", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_audit_user_name_at", "audit", ["user_name", "at"])
    merged = sa.text("person <> ''")
    op.create_index("ix_audit_person", "audit", ["person"], sqlite_where=merged, postgresql_where=merged)
