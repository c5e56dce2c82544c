"""The people behind a number, as frozen values.  The source of each fact stands with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, runtime_checkable

LANGUAGES = ("ru", "uk", "en")
"""The languages that a patient may be known to speak."""
STATUSES = ("booked", "arrived", "fulfilled", "cancelled", "noshow")
"""Of a visit: all that ``Visit.status`` may be."""


class NumberKind(StrEnum):
    """What a caller ID turned out to be."""

    E164 = "e164"
    SHORT = "short"
    ANONYMOUS = "anonymous"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Number:
    """A caller ID.  ``raw`` is as sent; ``e164`` like ``+79161234567``, empty unless kind E164."""

    raw: str
    kind: NumberKind
    e164: str = ""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who may be calling: everyone behind the number, the likeliest first, never a silent pick.

    ``failed`` names the sources that gave no answer in time: with one there, no patients does
    not mean "unknown person".
    """

    number: Number
    patients: tuple[Patient, ...] = ()
    failed: tuple[str, ...] = ()
    asking: tuple[str, ...] = ()
    """Those of ``failed`` that may still answer: the card is told then."""

    @property
    def known(self) -> bool:
        """True when at least one patient stands behind the number."""
        return bool(self.patients)

    @property
    def tags(self) -> frozenset[str]:
        """Every tag of every patient behind the number."""
        if len(self.patients) == 1:
            return self.patients[0].tags
        return frozenset().union(*(patient.tags for patient in self.patients))


class DirectoryError(Exception):
    """A source could not answer (locked, down, slow, wrong)."""


class Source(Protocol):
    """Something that knows patients by number.  More kinds come; the port stays.

    It is made without any I/O and connects with its first question, anew whenever it has to: one
    that is down at the start hinders nothing.  One that holds connections also is ``Closing``.
    """

    name: str

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        """The patients reached by this number, most recently seen first; raises DirectoryError."""
        ...


@runtime_checkable
class Closing(Protocol):
    """A source with something to give back."""

    async def close(self) -> None:
        """Called once, when ccd stops, whether anything was asked or not; nothing is asked afterwards."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """Someone else through whom a patient is reached.  Phones are E.164."""

    phones: tuple[str, ...]
    name: str = ""
    relationship: str = ""
    """In the clinic's own word: ``mother``."""
    guardian: bool = False
    """A parent or carer, who decides for the patient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryRows:
    """What an import writes, already checked.  What is not said here stays as it is.

    ``columns`` names the columns of the patients' file that were given, ``phones`` among them; of the
    others the objects hold only defaults.  Phones, policies, visits and relatives are by patient_id:
    whoever is named there gets exactly these, in place of what was.  Phones are E.164.  ``kindless`` are
    patients of whose policies no kind was said: a policy known by its insurer and number keeps its own.
    """

    patients: tuple[Patient, ...] = ()
    columns: frozenset[str] = frozenset()
    phones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    policies: Mapping[str, tuple[Policy, ...]] = field(default_factory=dict)
    visits: Mapping[str, tuple[Visit, ...]] = field(default_factory=dict)
    relatives: Mapping[str, tuple[Relative, ...]] = field(default_factory=dict)
    kindless: frozenset[str] = frozenset()

    @property
    def patient_ids(self) -> tuple[str, ...]:
        """Everyone these rows say something about, each once."""
        said = (patient.patient_id for patient in self.patients)
        return tuple(dict.fromkeys((*said, *self.phones, *self.policies, *self.visits, *self.relatives)))
