"""Users, their sessions, and what they did and saw."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, text

from ccd.store.columns import AnyText, Moment
from ccd.store.tables.base import metadata, text_column

users = Table(
    "users",
    metadata,
    Column("name", AnyText, primary_key=True),
    Column("password_hash", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    text_column("full_name"),
    Column("language", String(2), nullable=False),
    Column("active", Boolean, nullable=False),
    CheckConstraint("role IN ('operator', 'doctor', 'supervisor', 'admin')", name="role"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True, comment="sha256; the token itself is never kept"),
    Column("user_name", AnyText, ForeignKey("users.name", ondelete="CASCADE"), nullable=False),
    text_column("phone"),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index(None, "user_name"),
)

audit = Table(
    "audit",
    metadata,
    Column("audit_id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    text_column("user_name"),
    text_column("action"),
    text_column("phone"),
    text_column("call_id"),
    text_column("patient_id"),
    text_column("reason"),
    Column("person", AnyText, nullable=False, default="", comment="whose other id patient_id is; else empty"),
    Index(None, "patient_id", "at"),
    Index(None, "user_name", "at"),
    Index(None, "person", sqlite_where=text("person <> ''"), postgresql_where=text("person <> ''")),
)
