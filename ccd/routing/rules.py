"""What an admin writes: named rules, their conditions, their steps (``docs/routing.md``).

These models hold the words as written, checked one by one; ``compile`` makes closures of them.
What needs two places at once (unique names, calendars that exist) is ``settings.crosschecks``.
"""

from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ccd.routing import words
from ccd.routing.calendar import Days, Hours
from ccd.routing.words import Called, Cause, Duration, Name, Text

__all__ = ["DEFAULT", "Calendar", "Model", "Name", "Routing", "Rule", "StepRule", "When"]

DEFAULT = "default"
"""The rule of whoever matched none; no written rule may take this name."""


class Model(BaseModel):
    """Frozen, and unknown keys are errors: a misspelt key must not be silently ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    noun: ClassVar[str] = "setting"
    """What a key of this model is called in messages."""


def _hours(value: str) -> str:
    Hours.parse(value)
    return value


def _days(value: str) -> str:
    Days.parse(value)
    return value


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


Many = BeforeValidator(words.as_list)
"""One value may stand for a list of one."""
Some = BeforeValidator(words.some)
HoursList = Annotated[tuple[Annotated[Text, AfterValidator(_hours)], ...], Some, Many]
DaysList = Annotated[tuple[Annotated[Text, AfterValidator(_days)], ...], Some, Many]
CalledList = Annotated[tuple[Called, ...], Some, Many]
TextList = Annotated[tuple[Text, ...], Some, Many]
CallerKind = Literal["known", "unknown", "anonymous", "failed"]
CallerList = Annotated[tuple[CallerKind, ...], Some, Many]


class Calendar(Model):
    """A period of a named calendar: these days, within these hours; either may be left out."""

    days: DaysList = ()
    hours: HoursList = ()

    @model_validator(mode="after")
    def _limits(self) -> "Calendar":
        if not self.days and not self.hours:
            raise ValueError("needs days, hours or both")
        return self


class When(Model):
    """The conditions of a rule: all that are written must hold; within a list any one is enough."""

    noun: ClassVar[str] = "condition"

    called: CalledList = ()
    """Called numbers, E.164 or as dialled; ``*`` at the end is a prefix."""
    caller: CallerList = ()
    """Exactly one holds for each call: known, anonymous, failed (the directory gave no answer), unknown."""
    tag: TextList = ()
    """Tags of the patients behind the number; letter case does not matter."""
    days: DaysList = ()
    hours: HoursList = ()
    during: TextList = ()
    """Names of calendars: the moment lies in one of them."""
    outside: TextList = ()
    """Names of calendars: the moment lies in none of them."""

    @property
    def empty(self) -> bool:
        """True when every call matches."""
        return not any(dict(self).values())


class QueueRule(Model):
    """Wait in a queue; ``wait`` is seconds, without it as long as it takes."""

    name: Name
    wait: Duration | None = None
    priority: Annotated[int, Field(ge=0, le=1000, strict=True)] = 0
    """A higher one is answered sooner (``QUEUE_PRIO``)."""
    answer: bool = True
    """Answer the call before it waits; without, the caller hears the ring of the trunk."""


class PlayRule(Model):
    """Play a sound by its Asterisk name."""

    sound: Name


class HangupRule(Model):
    """Hang up with a Q.850 cause."""

    cause: Cause = 16


def _short(key: str) -> BeforeValidator:
    """``queue: operators`` is short for ``queue: { name: operators }``."""

    def expand(value: Any) -> Any:
        return value if value is None or isinstance(value, (dict, BaseModel)) else {key: value}

    return BeforeValidator(expand)


class StepRule(Model):
    """One thing to do with the call: exactly one of the keys."""

    noun: ClassVar[str] = "step"

    queue: Annotated[QueueRule | None, _short("name")] = None
    play: Annotated[PlayRule | None, _short("sound")] = None
    hangup: Annotated[HangupRule | None, _short("cause")] = None

    @model_validator(mode="after")
    def _one(self) -> "StepRule":
        if sum(step is not None for step in (self.queue, self.play, self.hangup)) != 1:
            raise ValueError("a step is exactly one of queue, play, hangup")
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
    calendars: dict[str, Annotated[tuple[Calendar, ...], Some, Many]] = {}
    """Named periods, for ``during`` and ``outside``."""
    rules: tuple[Rule, ...] = ()
