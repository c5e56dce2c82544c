"""The tables.  What each column means is said by the types of the core; here is how it is kept."""

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Enum,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    text,
)

from ccd.callbacks.promise import Standing
from ccd.calls.record import Direction, Disposition, EndedBy, State
from ccd.directory.orders import OrderKind, OrderState
from ccd.store.columns import Amount, AnyText, Json, Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str) -> Column[str]:
    return Column(name, AnyText, nullable=False, default="")


def _word(name: str, words: type[StrEnum]) -> Column[StrEnum]:
    kept = Enum(
        words, values_callable=lambda enum: [str(word) for word in enum], native_enum=False, length=20
    )
    return Column(name, kept, nullable=False)


calls = Table(
    "calls",
    metadata,
    Column("call_id", AnyText, primary_key=True),
    _word("state", State),
    Column("arrived_at", Moment),
    _text("caller_number"),
    _text("caller_name"),
    _text("called_number"),
    _word("direction", Direction),
    Column("withheld", Boolean, nullable=False, default=False),
    _text("caller_leg"),
    _text("rule"),
    _text("rules_version"),
    Column("path", Json, nullable=False),
    Column("patient_ids", Json, nullable=False),
    _text("queue"),
    _text("phone"),
    _text("agent"),
    Column("answered_at", Moment),
    Column("ended_at", Moment),
    Column("waited", Float),
    Column("talked", Float),
    _word("ended_by", EndedBy),
    _word("disposition", Disposition),
    Column("hangup_cause", Integer, nullable=False),
    Column("unknown", Json, nullable=False),
    Column("segments", Json, nullable=False),
    Column("wrapped_up", Float),
    _text("source"),
    _text("answers"),
    _text("recording"),
    Column("recovered", Boolean, nullable=False, default=False),
    _text("topic"),
    _text("outcome"),
    _text("note"),
    _text("noted_by"),
    Column("noted_at", Moment),
    Column("caller_digits", String(10), nullable=False, comment="the last ten digits of the caller's number"),
    Column(
        "listed_at", Moment, nullable=False, comment="arrived_at; when unknown, the time of the first save"
    ),
    Index(None, "listed_at"),
    Index(None, "caller_digits", "listed_at"),
    Index(None, "state"),
)

call_phones = Table(
    "call_phones",
    metadata,
    Column("call_id", AnyText, ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True),
    Column("phone", AnyText, primary_key=True, comment="each one that talked with the caller"),
    Column("listed_at", Moment, nullable=False, comment="the call's"),
    Index(None, "phone", "listed_at"),
)

