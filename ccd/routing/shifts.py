"""Rosters as an admin writes them: shifts, and who stands in for whom; ``rosters`` evaluates them."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ccd.routing.base import DaysList, Many, Model, Some
from ccd.routing.calendar import Days, Hours
from ccd.routing.people import PersonId
from ccd.routing.season import Season
from ccd.routing.words import Name, Text


def hours(text: str) -> Hours:
    """Read ``08:00-20:00``, over midnight too; ``08:00-08:00`` is a whole day and night from 08:00.

    ValueError has a sentence for the admin.
    """
    start, _, end = text.partition("-")
    if start.strip() and start.strip() == end.strip():
        whole = Hours.parse(f"{start}-24:00")
        return Hours(whole.start, whole.start)
    return Hours.parse(text)


def _hours(value: str) -> str:
    hours(value)
    return value


def _season_day(value: str) -> str:
    Season.parse(value, value)
    return value


def _week(value: Any) -> Any:
    fits = value in {"odd", "even"} or (
        isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 53
    )
    if not fits:
        raise ValueError(f'"{value}" is no week; write odd, even or ISO week numbers from 1 to 53')
    return value


def _dates(value: str) -> str:
    if Days.parse(value).weekdays:
        raise ValueError(f'"{value}" must be a date, or a range like 2026-12-24..2026-12-31')
    return value


SeasonDay = Annotated[
    Text, AfterValidator(_season_day), Field(title="date (`2026-06-01`, or `06-01` in every year)")
]


class Shift(Model, title="shift"):
    """These people, in every such shift.  Days, weeks and season are those on which it begins."""

    noun: ClassVar[str] = "key of a shift"

    who: Annotated[tuple[PersonId, ...], Some, Many]
    """One person or several, by the ids of ``people``."""
    days: DaysList = ()
    """Days on which it begins; every day when absent."""
    hours: Annotated[
        tuple[Annotated[Text, AfterValidator(_hours), Field(title='hours (`"20:00-08:00"`)')], ...],
        Some,
        Many,
    ] = ()
    """Over midnight when it ends earlier than it begins; the whole day when absent."""
    weeks: Annotated[
        tuple[
            Annotated[str | int, BeforeValidator(_week), Field(title="`odd`, `even` or a week, 1 to 53")], ...
        ],
        Some,
        Many,
    ] = ()
    """``odd``, ``even`` or numbers of ISO weeks; every week when absent."""
    from_: Annotated[SeasonDay, Field(alias="from")] = ""
    """First day on which it begins."""
    to: SeasonDay = ""
    """Last day on which it begins."""
    penalty: Annotated[int, Field(ge=0, le=1000, strict=True)] = 0
    """Members with a lower one are rung first."""

    @model_validator(mode="after")
    def _ordered(self) -> "Shift":
        Season.parse(self.from_, self.to)
        return self


class Swap(Model, title="swap"):
    """In shifts that begin on the date (or on one of ``2026-12-24..2026-12-31``) one replaces another."""

    noun: ClassVar[str] = "key of a swap"

    date: Annotated[Text, AfterValidator(_dates), Field(title="date or dates (`2026-12-24..2026-12-31`)")]
    """On which the shifts begin."""
    instead_of: PersonId
    """Who would be on duty."""
    who: PersonId | None = None
    """Who comes instead; nobody when absent: the other is on leave."""


class Roster(Model, title="roster"):
    """Who is a member of a queue, and when."""

    noun: ClassVar[str] = "key of a roster"

    queue: Name
    """Its members are those on duty; several rosters may share one."""
    shifts: Annotated[tuple[Shift, ...], Some]
    """Who, and when; all that hold at a moment count."""
    swaps: tuple[Swap, ...] = ()
    """Who stands in for whom."""
    at_least: Annotated[int, Field(ge=0, strict=True)] = 1
    """How many must be on duty at once: fewer is a gap; 0 for never."""
    at_most: Annotated[int, Field(ge=1, strict=True)] | None = None
    """How many may be: more is an overlap; any number when absent."""

    @model_validator(mode="after")
    def _bounds(self) -> "Roster":
        if self.at_most is not None and self.at_most < self.at_least:
            raise ValueError(f"at_most ({self.at_most}) must not be less than at_least ({self.at_least})")
        return self

    @property
    def people(self) -> Sequence[PersonId]:
        """Everyone whom it names, in order."""
        shifts = (one for shift in self.shifts for one in shift.who)
        swaps = (one for swap in self.swaps for one in (swap.who, swap.instead_of) if one)
        return tuple(dict.fromkeys((*shifts, *swaps)))
