"""ccd's own schedule, the visits booked in it, and the journal of orders to every schedule."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, text

from ccd.directory.orders import OrderKind, OrderState
from ccd.store.columns import AnyText, Json, Moment
from ccd.store.tables.base import metadata, text_column, word_column

slots = Table(
    "slots",
    metadata,
    Column("slot_id", AnyText, primary_key=True),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment),
    text_column("doctor"),
    text_column("specialty"),
    text_column("place"),
    Column("words", AnyText, nullable=False, comment="specialty, doctor: one a line, for searching"),
    Index(None, "starts_at"),
    Index(None, "doctor", "starts_at"),
    comment="ccd's own schedule: every hour that may be booked, taken ones too",
)

_TAKEN = text("status = 'booked'")

booked_visits = Table(
    "booked_visits",
    metadata,
    Column("visit_id", AnyText, primary_key=True, comment="the key of the order that made it"),
    Column("slot_id", AnyText, nullable=False),
    Column("patient_id", AnyText, ForeignKey("patients.patient_id", ondelete="CASCADE"), nullable=False),
    Column("starts_at", Moment, nullable=False),
    text_column("doctor"),
    text_column("specialty"),
    text_column("place"),
    Column("status", String(20), nullable=False, comment="booked, cancelled or moved"),
    Index(None, "slot_id", unique=True, sqlite_where=_TAKEN, postgresql_where=_TAKEN),
    Index(None, "patient_id", "starts_at"),
    comment="one live visit for each slot",
)

_OPEN = text("state IN ('asked', 'unsure')")

orders = Table(
    "orders",
    metadata,
    Column("key", AnyText, primary_key=True),
    word_column("kind", OrderKind),
    text_column("source"),
    text_column("slot_id"),
    text_column("visit_id"),
    text_column("known_as"),
    text_column("patient_id"),
    Column("number", String(20), nullable=False),
    text_column("user"),
    text_column("phone"),
    text_column("call_id"),
    Column("asked_at", Moment, nullable=False),
    word_column("state", OrderState),
    text_column("why"),
    Column("settled_at", Moment),
    Column("made", Json, comment="the visit as the source told it"),
    Index("ix_orders_open", "asked_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index(None, "patient_id"),
    Index(None, "call_id"),
)
