"""The people behind a number, as frozen values.  The source of each fact stands with it.

A plug-in makes its answers of these.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

LANGUAGES = ("ru", "uk", "en")
"""The languages that a patient may be known to speak."""
STATUSES = ("booked", "arrived", "fulfilled", "cancelled", "noshow")
"""Of a visit: all that ``Visit.status`` may be."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fact comes from: the source's name, and when it said so (UTC; None: nobody knows).

    It is no part of the fact: two sources that say the same are equal.
    """

    source: str = ""
    at: datetime | None = None


class Answer(StrEnum):
    """Whether the policy pays."""

    COVERED = "covered"
    COPAY = "copay"
    NOT_COVERED = "not_covered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What a policy says of one service; with COPAY, the patient's part is one of the two, or not known."""

    service: str
    answer: Answer
    copay_percent: int | None = None
    copay_amount: Decimal | None = None
    """In the clinic's currency."""
    clause: str = ""
    """Where in the contract it stands, like ``3.2``."""
    origin: Origin = field(default=Origin(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """An insurance policy.  Both dates are inclusive; None means open."""

    insurer: str
    programme: str
    number: str
    valid_from: date | None = None
    valid_until: date | None = None
    coverage: tuple[Coverage, ...] = ()
    kind: str = ""
    """The clinic's own word for its type, like ``dms``; empty when nobody said."""
    active: bool = True
    """False when the insurer has cancelled or suspended it, whatever the dates."""
    origin: Origin = field(default=Origin(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit to the clinic.  ``status``: booked, arrived, fulfilled, cancelled or noshow."""

    starts_at: datetime
    doctor: str
    specialty: str
    place: str
    status: str
    preparation: str = ""
    """What the patient must do before, like "no food for 8 hours"."""
    visit_id: str = field(default="", compare=False)
    """The source's own id; empty where it has none.  Only such a visit can be moved or cancelled."""
    origin: Origin = field(default=Origin(), compare=False)


class Reach(StrEnum):
    """How a number reaches someone; the likeliest first."""

    OWN = "own"
    GUARDIAN = "guardian"
    """The number is of a parent or carer."""
    RELATIVE = "relative"
    ORGANISATION = "organisation"
    """No patient: an insurer, a laboratory, a company whose people are treated."""
    STAFF = "staff"


class RemarkKind(StrEnum):
    """Of what a remark is: roles decide who sees which."""

    NOTE = "note"
    """Of the front desk: "asks for a wheelchair"."""
    MEDICAL = "medical"
    """A diagnosis, an allergy: not for everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What the clinic chose to show of someone beside all else."""

    text: str
    kind: RemarkKind = RemarkKind.NOTE
    origin: Origin = field(default=Origin(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Someone who may be calling: a patient, or (by ``reach``) an organisation or one of the staff.

    ``language`` is ru, uk, en or empty; tags are the clinic's own words.
    """

    patient_id: str
    full_name: str
    birth_date: date | None = None
    language: str = ""
    tags: frozenset[str] = frozenset()
    policies: tuple[Policy, ...] = ()
    visits: tuple[Visit, ...] = ()
    doctor: str = ""
    """The attending doctor's name; empty when there is none, or nobody said."""
    debt: Decimal | None = None
    """What the patient owes, in the clinic's currency, 0 or more; None when nobody said."""
    remarks: tuple[Remark, ...] = ()
    reach: Reach = Reach.OWN
    relationship: str = ""
    """What the person whose number it is is to the patient, in the source's word: ``mother``."""
    through: str = ""
    """That person's name; empty for the patient's own number, or when nobody said."""
    origin: Origin = field(default=Origin(), compare=False)
    known_as: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    """The id that each source has for this person: (source, id)."""
    borrowed: tuple[tuple[str, Origin], ...] = field(default=(), compare=False)
    """Fields that another source than ``origin`` said (after merging), by name: ``debt``; of a policy
    ``policies.NUMBER.programme``, of a visit ``visits.MOMENT.place``."""


class DirectoryError(Exception):
    """A source could not answer (locked, down, slow, wrong)."""
