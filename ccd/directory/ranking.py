"""In which order the people behind a number are shown: the likeliest caller first.

The order, each rule deciding only where those before it do not:

1. how the number reaches them: their own, then whose guardian's it is, whose relative's; then an
   organisation, then the clinic's staff;
2. who has a visit now or in the next three days (from twelve hours ago on: somebody may ask about
   the visit that is just over), the nearest to now first;
3. who was here most recently;
4. the order in which the sources named them, the most trusted source first.

Nobody is left out: it is an order, and the operator picks.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from ccd.directory.model import Patient, Reach, Visit

SOON = timedelta(days=3)
JUST_NOW = timedelta(hours=12)
_PLACES = {reach: place for place, reach in enumerate(Reach)}
_EXPECTED = frozenset({"booked", "arrived", "fulfilled"})
_BEEN = frozenset({"arrived", "fulfilled"})
_NEVER = float("inf")


def ranked(patients: Iterable[Patient], now: datetime) -> tuple[Patient, ...]:
    """The same people, the likeliest first; ``now`` has a zone, as the visits' moments have."""
    people = tuple(patients)
    if len(people) < 2:
        return people
    return tuple(sorted(people, key=lambda patient: _key(patient, now)))


def _key(patient: Patient, now: datetime) -> tuple[int, float, float]:
    return (
        _PLACES[patient.reach],
        min((_away(visit, now) for visit in patient.visits), default=_NEVER),
        min((_ago(visit, now) for visit in patient.visits), default=_NEVER),
    )


def _away(visit: Visit, now: datetime) -> float:
    """Seconds between now and a visit that is about now."""
    away = visit.starts_at - now
    near = visit.status in _EXPECTED and -JUST_NOW <= away <= SOON
    return abs(away.total_seconds()) if near else _NEVER


def _ago(visit: Visit, now: datetime) -> float:
    """Seconds since a visit that took place."""
    past = visit.status in _BEEN and visit.starts_at <= now
    return (now - visit.starts_at).total_seconds() if past else _NEVER
