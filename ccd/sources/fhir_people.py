"""FHIR's people as patients: who has this number, surely, and what they are to whom."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ccd.directory.model import LANGUAGES, Origin, Patient, Reach, Remark, RemarkKind
from ccd.directory.phones import normalise
from ccd.sources.fhir_model import FhirPatient, HumanName, Named, Person, Practitioner, RelatedPerson
from ccd.sources.fhir_records import FhirFlag
from ccd.sources.fhir_search import kind_of
from ccd.sources.fhir_types import Concept, Reference, extension
from ccd.sources.fhir_values import whole_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What turns resources into facts: the clinic's words and codes, today, and whose facts they are."""

    region: str
    today: date
    origin: Origin
    words: Mapping[str, str] = field(default_factory=dict)
    guardians: frozenset[str] = frozenset()
    services_extension: str = ""
    debt_extension: str = ""


Names = Mapping[str, str]
"""What is called how, by reference."""


def has_number(person: Person, e164: str, terms: Terms) -> bool:
    """Whether the number is this person's today; a server may find by less than the whole number."""
    return any(
        contact.system in {"phone", "sms", ""}
        and contact.use != "old"
        and not contact.period.ended(terms.today)
        and normalise(contact.value.removeprefix("tel:"), terms.region).e164 == e164
        for contact in person.telecom
    )


def names(people: Iterable[Person]) -> Names:
    """Each by its reference."""
    return {f"{kind_of(type(one))}/{one.id}": full_name(one.name) for one in people}


def titles(places: Iterable[Named]) -> Names:
    """The same of organisations and locations."""
    return {f"{kind_of(type(one))}/{one.id}": one.name for one in places}


def full_name(given: Iterable[HumanName]) -> str:
    """The official name, else the usual one, else any that is not an old one; family name first."""
    ranks = {"official": 0, "usual": 1, "": 2}
    current = [one for one in given if one.use != "old"]
    for name in sorted(current, key=lambda one: ranks.get(one.use, 3)):
        if text := name.text or " ".join(part for part in (name.family, *name.given) if part):
            return text
    return ""


def called(reference: Reference, known: Names) -> str:
    """The name of who is referred to; empty when nobody said."""
    return known.get(reference.reference) or reference.display


def patient(one: FhirPatient, terms: Terms, known: Names) -> Patient:
    """A patient, reached by the own number; policies and visits are added by others."""
    doctors = (called(reference, known) for reference in one.general_practitioner)
    owed = extension(one.extension, terms.debt_extension)
    debt = owed.number if owed else None
    return Patient(
        patient_id=one.id,
        full_name=full_name(one.name),
        birth_date=whole_day(one.birth_date),
        language=_language(one),
        tags=_tags(one),
        doctor=next((name for name in doctors if name), ""),
        debt=debt if debt is not None and debt >= 0 else None,
        origin=terms.origin,
    )


def _tags(one: Person) -> frozenset[str]:
    return frozenset(tag.code for tag in one.meta.tag if tag.code)


def _language(one: FhirPatient) -> str:
    spoken = sorted(one.communication, key=lambda language: not language.preferred)
    codes = (code.split("-")[0].lower() for language in spoken for code in language.language.codes)
    return next((code for code in codes if code in LANGUAGES), "")


def reach(one: RelatedPerson, terms: Terms) -> Reach:
    """Guardian or relative, by the codes of the relationship."""
    codes = {code for concept in one.relationship for code in concept.codes}
    return Reach.GUARDIAN if codes & terms.guardians else Reach.RELATIVE


def relationship(one: RelatedPerson, terms: Terms) -> str:
    """What they are to the patient, in the clinic's word."""
    return next((word for concept in one.relationship if (word := concept.words(terms.words))), "")


def staff(one: Practitioner, terms: Terms) -> Patient:
    """One of the clinic's own people."""
    return Patient(
        patient_id=one.id,
        full_name=full_name(one.name),
        tags=_tags(one),
        reach=Reach.STAFF,
        origin=terms.origin,
    )


def remark(one: FhirFlag, terms: Terms) -> Remark | None:
    """A flag in force; None for all others.  Of the category ``clinical``, or of none, it is medical."""
    text = one.code.words(terms.words)
    if one.status != "active" or one.period.ended(terms.today) or not text:
        return None
    return Remark(text=text, kind=_remark_kind(one.category), origin=terms.origin)


def _remark_kind(category: Iterable[Concept]) -> RemarkKind:
    codes = {code for concept in category for code in concept.codes}
    return (
        RemarkKind.NOTE if codes and not codes & {"clinical", "drug", "lab", "diet"} else RemarkKind.MEDICAL
    )
