"""What an admin expects of the rules: made-up calls, and where each must go (``docs/routing.md``).

Models only; ``imagined`` makes facts of a call, ``walk`` follows its plan.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ccd.routing.asked import Keys
from ccd.routing.base import Many, Model, Short, Some, TextList
from ccd.routing.spans import span
from ccd.routing.words import Text


def _moment(value: str) -> str:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f'"{value}" is no moment; write it like "2026-11-22 03:15"') from None
    return value


def _words(value: str) -> str:
    kind = value.split(",", maxsplit=1)[0].split(" ", maxsplit=1)[0]
    if kind not in KINDS:
        raise ValueError(f'"{value}" begins with no step; there are: {", ".join(KINDS)}')
    return value


KINDS = ("queue", "dial", "play", "menu", "voicemail", "callback", "hangup")
"""With what the words of a step begin."""
Moment = Annotated[Text, AfterValidator(_moment)]
"""On the clinic's wall clock, unless it has an offset of its own."""
Words = Annotated[Text, AfterValidator(_words)]
"""A step: ``hangup``, ``queue operators``, ``queue operators, 20s, priority 10``."""
Ago = Annotated[int, BeforeValidator(span, json_schema_input_type=int | str)]
WordsList = Annotated[tuple[Words, ...], Some, Many]
Unknown = Literal["directory", "history", "queues"]


class MadeUpPolicy(Model):
    """A policy; a date left out is open."""

    insurer: Text
    kind: Text = ""
    valid_from: date | None = None
    valid_until: date | None = None


class MadeUpVisit(Model):
    """A visit, booked unless said otherwise."""

    at: Moment
    status: Literal["booked", "arrived", "fulfilled", "cancelled", "noshow"] = "booked"
    doctor: Text = ""


class MadeUpPatient(Model):
    """Somebody behind the number; what is left out is not known."""

    name: Text = "Somebody"
    age: Annotated[int, Field(ge=0, le=130)] | None = None
    language: Text = ""
    tags: TextList = ()
    policies: Annotated[tuple[Annotated[MadeUpPolicy, Short("insurer")], ...], Some, Many] = ()
    visits: Annotated[tuple[Annotated[MadeUpVisit, Short("at")], ...], Some, Many] = ()
    doctor: Text = ""
    debt: Annotated[Decimal, Field(ge=0)] | None = None


class EarlierCall(Model):
    """A call of the same number, so long ago."""

    ago: Ago
    disposition: Literal["answered", "abandoned", "unanswered"] = "answered"
    agent: Text = ""
    """Who talked last."""
    phone: Text = ""


class MadeUpQueue(Model):
    """A queue at that moment."""

    waiting: Annotated[int, Field(ge=0)] = 0
    longest: Ago = 0
    """How long the first one waits."""
    free: Annotated[int, Field(ge=0)] = 0
    on_duty: Annotated[int, Field(ge=0)] = 0


class MadeUpCall(Model):
    """A call, and all that rules may ask about it; what is left out is not so."""

    from_: Annotated[Text, Field(alias="from")]
    """The caller's number; ``anonymous`` when it is withheld."""
    to: Text
    at: Moment
    patients: Annotated[tuple[MadeUpPatient, ...], Some, Many] = ()
    """Who stands behind the number; nobody when left out."""
    earlier: Annotated[tuple[EarlierCall, ...], Some, Many] = ()
    """Calls before this one, the newest first."""
    reminded: Ago | None = None
    """How long ago a visit was reminded of."""
    queues: Mapping[Text, MadeUpQueue] | None = None
    """The queues that Asterisk has; left out, it cannot be heard."""
    unknown: Annotated[tuple[Unknown, ...], Some, Many] = ()
    """What gives no answer in time."""
    press: Keys = ()
    """A key for each menu on the way; then the caller is silent."""


class Expected(Model):
    """Where the call must go: all that is written must be so."""

    rule: Text | None = None
    """The rule's name; ``default`` when none may match."""
    steps: WordsList = ()
    """Every step on the way, when nobody answers."""
    first: Words | None = None
    last: Words | None = None
    includes: WordsList = ()
    """Each of these is on the way."""
    never: WordsList = ()
    """None of these is."""

    @model_validator(mode="after")
    def _something(self) -> "Expected":
        if not any(dict(self).values()):
            raise ValueError("expects nothing; write rule, steps, first, last, includes or never")
        return self


class Expectation(Model):
    """One made-up call with what is expected of it."""

    name: Annotated[Text, Field(min_length=1, max_length=200)]
    call: MadeUpCall
    expect: Annotated[Expected, Short("rule")]


class Expectations(Model):
    """The file beside the rules, such as ``routing.tests.yaml``."""

    tests: tuple[Expectation, ...] = ()
