"""What a source's format cannot hold, each with its reason: nothing is left out of a comparison in silence.

A limit that no golden caller meets any more is a mistake too: a test says so.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ccd.directory.model import Patient, Reach

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


_FHIR = (
    Limit(
        fact="an organisation's number",
        why="Organization has no search parameter for its telecom (R4)",
        forget=lambda one: None if one.reach is Reach.ORGANISATION else one,
    ),
)

LIMITS: dict[str, tuple[Limit, ...]] = {"built-in": (), "mis": (), "service": (), "fhir": _FHIR}
"""By the source's kind."""
