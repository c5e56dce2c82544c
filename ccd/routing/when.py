"""The conditions of a rule, as an admin writes them; ``conditions`` makes closures of them."""

from typing import Annotated, ClassVar, Literal

from ccd.routing.base import CalledList, DaysList, HoursList, Many, Model, Some, TextList

CallerKind = Literal["known", "unknown", "anonymous", "failed"]
CallerList = Annotated[tuple[CallerKind, ...], Some, Many]


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
