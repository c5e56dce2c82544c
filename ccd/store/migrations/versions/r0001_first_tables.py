"""The first tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    _calls()
    _people()
    _audit()
    _directory()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(32), nullable=nullable)


def _calls() -> None:
    op.create_table(
        "calls",
        _text("call_id"),
        sa.Column("state", sa.String(20), nullable=False),
        _moment("arrived_at", nullable=True),
        _text("caller_number"),
        _text("caller_name"),
        _text("called_number"),
        sa.Column("withheld", sa.Boolean, nullable=False),
        _text("caller_leg"),
        _text("rule"),
        _text("rules_version"),
        _text("patient_ids"),
        _text("queue"),
        _text("phone"),
        _text("agent"),
        _moment("answered_at", nullable=True),
        _moment("ended_at", nullable=True),
        sa.Column("waited", sa.Float()),
        sa.Column("talked", sa.Float()),
        sa.Column("ended_by", sa.String(20), nullable=False),
        sa.Column("disposition", sa.String(20), nullable=False),
        sa.Column("hangup_cause", sa.Integer(), nullable=False),
        _text("unknown"),
        _text("segments"),
        _text("topic"),
        _text("note"),
        _text("noted_by"),
        _moment("noted_at", nullable=True),
        sa.Column("caller_digits", sa.String(10), nullable=False),
        _moment("listed_at"),
        sa.PrimaryKeyConstraint("call_id", name="pk_calls"),
    )
    op.create_index("ix_calls_listed_at", "calls", ["listed_at"])
    op.create_index("ix_calls_caller_digits_listed_at", "calls", ["caller_digits", "listed_at"])
    op.create_index("ix_calls_state", "calls", ["state"])
    op.create_table(
        "call_phones",
        _text("call_id"),
        _text("phone"),
        _moment("listed_at"),
        sa.PrimaryKeyConstraint("call_id", "phone", name="pk_call_phones"),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.call_id"], name="fk_call_phones_calls", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_call_phones_phone_listed_at", "call_phones", ["phone", "listed_at"])


def _people() -> None:
    op.create_table(
        "users",
        _text("name"),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        _text("full_name"),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_users"),
        sa.CheckConstraint("role IN ('operator', 'doctor', 'supervisor', 'admin')", name="ck_users_role"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(64), nullable=False),
        _text("user_name"),
        _text("phone"),
        _moment("created_at"),
        _moment("expires_at"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
        sa.ForeignKeyConstraint(["user_name"], ["users.name"], name="fk_sessions_users", ondelete="CASCADE"),
    )
    op.create_index("ix_sessions_user_name", "sessions", ["user_name"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        _moment("at"),
        _text("user_name"),
        _text("action"),
        _text("phone"),
        _text("call_id"),
        _text("patient_id"),
        sa.PrimaryKeyConstraint("audit_id", name="pk_audit"),
    )
    op.create_index("ix_audit_patient_id_at", "audit", ["patient_id", "at"])
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit"
                " BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$"
        )
        for change, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER audit_no_{change[:6].lower()} BEFORE {change} ON audit"
                f" FOR EACH {each} EXECUTE FUNCTION audit_is_append_only()"
            )


def _directory() -> None:
    op.create_table(
        "patients",
        _text("patient_id"),
        _text("full_name"),
        sa.Column("birth_date", sa.Date()),
        sa.Column("language", sa.String(2), nullable=False),
        _text("tags"),
        sa.PrimaryKeyConstraint("patient_id", name="pk_patients"),
    )
    op.create_table(
        "phones",
        sa.Column("e164", sa.String(20), nullable=False),
        _text("patient_id"),
        sa.PrimaryKeyConstraint("e164", "patient_id", name="pk_phones"),
        _patient("phones"),
    )
    op.create_index("ix_phones_patient_id", "phones", ["patient_id"])
    _insurance()
    op.create_table(
        "visits",
        _text("patient_id"),
        _moment("starts_at"),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        _text("doctor"),
        _text("specialty"),
        _text("place"),
        sa.Column("status", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("patient_id", "starts_at", "ordinal", name="pk_visits"),
        _patient("visits"),
    )
    op.create_table(
        "imports",
        sa.Column("import_id", sa.Integer(), nullable=False),
        _moment("at"),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", name="pk_imports"),
    )


def _patient(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["patient_id"], ["patients.patient_id"], name=f"fk_{table}_patients", ondelete="CASCADE"
    )


def _insurance() -> None:
    op.create_table(
        "policies",
        _text("patient_id"),
        sa.Column("policy_ordinal", sa.Integer(), nullable=False),
        _text("insurer"),
        _text("programme"),
        _text("number"),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_until", sa.Date()),
        sa.PrimaryKeyConstraint("patient_id", "policy_ordinal", name="pk_policies"),
        _patient("policies"),
    )
    op.create_table(
        "coverage",
        _text("patient_id"),
        sa.Column("policy_ordinal", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        _text("service"),
        sa.Column("answer", sa.String(20), nullable=False),
        sa.Column("copay_percent", sa.Integer()),
        sa.PrimaryKeyConstraint("patient_id", "policy_ordinal", "ordinal", name="pk_coverage"),
        sa.ForeignKeyConstraint(
            ["patient_id", "policy_ordinal"],
            ["policies.patient_id", "policies.policy_ordinal"],
            name="fk_coverage_policies",
            ondelete="CASCADE",
        ),
    )
