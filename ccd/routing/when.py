"""The conditions of a rule, as an admin writes them; ``conditions`` makes closures of them."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from ccd.routing import asked
from ccd.routing.base import CalledList, DaysList, HoursList, Many, Model, Some, TextList
from ccd.routing.expression import checked
from ccd.routing.spans import Span
from ccd.routing.words import Text

CallerKind = Literal["known", "unknown", "anonymous", "failed"]
CallerList = Annotated[tuple[CallerKind, ...], Some, Many]
PolicyState = Literal["active", "expired", "none"]


class CallsRule(Model, title="earlier calls"):
    """How many earlier calls of the number came in the last stretch of time, this one not counted."""

    last: Span
    """How far back."""
    count: asked.EarlierBounds
    """How many of them."""


class QueueState(Model, title="state of a queue"):
    """The state of one queue right now: all that is written must hold."""

    name: Annotated[Text, Field(min_length=1, title="name of a queue")]
    """As Asterisk knows it."""
    waiting: asked.CountBounds = ()
    """Callers who wait."""
    longest: asked.SpanBounds = ()
    """How long the one waits who waits longest; nobody waiting is 0s."""
    free: asked.CountBounds = ()
    """Members that are there and in no call."""
    on_duty: asked.CountBounds = ()
    """Members that are there: reachable and not paused."""

    @model_validator(mode="after")
    def _some(self) -> "QueueState":
        if not (self.waiting or self.longest or self.free or self.on_duty):
            raise ValueError("needs waiting, longest, free or on_duty")
        return self


class When(Model, title="conditions"):
    """The conditions of a rule: all that are written must hold; within a list any one is enough.

    Of several patients behind a number any one is enough, for each condition by itself.
    """

    model_config = ConfigDict(serialize_by_alias=True)
    noun: ClassVar[str] = "condition"

    called: CalledList = ()
    """Called numbers, E.164 or as dialled; ``*`` at the end is a prefix."""
    source: TextList = ()
    """Names of advertising sources: one of their numbers was called."""
    number: CalledList = ()
    """The caller's number, in any spelling; ``*`` at the end is a prefix."""
    list_: Annotated[TextList, Field(alias="list")] = ()
    """Names of lists: the caller's number is in one of them."""
    country: Annotated[tuple[asked.Country, ...], Some, Many] = ()
    """Country of the caller's number, ISO 3166: ``UA``."""
    line: Annotated[tuple[Literal["mobile", "landline"], ...], Some, Many] = ()
    """Whether the caller's number is a mobile one, where the digits tell."""
    caller: CallerList = ()
    """Exactly one holds for each call: known, anonymous, failed (the directory gave no answer), unknown."""
    patients: asked.CountBounds = ()
    """How many patients stand behind the number."""
    tag: TextList = ()
    """Tags of the patients behind the number; letter case does not matter."""
    age: asked.AgeBounds = ()
    """Full years, today."""
    language: TextList = ()
    """The patient's language: ru, uk, en."""
    insurer: TextList = ()
    """Insurer of a policy that is valid today."""
    policy: Annotated[tuple[PolicyState, ...], Some, Many] = ()
    """Each patient is exactly one: active (one valid today), expired (one was valid), none."""
    policy_kind: TextList = ()
    """Kind of a policy that is valid today, in the clinic's own words."""
    debt: asked.MoneyBounds = ()
    """What the patient owes, in the clinic's currency."""
    doctor: TextList = ()
    """The attending doctor's name."""
    visit: Annotated[tuple[asked.VisitTime, ...], Some, Many] = ()
    """A booked visit: today (at any hour), tomorrow, or within so long from now."""
    last_operator: TextList = ()
    """Who talked last with this number, by name or phone; ``any`` when somebody did."""
    calls: CallsRule | None = None
    """How often the number called before."""
    abandoned_within: Span | None = None
    """An earlier call of the number, in that time, was hung up by the caller before anybody answered."""
    calls_again_within: Span | None = None
    """The number called before, in that time."""
    reminded_within: Span | None = None
    """A reminder of a visit was sent to the number, in that time."""
    queue: Annotated[tuple[QueueState, ...], Some, Many] = ()
    """The state of queues."""
    pressed: Mapping[Text, asked.Keys] = {}
    """Keys pressed in this call, by the menu's name: all of these menus."""
    days: DaysList = ()
    """Today is one of these days."""
    hours: HoursList = ()
    """The clock shows the first time or later, and earlier than the second; ``20:00-08:00`` over midnight."""
    during: TextList = ()
    """Names of calendars: the moment lies in one of them."""
    outside: TextList = ()
    """Names of calendars: the moment lies in none of them."""
    if_: Annotated[
        Text, AfterValidator(checked), Field(alias="if", title="CEL expression, up to 500 characters")
    ] = ""
    """A CEL expression, for what the other conditions cannot say."""

    @property
    def empty(self) -> bool:
        """True when every call matches."""
        return not any(value for value in dict(self).values() if value is not None)


EVERY_CALL = When()
"""No conditions."""
Conditional = Annotated[When, Field(default_factory=lambda: EVERY_CALL)]
"""Conditions, or none: one value for all, where a default would be copied deeply each time."""
