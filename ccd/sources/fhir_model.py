"""The people and places of FHIR R4 that ccd reads, with the elements that it uses."""

from ccd.sources.fhir_types import Concept, Element, Extension, Period, Reference
from ccd.sources.fhir_values import Day, Flag, Id, Text


class Meta(Element):
    """What the server says of a resource."""

    version_id: Text = ""
    tag: tuple["Tag", ...] = ()


class Tag(Element):
    """The clinic's own mark."""

    code: Text = ""


class Resource(Element):
    """Anything that has an id."""

    id: Id
    meta: Meta = Meta()
    extension: tuple[Extension, ...] = ()


class HumanName(Element):
    """A name; the official one is preferred, then the usual one."""

    use: Text = ""
    text: Text = ""
    family: Text = ""
    given: tuple[Text, ...] = ()


class Contact(Element):
    """A ContactPoint: a telephone number, an address of mail."""

    system: Text = ""
    value: Text = ""
    use: Text = ""
    period: Period = Period()


class Language(Element):
    """One of the languages that somebody speaks."""

    language: Concept = Concept()
    preferred: Flag = False


class Person(Resource):
    """What patients, relatives and practitioners share."""

    active: Flag = True
    name: tuple[HumanName, ...] = ()
    telecom: tuple[Contact, ...] = ()


class FhirPatient(Person):
    """A patient."""

    birth_date: Day | None = None
    communication: tuple[Language, ...] = ()
    general_practitioner: tuple[Reference, ...] = ()


class RelatedPerson(Person):
    """Somebody who has to do with a patient."""

    patient: Reference
    relationship: tuple[Concept, ...] = ()
    period: Period = Period()


class Practitioner(Person):
    """A doctor, a nurse."""


class Named(Resource):
    """Something with one name."""

    name: Text = ""


class Organization(Named):
    """An insurer."""


class Location(Named):
    """A room, a house."""
