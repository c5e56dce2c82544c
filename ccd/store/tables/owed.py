"""What is owed to callers: promises to call back, messages to be heard, missed calls."""

from sqlalchemy import Column, Float, Index, Integer, String, Table, text

from ccd.callbacks.promise import Standing
from ccd.store.columns import AnyText, Moment
from ccd.store.tables.base import metadata, text_column, word_column

_LIVE = text("state IN ('waiting', 'calling')")

callbacks = Table(
    "callbacks",
    metadata,
    Column("promise_id", Integer, primary_key=True),
    text_column("call_id"),
    Column("number", String(20), nullable=False),
    text_column("name"),
    text_column("called_number"),
    text_column("queue"),
    Column("priority", Integer, nullable=False),
    Column("joined_at", Moment, nullable=False),
    Column("promised_at", Moment, nullable=False),
    Column("due_by", Moment, nullable=False),
    Column("at", Moment),
    word_column("state", Standing),
    Column("attempts", Integer, nullable=False),
    Column("last_attempt_at", Moment),
    Column("next_attempt_at", Moment),
    text_column("answered_by"),
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
    text_column("call_id"),
    text_column("number"),
    text_column("box"),
    Column("at", Moment, nullable=False),
    Column("seconds", Float),
    Column("heard_at", Moment),
    text_column("heard_by"),
    Index(None, "file", unique=True),
    Index(None, "at"),
)

_TO_CALL = text("closed = ''")

missed = Table(
    "missed",
    metadata,
    Column("number", String(20), primary_key=True, comment="E.164: a task is a patient's, not a call's"),
    text_column("call_id"),
    text_column("name"),
    text_column("called_number"),
    text_column("queue"),
    Column("since", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("due_by", Moment, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("tried_at", Moment),
    Column("closed", String(20), nullable=False, comment="how it was settled; empty while it is open"),
    Column("closed_at", Moment),
    text_column("closed_by"),
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
    text_column("user_name"),
    Index(None, "number", "at"),
    comment="somebody said that a missed call needs no answer any more",
)
