"""What patients are insured for."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, ForeignKeyConstraint, Integer, String, Table

from ccd.store.columns import Amount, AnyText
from ccd.store.tables.base import metadata, text_column

policies = Table(
    "policies",
    metadata,
    Column("patient_id", AnyText, ForeignKey("patients.patient_id", ondelete="CASCADE"), primary_key=True),
    Column(
        "policy_ordinal", Integer, primary_key=True, autoincrement=False, comment="place among the patient's"
    ),
    text_column("insurer"),
    text_column("programme"),
    text_column("number"),
    Column("valid_from", Date),
    Column("valid_until", Date),
    text_column("kind"),
    Column("active", Boolean, nullable=False, default=True),
)

coverage = Table(
    "coverage",
    metadata,
    Column("patient_id", AnyText, primary_key=True),
    Column("policy_ordinal", Integer, primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    text_column("service"),
    Column("answer", String(20), nullable=False),
    Column("copay_percent", Integer),
    Column("copay_amount", Amount),
    text_column("clause"),
    ForeignKeyConstraint(
        ["patient_id", "policy_ordinal"],
        ["policies.patient_id", "policies.policy_ordinal"],
        ondelete="CASCADE",
    ),
)
