"""How much a source may say of a number, and which values are none, whatever their type."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from ccd.directory.model import DirectoryError, Patient

MOST = 1_000
"""People behind one number."""
MOST_FACTS = 20_000
"""People, policies, services, visits, remarks and tags together: more would hold up every other call."""
_DIGITS = range(-20, 20)
"""Where an amount's first digit may stand, from the point."""
_YEARS = range(1800, 2301)
"""Of moments: those at the ends of time cannot be shown in another zone."""


def size(patient: Patient) -> int:
    """How many facts this is, the person included."""
    services = sum(len(policy.coverage) for policy in patient.policies)
    own = len(patient.visits) + len(patient.remarks) + len(patient.tags)
    return 1 + services + len(patient.policies) + own


def check_count(people: int, facts: int = 0) -> None:
    """Raise DirectoryError for more than may be said of one number."""
    if people > MOST:
        raise DirectoryError(f"answered with {people} people; ccd takes {MOST} behind a number")
    if facts > MOST_FACTS:
        raise DirectoryError(f"answered with {facts} facts; ccd takes {MOST_FACTS} behind a number")


def check(patient: Patient) -> None:
    """Raise DirectoryError for what no page could show."""
    if not patient.patient_id:
        raise DirectoryError("named someone without an id")
    for at in _moments(patient):
        check_moment(at)
    for amount in _amounts(patient):
        _check_amount(amount)


def _moments(patient: Patient) -> Iterator[datetime]:
    origins = [patient.origin]
    origins += (one.origin for one in patient.policies)
    origins += (one.origin for policy in patient.policies for one in policy.coverage)
    origins += (one.origin for one in patient.visits)
    origins += (one.origin for one in patient.remarks)
    yield from (one.at for one in origins if one.at is not None)
    yield from (visit.starts_at for visit in patient.visits)


def check_moment(at: datetime) -> None:
    """Raise DirectoryError for a moment that is none."""
    if at.utcoffset() is None:
        raise DirectoryError("gave a moment without a time zone")
    if at.year not in _YEARS:
        raise DirectoryError("gave a moment that is not of our time")


def _amounts(patient: Patient) -> Iterator[Decimal]:
    services = (one for policy in patient.policies for one in policy.coverage)
    said = (patient.debt, *(one.copay_amount for one in services))
    return (amount for amount in said if amount is not None)


def _check_amount(amount: Decimal) -> None:
    """Written out, ``1E+999999999`` would be a gigabyte."""
    if amount.adjusted() not in _DIGITS:
        raise DirectoryError("gave an amount that is none")
