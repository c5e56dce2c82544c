"""The steps of a plan, as an admin writes them; ``compile`` makes values of them."""

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from ccd.routing.base import Model, Short
from ccd.routing.words import Cause, Duration, Name


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


class StepRule(Model):
    """One thing to do with the call: exactly one of the keys."""

    noun: ClassVar[str] = "step"

    queue: Annotated[QueueRule | None, Short("name")] = None
    play: Annotated[PlayRule | None, Short("sound")] = None
    hangup: Annotated[HangupRule | None, Short("cause")] = None

    @model_validator(mode="after")
    def _one(self) -> "StepRule":
        if sum(step is not None for step in (self.queue, self.play, self.hangup)) != 1:
            raise ValueError("a step is exactly one of queue, play, hangup")
        return self