users = Table(
    "users",
    metadata,
    Column("name", AnyText, primary_key=True),
    Column("password_hash", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    _text("full_name"),
    Column("language", String(2), nullable=False),
    Column("active", Boolean, nullable=False),
    CheckConstraint("role IN ('operator', 'doctor', 'supervisor', 'admin')", name="role"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True, comment="sha256; the token itself is never kept"),
    Column("user_name", AnyText, ForeignKey("users.name", ondelete="CASCADE"), nullable=False),
    _text("phone"),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index(None, "user_name"),
)

audit = Table(
    "audit",
    metadata,
    Column("audit_id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    _text("user_name"),
    _text("action"),
    _text("phone"),
    _text("call_id"),
    _text("patient_id"),
    _text("reason"),
    Column("person", AnyText, nullable=False, default="", comment="whose other id patient_id is; else empty"),
    Index(None, "patient_id", "at"),
    Index(None, "user_name", "at"),
    Index(None, "person", sqlite_where=text("person <> ''"), postgresql_where=text("person <> ''")),
)

patients = Table(
    "patients",
    metadata,
    Column("patient_id", AnyText, primary_key=True),
    _text("full_name"),
    Column("birth_date", Date),
    Column("language", String(2), nullable=False),
    Column("tags", Json, nullable=False),
    _text("doctor"),
    Column("debt", Amount, comment="null: nobody said"),
    Column("kind", String(20), nullable=False, default="", comment="organisation, staff; empty: a patient"),
    Column("notes", Json, nullable=False, default=[], comment="a list of texts"),
    Column("medical", Json, nullable=False, default=[], comment="a list of texts, not for everybody"),
    Column("import_id", Integer, comment="the last import that named the patient; null: nobody knows"),
    Column("policies_import_id", Integer, comment="the last one that said their policies"),
    Column("visits_import_id", Integer, comment="the last one that said their visits"),
)

phones = Table(
    "phones",
    metadata,
    Column("e164", String(20), primary_key=True),
    Column("patient_id", AnyText, ForeignKey("patients.patient_id", ondelete="CASCADE"), primary_key=True),
    Index(None, "patient_id"),
)

relatives = Table(
    "relatives",
    metadata,
    Column("e164", String(20), primary_key=True),
    Column("patient_id", AnyText, ForeignKey("patients.patient_id", ondelete="CASCADE"), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False, comment="place among the patient's"),
    _text("name"),
    _text("relationship"),
    Column("guardian", Boolean, nullable=False),
    Index(None, "patient_id"),
)

policies = Table(
    "policies",
    metadata,
    Column("patient_id", AnyText, ForeignKey("patients.patient_id", ondelete="CASCADE"), primary_key=True),
    Column(
        "policy_ordinal", Integer, primary_key=True, autoincrement=False, comment="place among the patient's"
    ),
    _text("insurer"),
    _text("programme"),
    _text("number"),
    Column("valid_from", Date),
    Column("valid_until", Date),
    _text("kind"),
    Column("active", Boolean, nullable=False, default=True),
)

coverage = Table(
    "coverage",
    metadata,
    Column("patient_id", AnyText, primary_key=True),
    Column("policy_ordinal", Integer, primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    _text("service"),
    Column("answer", String(20), nullable=False),
    Column("copay_percent", Integer),
    Column("copay_amount", Amount),
    _text("clause"),
    ForeignKeyConstraint(
        ["patient_id", "policy_ordinal"],
        ["policies.patient_id", "policies.policy_ordinal"],
        ondelete="CASCADE",
    ),
)

visits = Table(
    "visits",
    metadata,
    Column("patient_id", AnyText, ForeignKey("patients.patient_id", ondelete="CASCADE"), primary_key=True),
    Column("starts_at", Moment, primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    _text("doctor"),
    _text("specialty"),
    _text("place"),
    Column("status", String(20), nullable=False),
    _text("preparation"),
    _text("visit_id"),
)

reminders = Table(
    "reminders",
    metadata,
    Column("e164", String(20), primary_key=True, comment="the number that was reminded"),
    Column("sent_at", Moment, primary_key=True),
)

imports = Table(
    "imports",
    metadata,
    Column("import_id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("added", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
)

_LIVE = text("state IN ('waiting', 'calling')")

callbacks = Table(
    "callbacks",
    metadata,
    Column("promise_id", Integer, primary_key=True),
    _text("call_id"),
    Column("number", String(20), nullable=False),
    _text("name"),
    _text("called_number"),
    _text("queue"),
    Column("priority", Integer, nullable=False),
    Column("joined_at", Moment, nullable=False),
    Column("promised_at", Moment, nullable=False),
    Column("due_by", Moment, nullable=False),
    Column("at", Moment),
    _word("state", Standing),
    Column("attempts", Integer, nullable=False),
    Column("last_attempt_at", Moment),
    Column("next_attempt_at", Moment),
    _text("answered_by"),
    Index(None, "number", "queue", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    Index(None, "promised_at"),
    Index(None, "answered_by"),
    Index(None, "call_id"),
    comment="one live promise for each number and queue",
    sqlite_autoincrement=True,
)

voicemails = Table(
    "voicemails",
    metadata,
    Column("message_id", Integer, primary_key=True),
    Column("file", AnyText, nullable=False, comment="within the folder that Asterisk records to"),
    _text("call_id"),
    _text("number"),
    _text("box"),
    Column("at", Moment, nullable=False),
    Column("seconds", Float),
    Column("heard_at", Moment),
    _text("heard_by"),
    Index(None, "file", unique=True),
    Index(None, "at"),
)

slots = Table(
    "slots",
    metadata,
    Column("slot_id", AnyText, primary_key=True),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment),
    _text("doctor"),
    _text("specialty"),
    _text("place"),
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
    _text("doctor"),
    _text("specialty"),
    _text("place"),
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
    _word("kind", OrderKind),
    _text("source"),
    _text("slot_id"),
    _text("visit_id"),
    _text("known_as"),
    _text("patient_id"),
    Column("number", String(20), nullable=False),
    _text("user"),
    _text("phone"),
    _text("call_id"),
    Column("asked_at", Moment, nullable=False),
    _word("state", OrderState),
    _text("why"),
    Column("settled_at", Moment),
    Column("made", Json, comment="the visit as the source told it"),
    Index("ix_orders_open", "asked_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index(None, "patient_id"),
    Index(None, "call_id"),
)

_TO_CALL = text("closed = ''")

missed = Table(
    "missed",
    metadata,
    Column("number", String(20), primary_key=True, comment="E.164: a task is a patient's, not a call's"),
    _text("call_id"),
    _text("name"),
    _text("called_number"),
    _text("queue"),
    Column("since", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("due_by", Moment, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("tried_at", Moment),
    Column("closed", String(20), nullable=False, comment="how it was settled; empty while it is open"),
    Column("closed_at", Moment),
    _text("closed_by"),
    Column("claimed_by", AnyText, nullable=False, default="", comment="the user who calls him now"),
    Column("claimed_until", Moment),
    Column(
        "attempt", AnyText, nullable=False, default="", comment="the id of the call of whoever claimed it"
    ),
    Index(None, "call_id"),
    Index("ix_missed_to_call", "since", sqlite_where=_TO_CALL, postgresql_where=_TO_CALL),
    comment="made of the calls, and can be made again; who claimed a task cannot",
)

missed_done = Table(
    "missed_done",
    metadata,
    Column("done_id", Integer, primary_key=True),
    Column("number", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    _text("user_name"),
    Index(None, "number", "at"),
    comment="somebody said that a missed call needs no answer any more",
)

log_marks = Table(
    "log_marks",
    metadata,
    Column("log", String(20), primary_key=True, comment="cel or queue_log"),
    Column("file", String(32), nullable=False, comment="the digest of the file's first line"),
    Column("offset", BigInteger, nullable=False, comment="bytes"),
    Column("since", Moment, nullable=False, comment="older calls than this are not ccd's"),
    comment="how far Asterisk's own logs were read",
)

call_edits = Table(
    "call_edits",
    metadata,
    Column("edit_id", Integer, primary_key=True),
    Column("call_id", AnyText, ForeignKey("calls.call_id", ondelete="CASCADE"), nullable=False),
    Column("at", Moment, nullable=False),
    _text("user_name"),
    Column("field", String(20), nullable=False, comment="topic, outcome or note"),
    _text("before"),
    _text("after"),
    Index(None, "call_id", "edit_id"),
    comment="what people changed of what a call says: only ever added to",
)
