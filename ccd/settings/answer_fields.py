"""What each fact is called in a source's JSON: a JMESPath expression for each field of the model."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field

from ccd.directory.model import LANGUAGES, STATUSES, Answer, Reach, RemarkKind
from ccd.routing.base import Model, Short
from ccd.routing.words import did_you_mean
from ccd.settings.expressions import Expression


def _word(value: Any) -> Any:
    """``true`` and ``1`` are words of the source as good as any."""
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int) else value


class Choice(Model):
    """A field of few values: where it stands, and the source's words for ccd's."""

    value: Expression
    """Where the value stands."""
    words: Mapping[Annotated[str, BeforeValidator(_word)], str] = Field(default={}, max_length=200)
    """The source's word, then ccd's: `{ full: covered, part: copay }`.  ccd's own need none."""


def _among(known: Collection[str]) -> AfterValidator:
    def check(choice: Choice | None) -> Choice | None:
        for meant in choice.words.values() if choice else ():
            if meant not in known:
                raise ValueError(f'"{meant}" does not fit{did_you_mean(meant, known)}')
        return choice

    return AfterValidator(check)


class Fields(Model):
    """What is taken from each thing of a list."""

    noun: ClassVar[str] = "field"
    each: Expression = "@"
    """Where the list stands; one thing that is no list is a list of one, null is none."""


class CoverageFields(Fields):
    """What a policy says of each service."""

    service: Expression
    """Its name."""
    answer: Annotated[Choice, Short("value"), _among(list(Answer))]
    """`covered`, `copay`, `not_covered` or `unknown`."""
    copay_percent: Expression | None = None
    """The patient's part, 0 to 100."""
    copay_amount: Expression | None = None
    """The patient's part in the clinic's currency."""
    clause: Expression | None = None
    """Where in the contract it stands."""


class PolicyFields(Fields):
    """Insurance policies."""

    insurer: Expression
    """Who pays."""
    number: Expression
    """The policy's number."""
    programme: Expression | None = None
    """The programme's name."""
    valid_from: Expression | None = None
    """The first day, like `2026-11-21` or `21.11.2026`."""
    valid_until: Expression | None = None
    """The last day."""
    kind: Expression | None = None
    """The clinic's word for its type, like `dms`."""
    active: Expression | None = None
    """True or false: false when it is suspended whatever its days, as in `status == 'active'`."""
    coverage: CoverageFields | None = None
    """What it says of services."""


class VisitFields(Fields):
    """Visits, past and coming."""

    starts_at: Expression
    """The moment, like `2026-11-21T16:30:00+03:00`; without an offset it is of `time_zone`."""
    status: Annotated[Choice, Short("value"), _among(STATUSES)]
    """`booked`, `arrived`, `fulfilled`, `cancelled` or `noshow`."""
    doctor: Expression | None = None
    """The doctor's name."""
    specialty: Expression | None = None
    """The doctor's specialty."""
    place: Expression | None = None
    """Where in the clinic."""
    preparation: Expression | None = None
    """What the patient must do before."""
    visit_id: Expression | None = None
    """The id by which it is moved and cancelled."""


class RemarkFields(Fields):
    """What the clinic chose to show beside all else."""

    text: Expression
    """What is shown."""
    kind: Annotated[Choice | None, Short("value"), _among(list(RemarkKind))] = None
    """`note` (when not written) or `medical`, which not every role sees."""


class RelativeFields(Fields):
    """People."""

    patient_id: Expression
    """The id by which the clinic knows them."""
    full_name: Expression
    """The whole name, as in `join(' ', [last_name, first_name])`."""
    birth_date: Expression | None = None
    """The day, like `1980-11-21` or `21.11.1980`."""
    language: Annotated[Choice | None, Short("value"), _among(LANGUAGES)] = None
    """`ru`, `uk` or `en`; of another language nothing is said."""
    tags: Expression | None = None
    """A list of the clinic's own words, or one."""
    doctor: Expression | None = None
    """The attending doctor's name."""
    debt: Expression | None = None
    """What the patient owes, in the clinic's currency."""
    reach: Annotated[Choice | None, Short("value"), _among(list(Reach))] = None
    """How the number reaches them: `own`, `guardian`, `relative`, `organisation` or `staff`."""
    relationship: Expression | None = None
    """What the person whose number it is is to the patient: `mother`."""
    through: Expression | None = None
    """That person's name."""
    policies: PolicyFields | None = None
    """Insurance policies, when they stand in the same answer."""
    visits: VisitFields | None = None
    """Visits, when they stand in the same answer."""
    remarks: RemarkFields | None = None
    """Remarks, when they stand in the same answer."""


class PatientFields(RelativeFields):
    """People, and whom else their number reaches."""

    relatives: RelativeFields | None = None
    """People within each person's own entry, reached through that person: `reach` is `relative` when not
    written.  A person without `patient_id` but with relatives is no patient."""


class SlotFields(Fields):
    """Free hours."""

    slot_id: Expression
    """The id by which it is booked."""
    starts_at: Expression
    """The moment, as of visits."""
    ends_at: Expression | None = None
    """The moment when it is over."""
    doctor: Expression
    """The doctor's name."""
    specialty: Expression
    """The doctor's specialty."""
    place: Expression | None = None
    """Where in the clinic."""
