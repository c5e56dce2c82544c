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
from ccd.routing.when import Conditional
from ccd.routing.words import Cause, Duration, Name, Text, matching

Priority = Annotated[int, Field(ge=0, le=1000, strict=True)]
Target = Annotated[
    Text,
    matching(
        r"(?=.{1,64}$)(?:[A-Za-z0-9]+/[A-Za-z0-9_.@:/-]+|\+?[0-9*#]{2,20}|[a-z0-9][a-z0-9_-]{0,39})",
        'must be a phone like "PJSIP/201", a number like "+79161234567", or a person of "people"',
    ),
    Field(title='phone, number or person (`PJSIP/201`, `"+79161234567"`, `petrov`)'),
]
CallerId = Annotated[
    Text,
    matching(r"keep|\+?[0-9]{2,20}", 'must be keep, or a number with digits only, like "+74951234567"'),
    Field(title='`keep` or a number: `"+74951234567"`'),
]
Clock = Annotated[
    Text,
    matching(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", 'must be a time like "09:00"'),
    Field(title='clock (`"09:00"`)'),
]


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
        return {"anyOf": [{"type": "string", "title": "name of a plan"}, several["items"], several]}


Steps = Annotated[tuple["StepRule", ...], Field(max_length=16), Some]
Branch = Annotated[tuple["StepRule", ...], Field(max_length=16), Some, _Branch(branch)]


class QueueRule(Model, title="queue step"):
    """Wait in a queue."""

    name: Name
    """The section in ``queues.conf`` (FreePBX: the queue's number, in quotes)."""
    wait: Duration | None = None
    """How long; without limit when left out."""
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


class DialRule(Model, title="dial step"):
    """Ring phones, outside numbers or people, all at once; a talk ends the plan."""

    to: Annotated[tuple[Target, ...], Field(max_length=8), Some, Many]
    """A person's phone and outside number both ring."""
    wait: Annotated[Duration, Field(le=600)] = 30
    """How long they ring, 10 minutes at most."""
    caller_id: CallerId = "keep"
    """The number that they see: the caller's own (``keep``), or this one."""
    music: Music = ""
    """Class of music that the caller hears; ringing when left out."""


class PlayRule(Model, title="play step"):
    """Play a sound."""

    sound: Name
    """Its file in Asterisk's sounds folder, without its ending."""


class MenuRule(Model, title="menu step"):
    """Play a sound and let the caller choose by a key."""

    name: Name = "menu"
    """What the condition ``pressed`` calls the answer by."""
    sound: Name
    """Says which keys there are."""
    wait: Annotated[Duration, Field(le=60)] = 5
    """How long a key may take after the sound, a minute at most."""
    tries: Annotated[int, Field(ge=1, le=5, strict=True)] = 1
    """How often it is asked."""
    options: Annotated[Mapping[Key, Branch], Field(min_length=1)]
    """The steps of each key."""
    silent: Branch | None = None
    """Steps when no key of these was pressed; left out, the plan goes on."""


class VoicemailRule(Model, title="voicemail step"):
    """Record what the caller says; then the call is over."""

    box: Name
    """The folder in which the recording is kept."""
    sound: Name
    """Says that the caller may speak."""
    longest: Annotated[Duration, Field(le=1800)] = 120
    """How long the message may be, 30 minutes at most."""


class CallbackRule(Model, title="callback step"):
    """Promise to call back; then the call is over."""

    queue: Name
    """Where the patient waits for an agent when called."""
    sound: Name
    """Says that the caller will be called."""
    within: Duration = 3600
    """How long until the promise is broken; with ``at``, counted from then."""
    at: Clock | None = None
    """The time of day that is promised, the next to come; left out: when it is the caller's turn."""


class HangupRule(Model, title="hangup step"):
    """Hang up with a Q.850 cause."""

    cause: Cause = 16
    """What the caller's network is told; 16 is normal."""


class StepRule(Model, title="step"):
    """One thing to do with the call: exactly one of the keys, and its conditions."""

    noun: ClassVar[str] = "step"

    queue: Annotated[QueueRule | None, Short("name")] = None
    """Wait in Asterisk's queue."""
    dial: Annotated[DialRule | None, Short("to")] = None
    """Ring phones, outside numbers or people, all at once; a talk ends the plan."""
    play: Annotated[PlayRule | None, Short("sound")] = None
    """Play a sound."""
    menu: MenuRule | None = None
    """Let the caller choose by a key."""
    voicemail: VoicemailRule | None = None
    """Record a message; then the call is over."""
    callback: CallbackRule | None = None
    """Promise to call back; then the call is over."""
    plan: Text | None = None
    """The steps of a plan by its name; whoever comes to their end goes on here."""
    hangup: Annotated[HangupRule | None, Short("cause")] = None
    """End the call."""
    when: Conditional
    """The step is passed over when these conditions do not hold at that moment."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(getattr(self, kind) is not None for kind in KINDS) != 1:
            raise ValueError(f"a step is exactly one of {', '.join(KINDS)}")
        return self


KINDS = tuple(key for key in StepRule.model_fields if key != "when")
"""What a step may be."""
