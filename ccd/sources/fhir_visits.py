"""FHIR's Appointment as a visit."""

from collections.abc import Iterable

from ccd.directory.model import Visit
from ccd.sources.fhir_people import Names, Terms, called
from ccd.sources.fhir_records import Appointment
from ccd.sources.fhir_types import Concept

_STATUS = {
    "booked": "booked",
    "pending": "booked",
    "arrived": "arrived",
    "checked-in": "arrived",
    "fulfilled": "fulfilled",
    "cancelled": "cancelled",
    "noshow": "noshow",
}
"""The other states (proposed, waitlist, entered-in-error) are no visits."""


def visit(one: Appointment, terms: Terms, known: Names) -> Visit | None:
    """The visit; None for what is only an idea, or was an error."""
    status = _STATUS.get(one.status)
    if status is None:
        return None
    return Visit(
        starts_at=one.start,
        doctor=taking_part(one, "Practitioner", known) or taking_part(one, "PractitionerRole", known),
        specialty=first_words((*one.specialty, *one.service_type), terms),
        place=taking_part(one, "Location", known),
        status=status,
        preparation=one.patient_instruction,
        visit_id=one.id,
        origin=terms.origin,
    )


def first_words(concepts: Iterable[Concept], terms: Terms) -> str:
    """What the first concept that says anything is called here."""
    return next((word for concept in concepts if (word := concept.words(terms.words))), "")


def taking_part(one: Appointment, kind: str, known: Names) -> str:
    """The name of the first participant of this type."""
    actors = (part.actor for part in one.participant)
    named = (called(actor, known) for actor in actors if actor.reference.startswith(f"{kind}/"))
    return next((name for name in named if name), "")


def patients_of(one: Appointment) -> frozenset[str]:
    """The ids of the patients whose visit it is."""
    references = (part.actor.reference for part in one.participant)
    return frozenset(ref.removeprefix("Patient/") for ref in references if ref.startswith("Patient/"))
