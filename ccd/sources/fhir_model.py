"""The FHIR R4 resources that ccd reads, with the elements that it uses."""

from pydantic import Field

from ccd.sources.fhir_types import (
    Amount,
    Concept,
    Day,
    Element,
    Extension,
    Flag,
    Id,
    Identifier,
    Moment,
    Money,
    Period,
    Reference,
    Text,
)


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


class Cost(Element):
    """What the patient pays of one kind of service."""

    type: Concept = Concept()
    value_quantity: "Quantity | None" = None
    value_money: Money | None = None
    exception: tuple["CostException", ...] = ()


class Quantity(Element):
    """A number with its unit."""

    value: Amount | None = None
    unit: Text = ""
    code: Text = ""


class CostException(Element):
    """When a cost is another than the one said."""

    type: Concept = Concept()
    period: Period = Period()


class PlanClass(Element):
    """A plan, a group: ``type`` has the codes plan, group, class ..."""

    type: Concept = Concept()
    value: Text = ""
    name: Text = ""


class FhirCoverage(Resource):
    """An insurance policy."""

    status: Text
    beneficiary: Reference
    subscriber_id: Text = ""
    identifier: tuple[Identifier, ...] = ()
    type: Concept = Concept()
    period: Period = Period()
    payor: tuple[Reference, ...] = ()
    class_: tuple[PlanClass, ...] = Field(default=(), alias="class")
    cost_to_beneficiary: tuple[Cost, ...] = ()


class Participant(Element):
    """Who takes part in an appointment."""

    actor: Reference = Reference()


class Appointment(Resource):
    """A visit."""

    status: Text
    start: Moment
    end: Moment | None = None
    specialty: tuple[Concept, ...] = ()
    service_type: tuple[Concept, ...] = ()
    participant: tuple[Participant, ...] = ()
    patient_instruction: Text = ""
    slot: tuple[Reference, ...] = ()


class FhirFlag(Resource):
    """A remark on a patient."""

    status: Text
    subject: Reference
    code: Concept
    category: tuple[Concept, ...] = ()
    period: Period = Period()


class Schedule(Resource):
    """The hours of a doctor."""

    active: Flag = True
    actor: tuple[Reference, ...] = ()
    specialty: tuple[Concept, ...] = ()
    service_type: tuple[Concept, ...] = ()


class FhirSlot(Resource):
    """One hour in a schedule."""

    schedule: Reference
    status: Text
    start: Moment
    end: Moment | None = None
    specialty: tuple[Concept, ...] = ()
