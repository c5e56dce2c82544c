"""Patients as they were imported, and how their numbers reach them."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table

from ccd.store.columns import Amount, AnyText, Json, Moment
from ccd.store.tables.base import metadata, text_column

patients = Table(
    "patients",
    metadata,
    Column("patient_id", AnyText, primary_key=True),
    text_column("full_name"),
    Column("birth_date", Date),
    Column("language", String(2), nullable=False),
    Column("tags", Json, nullable=False),
    text_column("doctor"),
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
    text_column("name"),
    text_column("relationship"),
    Column("guardian", Boolean, nullable=False),
    Index(None, "patient_id"),
)

visits = Table(
    "visits",
    metadata,
    Column("patient_id", AnyText, ForeignKey("patients.patient_id", ondelete="CASCADE"), primary_key=True),
    Column("starts_at", Moment, primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    text_column("doctor"),
    text_column("specialty"),
    text_column("place"),
    Column("status", String(20), nullable=False),
    text_column("preparation"),
    text_column("visit_id"),
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
