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
from ccd.routing.people import Person, PersonId
from ccd.routing.steps import StepRule
from ccd.routing.when import When
from ccd.routing.words import Name, Text

DEFAULT = "default"
"""The rule of whoever matched none; no written rule may take this name."""


def _rule_name(value: str) -> str:
    if not value.strip() or len(value) > 60 or not value.isprintable():
        raise ValueError("must have 1 to 60 visible characters")
    if value == DEFAULT:
        raise ValueError(f'"{DEFAULT}" is the name of what happens when no rule matches; take another')
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (OSError, ValueError, LookupError):
        near = words.did_you_mean(value, available_timezones()) or '; write one like "Europe/Moscow"'
        raise ValueError(f'"{value}" is no time zone{near}') from None
    return value


class Calendar(Model):
    """A period of a named calendar: these days, within these hours; either may be left out."""

    days: DaysList = ()
    hours: HoursList = ()

    @model_validator(mode="after")
    def _limits(self) -> "Calendar":
        if not self.days and not self.hours:
            raise ValueError("needs days, hours or both")
        return self


class Rule(Model):
    """A named rule: when all its conditions hold, its steps are the plan."""

    name: Annotated[Text, AfterValidator(_rule_name)]
    when: When = When()
    steps: Annotated[tuple[StepRule, ...], Field(max_length=16), Some]
    """At most 16: the dialplan asks 20 times for one call, then goes to the default queue by itself."""


class Routing(Model):
    """Rules: first match wins; whoever matches none goes to the default queue."""

    timezone: Annotated[Text, AfterValidator(_timezone)] = "Europe/Moscow"
    """IANA zone in which hours and days are meant."""
    default_queue: Name = "operators"
    calendars: Mapping[str, Annotated[tuple[Calendar, ...], Some, Many]] = {}
    """Named periods, for ``during`` and ``outside``."""
    people: Mapping[PersonId, Person] = {}
    """Who answers calls, by id: rosters and plans mean them by it."""
    rules: tuple[Rule, ...] = ()
