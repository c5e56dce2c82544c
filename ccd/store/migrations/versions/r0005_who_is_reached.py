"""Relatives, organisations and staff; remarks; what a policy says in full; when each fact was imported."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    _patients()
    _relatives()
    op.add_column("policies", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("coverage", sa.Column("copay_amount", sa.String(20)))
    op.add_column("coverage", _text("clause"))
    op.add_column("visits", _text("preparation"))
    op.add_column("visits", _text("visit_id"))


def _patients() -> None:
    op.add_column("patients", sa.Column("kind", sa.String(20), nullable=False, server_default=""))
    op.add_column("patients", _text("notes", "[]"))
    op.add_column("patients", _text("medical", "[]"))
    for name in ("import_id", "policies_import_id", "visits_import_id"):
        op.add_column("patients", sa.Column(name, sa.Integer()))


def _relatives() -> None:
    op.create_table(
        "relatives",
        sa.Column("e164", sa.String(20), nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False, autoincrement=False),
        _text("name"),
        _text("relationship"),
        sa.Column("guardian", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("e164", "patient_id", "ordinal", name="pk_relatives"),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patients.patient_id"], name="fk_relatives_patients", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_relatives_patient_id", "relatives", ["patient_id"])


def _text(name: str, empty: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=empty)
