"""What FHIR R4 says of patients and hours, with the elements that ccd uses."""

from pydantic import Field

from ccd.sources.fhir_model import Resource
from ccd.sources.fhir_types import Concept, Element, Identifier, Money, Period, Reference
from ccd.sources.fhir_values import Amount, Flag, Moment, Text


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
