"""ccd's own schedule, the visits that are booked into it, and the journal of orders."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "slots",
        _text("slot_id"),
        _moment("starts_at"),
        _moment("ends_at", nullable=True),
        *map(_text, ("doctor", "specialty", "place", "words")),
        sa.PrimaryKeyConstraint("slot_id", name="pk_slots"),
    )
    op.create_index("ix_slots_starts_at", "slots", ["starts_at"])
    op.create_index("ix_slots_doctor_starts_at", "slots", ["doctor", "starts_at"])
    _booked_visits()
    _orders()


def _booked_visits() -> None:
    op.create_table(
        "booked_visits",
        *map(_text, ("visit_id", "slot_id", "patient_id")),
        _moment("starts_at"),
        *map(_text, ("doctor", "specialty", "place")),
        sa.Column("status", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", name="pk_booked_visits"),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patients.patient_id"], name="fk_booked_visits_patients", ondelete="CASCADE"
        ),
    )
    taken = sa.text("status = 'booked'")
    op.create_index(
        "ix_booked_visits_slot_id",
        "booked_visits",
        ["slot_id"],
        unique=True,
        sqlite_where=taken,
        postgresql_where=taken,
    )
    op.create_index("ix_booked_visits_patient_id_starts_at", "booked_visits", ["patient_id", "starts_at"])


def _orders() -> None:
    op.create_table(
        "orders",
        _text("key"),
        sa.Column("kind", sa.String(20), nullable=False),
        *map(_text, ("source", "slot_id", "visit_id", "known_as", "patient_id")),
        sa.Column("number", sa.String(20), nullable=False),
        *map(_text, ("user", "phone", "call_id")),
        _moment("asked_at"),
        sa.Column("state", sa.String(20), nullable=False),
        _text("why"),
        _moment("settled_at", nullable=True),
        sa.Column("made", sa.Text()),
        sa.PrimaryKeyConstraint("key", name="pk_orders"),
    )
    waiting = sa.text("state IN ('asked', 'unsure')")
    op.create_index("ix_orders_open", "orders", ["asked_at"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index("ix_orders_patient_id", "orders", ["patient_id"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(32), nullable=nullable)
