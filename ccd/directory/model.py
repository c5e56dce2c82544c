"""The people behind a number, as frozen values.  The source of each fact stands with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


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


class Answer(StrEnum):
    """Whether the policy pays."""

    COVERED = "covered"
    COPAY = "copay"
    NOT_COVERED = "not_covered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What a policy says of one service.  ``copay_percent`` is the patient's part, with COPAY."""

    service: str
    answer: Answer
    copay_percent: int | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit to the clinic.  ``status``: booked, arrived, fulfilled, cancelled or noshow."""

    starts_at: datetime
    doctor: str
    specialty: str
    place: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """One person.  ``language`` is ru, uk, en or empty; tags are the clinic's own words."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who may be calling: every patient behind the number, never a silent pick.

    ``failed`` names the sources that gave no answer in time: with one there, no patients does
    not mean "unknown person".
    """

    number: Number
    patients: tuple[Patient, ...] = ()
    failed: tuple[str, ...] = ()

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
    """Something that knows patients by number.  More kinds come; the port stays."""

    name: str

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        """The patients reached by this number, most recently seen first; raises DirectoryError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryRows:
    """What an import writes, already checked.  What is not said here stays as it is.

    ``columns`` names the fields of ``patients`` that were given, ``phones`` among them; of the
    others the objects hold only defaults.  Phones, policies and visits are by patient_id: whoever
    is named there gets exactly these, in place of what was.  Phones are E.164.  ``kindless`` are
    patients of whose policies no kind was said: a policy known by its insurer and number keeps its own.
    """

    patients: tuple[Patient, ...] = ()
    columns: frozenset[str] = frozenset()
    phones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    policies: Mapping[str, tuple[Policy, ...]] = field(default_factory=dict)
    visits: Mapping[str, tuple[Visit, ...]] = field(default_factory=dict)
    kindless: frozenset[str] = frozenset()

    @property
    def patient_ids(self) -> tuple[str, ...]:
        """Everyone these rows say something about, each once."""
        said = (patient.patient_id for patient in self.patients)
        return tuple(dict.fromkeys((*said, *self.phones, *self.policies, *self.visits)))
