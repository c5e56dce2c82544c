"""What an admin writes: named rules, their conditions, their steps (``docs/routing.md``).

These models hold the words as written, checked one by one; ``compile`` makes closures of them.
What needs two places at once (unique names, calendars that exist) is ``settings.crosschecks``.
"""

from collections.abc import Mapping
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, model_validator

from ccd.routing import words
from ccd.routing.base import DaysList, HoursList, Many, Model, Some
from ccd.routing.escalation import Escalation
from ccd.routing.holidays import holiday_country
from ccd.routing.people import Person, PersonId
from ccd.routing.protection import QueueLimits
from ccd.routing.shifts import Roster
from ccd.routing.steps import StepRule
from ccd.routing.when import Conditional
from ccd.routing.words import Called, Name, Text, matching

DEFAULT = "default"
"""The rule of whoever matched none; no written rule may take this name."""


def _rule_name(value: str) -> str:
    if not value.strip() or len(value) > 60 or not value.isprintable():
        raise ValueError("must have 1 to 60 visible characters")
    if value == DEFAULT:
        raise ValueError(f'"{DEFAULT}" is the name of what happens when no rule matches; take another')
    return value


def _comment(value: str) -> str:
    if len(value) > 200 or not value.isprintable():
        raise ValueError("must be one line of at most 200 visible characters")
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (OSError, ValueError, LookupError):
        near = words.did_you_mean(value, available_timezones()) or '; write one like "Europe/Moscow"'
        raise ValueError(f'"{value}" is no time zone{near}') from None
    return value


Zone = Annotated[Text, AfterValidator(_timezone), Field(title="time zone (`Europe/Moscow`)")]
Country = Annotated[
    Text, AfterValidator(holiday_country), Field(title="country or a part of it (`RU`, `DE-BY`)")
]
Numbers = Annotated[tuple[Called, ...], Some, Many]


class Calendar(Model, title="period of a calendar"):
    """A period of a named calendar: what is written must all be so."""

    days: DaysList = ()
    """Weekdays, dates or ranges of either; every day when left out."""
    hours: HoursList = ()
    """Over midnight when they end earlier than they begin; ``24:00`` may end them.  All day when left out."""
    holidays: Annotated[tuple[Country, ...], Some, Many] = ()
    """Public holidays of these countries: ``RU``, ``UA``, ``DE-BY``."""
    timezone: Zone | None = None
    """On whose wall clock the period is read; the routing's own when left out."""

    @model_validator(mode="after")
    def _limits(self) -> "Calendar":
        if not (self.days or self.hours or self.holidays):
            raise ValueError("needs days, hours or holidays")
        return self


class Rule(Model, title="rule"):
    """A named rule: when all its conditions hold, its steps are the plan."""

    name: Annotated[Text, AfterValidator(_rule_name), Field(title="text, up to 60 characters")]
    """Its own; it goes into each call's record.  ``default`` is taken: whoever matches no rule."""
    comment: Annotated[Text, AfterValidator(_comment), Field(title="one line, up to 200 characters")] = ""
    """What the rule is for; shown beside it when somebody asks why a call went there."""
    when: Conditional
    """All of these must hold; without, the rule takes every call."""
    steps: Annotated[tuple[StepRule, ...], Field(max_length=16), Some]
    """One to sixteen, carried out in their order until somebody answers."""


class Dial(Model, title="outside line"):
    """How outside numbers are dialled."""

    trunk: Annotated[
        Text,
        matching(
            r"(?=.{1,100}$)[A-Za-z0-9]+/[A-Za-z0-9_.@:/+-]*\{number\}[A-Za-z0-9_.@:/-]*",
            'must be a dial string with {number} in it, like "PJSIP/{number}@trunk"',
        ),
        Field(title='dial string (`"PJSIP/{number}@trunk"`)'),
    ]
    """Asterisk's dial string; ``{number}`` becomes the number, digits only (``+{number}`` keeps a plus)."""


class Routing(Model):
    """Rules: first match wins; whoever matches none goes to the default queue."""

    include: Annotated[tuple[Text, ...], Some, Many] = ()
    """More files with rules, calendars, lists and the like: names or patterns like ``routing.d/*.yaml``."""
    timezone: Zone = "Europe/Moscow"
    """IANA zone in which hours and days are meant."""
    default_queue: Name = "operators"
    """Whoever comes to the end of a plan, or matches no rule, waits here without limit.

    The dialplan's ``CCD_DEFAULT_QUEUE`` should name the same: callers go there without ccd.
    """
    calendars: Mapping[str, Annotated[tuple[Calendar, ...], Some, Many]] = {}
    """Named periods, for ``during`` and ``outside``."""
    lists: Mapping[str, Numbers] = {}
    """Named callers' numbers and prefixes, for ``list``: blocked, staff, labs."""
    sources: Mapping[str, Numbers] = {}
    """Advertising sources: the called numbers and prefixes that each was given, for ``source``."""
    people: Mapping[PersonId, Person] = {}
    """Who answers calls, by id: rosters and plans mean them by it."""
    rosters: Mapping[Text, Roster] = {}
    """Who is a member of a queue, and when; by a name of the admin's."""
    queues: Mapping[Name, QueueLimits] = {}
    """Bounds of queues, by the queue's name."""
    dial: Dial | None = None
    """How outside numbers are dialled: to call patients back, and where a step dials a number."""
    escalation: Escalation = Escalation()
    """How operators pass callers on to the duty doctor."""
    plans: Mapping[str, Annotated[tuple[StepRule, ...], Field(max_length=16), Some]] = {}
    """Steps by name, for ``plan`` and wherever steps are asked for."""
    rules: tuple[Rule, ...] = ()
    """In their order: the first whose conditions all hold decides."""
