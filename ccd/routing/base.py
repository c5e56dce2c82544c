"""What all written models share: frozen, strict, one value where a list may stand."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from ccd.routing import words
from ccd.routing.calendar import Days, Hours
from ccd.routing.words import Called, Text


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


Many = BeforeValidator(words.as_list)
"""One value may stand for a list of one."""
Some = BeforeValidator(words.some)
HoursList = Annotated[tuple[Annotated[Text, AfterValidator(_hours)], ...], Some, Many]
DaysList = Annotated[tuple[Annotated[Text, AfterValidator(_days)], ...], Some, Many]
CalledList = Annotated[tuple[Called, ...], Some, Many]
TextList = Annotated[tuple[Text, ...], Some, Many]
