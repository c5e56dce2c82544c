"""What an admin writes: a named rule, its conditions, its steps (see ``docs/routing.md``)."""

from pydantic import BaseModel, ConfigDict


class Rule(BaseModel):
    """One rule; the routing part fills it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
