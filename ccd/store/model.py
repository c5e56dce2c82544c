"""Who may sign in, their sessions, and what is remembered of what they saw."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ccd.calls.ids import LinkedId, Phone


class Role(StrEnum):
    """What a user may see and do."""

    OPERATOR = "operator"
    DOCTOR = "doctor"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Someone who may sign in.  ``language`` is empty until chosen."""

    name: str
    role: Role
    full_name: str = ""
    language: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A user at a phone; the phone is empty until picked."""

    user: User
    phone: Phone = Phone("")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who saw or did what, about whom."""

    at: datetime
    user: str
    action: str
    phone: Phone = Phone("")
    call_id: LinkedId | None = None
    patient_ids: tuple[str, ...] = ()
