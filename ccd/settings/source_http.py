"""A clinic's HTTP service that answers with JSON: what to ask, and where each fact stands in the answer."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

from pydantic import Field, field_validator, model_validator

from ccd.routing.base import Model
from ccd.routing.rules import Zone
from ccd.settings import templates
from ccd.settings.answer_fields import PatientFields, PolicyFields, RemarkFields, SlotFields, VisitFields
from ccd.settings.expressions import Expression
from ccd.settings.http_requests import Headers, Reading, Statuses, Writing
from ccd.settings.paths import ResolvedPath

_NUMBER = frozenset({"e164", "digits", "national"})
_ORDER = frozenset({"key", "slot_id", "patient_id", "comment"})


class AskPatients(Reading):
    """Who has `{e164}` (`+79161234567`), `{digits}` (`79161234567`), `{national}` (`9161234567`)."""

    blanks: ClassVar = _NUMBER
    answer: PatientFields
    """Where the people stand in the answer."""


class AskPolicies(Reading):
    """The policies of `{patient_id}`."""

    blanks: ClassVar = _NUMBER | {"patient_id"}
    answer: PolicyFields
    """Where the policies stand in the answer."""


class AskVisits(Reading):
    """The visits of `{patient_id}`."""

    blanks: ClassVar = _NUMBER | {"patient_id"}
    answer: VisitFields
    """Where the visits stand in the answer."""


class AskRemarks(Reading):
    """The remarks on `{patient_id}`."""

    blanks: ClassVar = _NUMBER | {"patient_id"}
    answer: RemarkFields
    """Where the remarks stand in the answer."""


class AskSlots(Reading):
    """Free hours from `{since}` to before `{until}` (like `2026-11-21T13:30:00Z`), `{most}` of them at most.

    `{text}` is what the operator typed, words of the specialty or the doctor's name; it, `{specialty}` and
    `{doctor}` are empty when any will do.  ccd leaves out what does not fit, so none of them is needed.
    """

    blanks: ClassVar = frozenset({"since", "until", "specialty", "doctor", "text", "most"})
    answer: SlotFields
    """Where the free hours stand in the answer."""


class AskBooked(Reading):
    """The visit that the order with this `{key}` made; none, when it made none."""

    blanks: ClassVar = frozenset({"key"})
    answer: VisitFields
    """Where the visit stands in the answer."""


class Taking(Writing):
    """A request that takes a free hour."""

    blanks: ClassVar = _ORDER
    taken: Statuses = (409, 412)
    """HTTP statuses that mean that somebody else has the hour."""
    taken_if: Expression | None = None
    """True in an answer that means the same, whatever its status: `code == 'SLOT_TAKEN'`."""
    answer: VisitFields
    """Where the visit stands in the answer."""


class Moving(Taking):
    """Gives `{visit_id}` the hour `{slot_id}`, all or nothing."""

    blanks: ClassVar = _ORDER | {"visit_id"}


class Cancelling(Writing):
    """Cancels `{visit_id}`."""

    blanks: ClassVar = frozenset({"visit_id", "key"})
    gone: Statuses = (410,)
    """HTTP statuses that mean that it is cancelled already."""


class HttpSettings(Model):
    """A service that answers with JSON."""

    headers: Headers = Field(default={}, repr=False)
    """Headers of every request; `{secret:NAME}` is the variable or systemd credential NAME."""
    ca_file: ResolvedPath | None = None
    """PEM file with the authority to trust; the system's own when absent."""
    time_zone: Zone | None = None
    """Zone of moments written without an offset; the clinic's (`routing.timezone`) when absent."""
    max_bytes: Annotated[int, Field(ge=1_000, le=50_000_000)] = 1_000_000
    """How long an answer may be, unpacked; a longer one is not read to its end."""
    connections: Annotated[int, Field(ge=1, le=200)] = 20
    """Requests at once."""
    write_timeout: Annotated[float, Field(gt=0, le=60)] = 15
    """Seconds for a request that books, moves or cancels."""
    patients: AskPatients
    """Who is behind a number."""
    policies: AskPolicies | None = None
    """Each patient's policies, when they are asked for apart."""
    visits: AskVisits | None = None
    """Each patient's visits, when they are asked for apart."""
    remarks: AskRemarks | None = None
    """Each patient's remarks, when they are asked for apart."""
    slots: AskSlots | None = None
    """Free hours, when the service owns a schedule."""
    book: Taking | None = None
    """Takes `{slot_id}` for `{patient_id}`."""
    move: Moving | None = None
    """Gives a visit another hour."""
    cancel: Cancelling | None = None
    """Cancels a visit."""
    booked: AskBooked | None = None
    """What became of an order whose answer was lost."""

    @field_validator("headers")
    @classmethod
    def _only_secrets(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        for one in value.values():
            templates.checked(one, ())
        return value

    @model_validator(mode="after")
    def _whole_booking(self) -> Self:
        if self.book and not (self.slots and self.booked):
            raise ValueError("book needs slots, and booked: an answer may be lost")
        if (self.move or self.cancel) and not self.book:
            raise ValueError("move and cancel need book")
        return self
