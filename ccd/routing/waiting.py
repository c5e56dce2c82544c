"""What an admin writes of a wait in a queue, beside its name and length."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from ccd.routing import words
from ccd.routing.base import Model
from ccd.routing.words import Duration, Name, Text, matching

Key = Annotated[
    Text,
    matching(r"[0-9*#]", 'must be one key of a phone, in quotes: "0" to "9", "*" or "#"'),
    Field(title='key (`"1"`, `"*"`)'),
]
Music = Annotated[
    Text,
    matching(r"[A-Za-z0-9_.-]{0,64}", "may hold only Latin letters, digits and _ . - (64 at most)"),
    Field(title="music class (`default`)"),
]


def _offset(value: Any) -> int:
    return 0 if not isinstance(value, bool) and str(value).strip() in {"0", "0s"} else words.duration(value)


Offset = Annotated[
    int, BeforeValidator(_offset, json_schema_input_type=int | str), Field(title="time (`0s`, `20s`, `1m`)")
]


class AnnounceRule(Model, title="announcement"):
    """A sound that the waiting caller hears again and again, and keeps the place in the line."""

    sound: Name
    """What is played."""
    every: Annotated[Duration, Field(ge=10)] = 60
    """From one to the next, 10 s at least."""


class RingRule(Model, title="ring of skill"):
    """From ``after`` on, members with a penalty up to this one are rung."""

    after: Offset
    """Since the wait began; the first ring begins after ``0s``."""
    penalty: Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
    """The highest penalty of a member who is rung (``QUEUE_MAX_PENALTY``)."""


def _widening(rings: tuple[RingRule, ...]) -> tuple[RingRule, ...]:
    begins = [ring.after for ring in rings]
    if begins and (begins[0] != 0 or begins != sorted(set(begins))):
        raise ValueError("must begin with after: 0s, each later than the one before")
    return rings


Rings = Annotated[tuple[RingRule, ...], Field(max_length=10), AfterValidator(_widening)]


class PreferRule(Model, title="preferred agent"):
    """One agent's phone is rung alone before the caller joins the queue."""

    who: Literal["last-operator", "attending-doctor"]
    """Whoever last talked with this number, or the attending doctor of the patient behind it."""
    wait: Annotated[Duration, Field(le=300)] = 15
    """How long this agent's phone rings, 5 minutes at most."""


class OfferRule(Model, title="offer to call back"):
    """A key that ends the wait with the promise to call back."""

    key: Key = "1"
    """What the caller presses while waiting; the queue needs ``context=ccd-keys``."""
    sound: Name
    """Says that the caller will be called."""
    within: Duration = 3600
    """How long until the promise is broken."""
    queue: Name | None = None
    """Where the patient waits for an agent when called; this queue when left out."""
