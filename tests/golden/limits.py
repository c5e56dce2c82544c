"""What a source's format cannot hold, each with its reason: nothing is left out of a comparison in silence.

A limit that no golden caller meets any more is a mistake too: a test says so.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from ccd.directory.model import Answer, Coverage, Patient, Policy, Reach

Forget = Callable[[Patient], Patient | None]
"""The patient without the fact; None when there is nobody without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One fact that the format has no place for."""

    fact: str
    why: str
    forget: Forget

    def __str__(self) -> str:
        return self.fact


def without(patients: tuple[Patient, ...], limits: tuple[Limit, ...]) -> tuple[Patient, ...]:
    """What remains of these people in a source with these limits."""
    for limit in limits:
        patients = tuple(one for one in map(limit.forget, patients) if one)
    return patients


def _coverage(change: Callable[[Coverage], Coverage | None]) -> Forget:
    def policy(one: Policy) -> Policy:
        return replace(one, coverage=tuple(said for said in map(change, one.coverage) if said))

    return lambda patient: replace(patient, policies=tuple(map(policy, patient.policies)))


_NO_COLUMN = "the files have no column for it"

_BUILT_IN = (
    Limit(fact="clause", why=_NO_COLUMN, forget=_coverage(lambda one: replace(one, clause=""))),
    Limit(
        fact="a service of which nothing is known",
        why=_NO_COLUMN,
        forget=_coverage(lambda one: None if one.answer is Answer.UNKNOWN else one),
    ),
    Limit(
        fact="a co-payment that is no percentage",
        why="the column copay holds percentages",
        forget=_coverage(
            lambda one: None if one.answer is Answer.COPAY and one.copay_percent is None else one
        ),
    ),
    Limit(
        fact="a suspended policy",
        why=_NO_COLUMN,
        forget=lambda one: replace(one, policies=tuple(replace(p, active=True) for p in one.policies)),
    ),
    Limit(
        fact="preparation",
        why=_NO_COLUMN,
        forget=lambda one: replace(one, visits=tuple(replace(v, preparation="") for v in one.visits)),
    ),
    Limit(fact="remarks", why=_NO_COLUMN, forget=lambda one: replace(one, remarks=())),
    Limit(
        fact="how the number reaches them",
        why=_NO_COLUMN,
        forget=lambda one: replace(one, reach=Reach.OWN, relationship="", through=""),
    ),
)

LIMITS: dict[str, tuple[Limit, ...]] = {"built-in": _BUILT_IN}
"""By the source's kind."""
