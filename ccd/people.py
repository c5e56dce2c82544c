"""Who works with ccd: users, their sessions, and what is remembered of what they saw."""

import unicodedata
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

    @property
    def oversees(self) -> bool:
        """True for those who see every phone, not only their own."""
        return self in {Role.SUPERVISOR, Role.ADMIN}

    @property
    def books(self) -> bool:
        """True for those who book, move and cancel visits."""
        return self is not Role.DOCTOR


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Someone who may sign in.  ``language`` is empty until chosen."""

    name: str
    role: Role
    full_name: str = ""
    language: str = ""
    active: bool = True


def user_key(name: str) -> str:
    """What tells users apart: a name however it was typed or composed.

    >>> user_key(" Anna ") == user_key("anna")
    True
    """
    return unicodedata.normalize("NFC", name).strip().casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A user at a phone; the phone is empty until picked."""

    user: User
    phone: Phone = Phone("")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who saw or did what, about whom.

    ``action`` is one of ``card``, ``overview``, ``history``, ``today``, ``note``, ``sign-in``,
    ``sign-in-refused``, ``sign-out``, ``phone``, ``promises``, ``promise-cancelled``, ``messages``,
    ``message-played``, ``message-heard``, ``recording-played``, ``visit-ordered``, ``visit-booked``,
    ``visit-moved``, ``visit-cancelled``, ``search``, ``report``, ``directory-tried`` (by the command),
    ``missed``, ``missed-called``, ``missed-done``.
    """

    at: datetime
    user: str
    action: str
    phone: Phone = Phone("")
    call_id: LinkedId | None = None
    patient_ids: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    """Other ids of these people, merged from several sources: (other id, patient id)."""
    reason: str = ""
    """Why, in the user's own words: only of a search."""
