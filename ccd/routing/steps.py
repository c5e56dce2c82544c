"""The steps of a plan, as an admin writes them; ``resolve`` makes values of them.

Where steps of their own are asked for (a menu's option, a full queue), the name of a plan or one
step may stand too.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from ccd.routing.base import Many, Model, Short, Some
from ccd.routing.waiting import AnnounceRule, Key, Music, OfferRule, PreferRule, Rings
from ccd.routing.when import When
from ccd.routing.words import Cause, Duration, Name, Text, matching

Priority = Annotated[int, Field(ge=0, le=1000, strict=True)]
Target = Annotated[
    Text,
    matching(
        r"(?=.{1,64}$)(?:[A-Za-z0-9]+/[A-Za-z0-9_.@:/-]+|\+?[0-9*#]{2,20}|[a-z0-9][a-z0-9_-]{0,39})",
        'must be a phone like "PJSIP/201", a number like "+79161234567", or a person of "people"',
    ),
]
CallerId = Annotated[
    Text, matching(r"keep|\+?[0-9]{2,20}", 'must be keep, or a number with digits only, like "+74951234567"')
]
Clock = Annotated[Text, matching(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", 'must be a time like "09:00"')]


def branch(value: Any) -> Any:
    """The name of a plan, or one step, is a list of one step."""
    if isinstance(value, str):
        return ({"plan": value},)
    return (value,) if isinstance(value, dict) else value


class _Branch(BeforeValidator):
    """Steps, one step or a plan's name; editors are told so."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        several = handler(schema)
        return {"anyOf": [{"type": "string"}, several["items"], several]}


Steps = Annotated[tuple["StepRule", ...], Field(max_length=16), Some]
Branch = Annotated[tuple["StepRule", ...], Field(max_length=16), Some, _Branch(branch)]


class QueueRule(Model):
    """Wait in a queue; ``wait`` is seconds, without it as long as it takes."""

    name: Name
    wait: Duration | None = None
    priority: Priority = 0
    """A higher one is answered sooner (``QUEUE_PRIO``)."""
    answer: bool = True
    """Answer the call before it waits; without, the caller hears the ring of the trunk."""
    music: Music = ""
    """Class of music on hold; the queue's own when left out."""
    announce: AnnounceRule | None = None
    """A sound that is played again and again."""
    rings: Rings = ()
    """Who is rung from when on: rings of skill that widen with time."""
    prefer: Annotated[PreferRule | None, Short("who")] = None
    """Who is rung alone before the others."""
    callback: OfferRule | None = None
    """A key with which the caller keeps the place and is called back."""
    max_waiting: Annotated[int, Field(ge=1, le=1000, strict=True)] | None = None
    """With so many waiting, the queue counts as full for one more."""
    full: Branch | None = None
    """Steps when nobody more may join (full, or nobody there); left out, the plan goes on."""


class DialRule(Model):
    """Ring phones, outside numbers or people, all at once; a talk ends the plan."""

    to: Annotated[tuple[Target, ...], Field(max_length=8), Some, Many]
    wait: Annotated[Duration, Field(le=600)] = 30
    caller_id: CallerId = "keep"
    """The number that they see: the caller's own (``keep``), or this one."""
    music: Music = ""
    """Class of music that the caller hears; ringing when left out."""


class PlayRule(Model):
    """Play a sound by its Asterisk name."""

    sound: Name


class MenuRule(Model):
    """Play a sound and let the caller choose by a key."""

    name: Name = "menu"
    """What conditions call the answer by."""
    sound: Name
    wait: Annotated[Duration, Field(le=60)] = 5
    """Seconds for a key, after the sound."""
    tries: Annotated[int, Field(ge=1, le=5, strict=True)] = 1
    """How often it is asked."""
    options: Annotated[Mapping[Key, Branch], Field(min_length=1)]
    """The steps of each key."""
    silent: Branch | None = None
    """Steps when no key of these was pressed; left out, the plan goes on."""


class VoicemailRule(Model):
    """Record what the caller says; then the call is over."""

    box: Name
    sound: Name
    longest: Annotated[Duration, Field(le=1800)] = 120
    """Seconds at most."""


class CallbackRule(Model):
    """Promise to call back; then the call is over."""

    queue: Name
    """Where the patient waits for an agent when called."""
    sound: Name
    within: Duration = 3600
    """Seconds until the promise is broken; with ``at``, counted from then."""
    at: Clock | None = None
    """The time of day that is promised, the next to come; left out: when it is the caller's turn."""


class HangupRule(Model):
    """Hang up with a Q.850 cause."""

    cause: Cause = 16


class StepRule(Model):
    """One thing to do with the call: exactly one of the keys, and its conditions."""

    noun: ClassVar[str] = "step"

    queue: Annotated[QueueRule | None, Short("name")] = None
    dial: Annotated[DialRule | None, Short("to")] = None
    play: Annotated[PlayRule | None, Short("sound")] = None
    menu: MenuRule | None = None
    voicemail: VoicemailRule | None = None
    callback: CallbackRule | None = None
    plan: Text | None = None
    """The steps of a plan by its name; whoever comes to their end goes on here."""
    hangup: Annotated[HangupRule | None, Short("cause")] = None
    when: When = When()
    """The step is passed over when these conditions do not hold at that moment."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(getattr(self, kind) is not None for kind in KINDS) != 1:
            raise ValueError(f"a step is exactly one of {', '.join(KINDS)}")
        return self


KINDS = tuple(key for key in StepRule.model_fields if key != "when")
"""What a step may be."""
