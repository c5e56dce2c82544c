"""Rows of an import by columns: in each column there is one value for each row, in the order of the rows.

A million rows are many.  By columns one loop reads, checks or writes all values of a kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ccd.directory.model import Coverage, Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    entry: Sequence[int]
    """A number that grows from row to row, and from file to file."""
    patient_id: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patients(_Rows):
    """See ``model.Patient``; with all their numbers, in E.164, and both kinds of remarks."""

    full_name: Sequence[str]
    birth_date: Sequence[date | None]
    language: Sequence[str]
    tags: Sequence[frozenset[str]]
    doctor: Sequence[str]
    debt: Sequence[Decimal | None]
    reach: Sequence[Reach]
    notes: Sequence[Sequence[str]]
    medical: Sequence[Sequence[str]]
    phones: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies(_Rows):
    """See ``model.Policy``; ``kindless``: of its kind nothing was said."""

    insurer: Sequence[str]
    programme: Sequence[str]
    number: Sequence[str]
    valid_from: Sequence[date | None]
    valid_until: Sequence[date | None]
    kind: Sequence[str]
    active: Sequence[bool]
    coverage: Sequence[tuple[Coverage, ...]]
    kindless: Sequence[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits(_Rows):
    """See ``model.Visit``."""

    starts_at: Sequence[datetime]
    doctor: Sequence[str]
    specialty: Sequence[str]
    place: Sequence[str]
    status: Sequence[str]
    preparation: Sequence[str]
    visit_id: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relatives(_Rows):
    """Those through whom patients are reached: their numbers, in E.164, and who they are."""

    phones: Sequence[Sequence[str]]
    name: Sequence[str]
    relationship: Sequence[str]
    """In the clinic's own word: ``mother``."""
    guardian: Sequence[bool]
    """A parent or carer, who decides for the patient."""
