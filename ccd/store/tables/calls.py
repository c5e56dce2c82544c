"""Calls: their records, who talked, what people changed of them, how far Asterisk's logs were read."""

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table

from ccd.calls.record import Direction, Disposition, EndedBy, State
from ccd.store.columns import AnyText, Json, Moment
from ccd.store.tables.base import metadata, text_column, word_column

calls = Table(
    "calls",
    metadata,
    Column("call_id", AnyText, primary_key=True),
    word_column("state", State),
    Column("arrived_at", Moment),
    text_column("caller_number"),
    text_column("caller_name"),
    text_column("called_number"),
    word_column("direction", Direction),
    Column("withheld", Boolean, nullable=False, default=False),
    text_column("caller_leg"),
    text_column("rule"),
    text_column("rules_version"),
    Column("path", Json, nullable=False),
    Column("patient_ids", Json, nullable=False),
    text_column("queue"),
    text_column("phone"),
    text_column("agent"),
    Column("answered_at", Moment),
    Column("ended_at", Moment),
    Column("waited", Float),
    Column("talked", Float),
    word_column("ended_by", EndedBy),
    word_column("disposition", Disposition),
    Column("hangup_cause", Integer, nullable=False),
    Column("unknown", Json, nullable=False),
    Column("segments", Json, nullable=False),
    Column("wrapped_up", Float),
    text_column("source"),
    text_column("answers"),
    text_column("recording"),
    Column("recovered", Boolean, nullable=False, default=False),
    text_column("topic"),
    text_column("outcome"),
    text_column("note"),
    text_column("noted_by"),
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

log_marks = Table(
    "log_marks",
    metadata,
    Column("log", String(20), primary_key=True, comment="cel or queue_log"),
    Column("file", String(32), nullable=False, comment="the digest of the file's first line"),
    Column("offset", BigInteger, nullable=False, comment="bytes"),
    Column("since", Moment, nullable=False, comment="older calls than this are not ccd's"),
    comment="how far Asterisk's own logs were read",
)

set_aside = Table(
    "set_aside",
    metadata,
    Column("work", String(10), primary_key=True, comment="figures, recovery"),
    Column("call_id", AnyText, primary_key=True),
    Column("began_at", Moment, comment="from when on Asterisk's logs tell of it; null for figures"),
    Column("version", AnyText, nullable=False, comment="the ccd that could not"),
    Column("error", AnyText, nullable=False, comment="what went wrong, and where in ccd"),
    comment="calls that ccd could make nothing of",
)

call_edits = Table(
    "call_edits",
    metadata,
    Column("edit_id", Integer, primary_key=True),
    Column("call_id", AnyText, ForeignKey("calls.call_id", ondelete="CASCADE"), nullable=False),
    Column("at", Moment, nullable=False),
    text_column("user_name"),
    Column("field", String(20), nullable=False, comment="topic, outcome or note"),
    text_column("before"),
    text_column("after"),
    Index(None, "call_id", "edit_id"),
    comment="what people changed of what a call says: only ever added to",
)
