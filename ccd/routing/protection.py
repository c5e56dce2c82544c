"""Bounds on a queue: how many may wait in it, and how long at most because of others' priority."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from ccd.routing.base import Model
from ccd.routing.words import Duration


class QueueLimits(Model, title="bounds of a queue"):
    """What a queue may be asked to bear; each may be left out for no bound."""

    noun: ClassVar[str] = "bound of a queue"

    max_waiting: Annotated[int, Field(ge=1, le=1000, strict=True)] | None = None
    """Callers who may wait at once: for one more the queue is full.  A step's own counts before it."""
    longest_wait: Duration | None = None
    """After so long a caller is answered before all others, whatever their priority."""


def most_waiting(limits: Mapping[str, QueueLimits], queue: str) -> int | None:
    """How many may wait in the queue; None for any number.  Upper and lower case are the same."""
    found = (one.max_waiting for name, one in limits.items() if name.lower() == queue.lower())
    return next((most for most in found if most is not None), None)
