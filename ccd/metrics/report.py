"""A question about a period, and its answer: rows of figures, and all of it together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ccd.metrics.dimensions import TIMES, Dimension, Part, Slot, part_of
from ccd.metrics.formulas import METRICS, How, Metric, value
from ccd.metrics.totals import ZERO, Totals, added

_FIRST, _LAST = date(1900, 1, 1), date(9000, 1, 1)
"""Days that the calendar can count on from, in every zone."""


class CannotTellError(Exception):
    """Totals are not kept that way; the text says what can be asked, ``field`` which word was wrong."""

    def __init__(self, text: str, field: str) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: whole days of the clinic, the first and the last of them included.

    ``where`` keeps one value of a dimension: the hours of one queue, the days of one topic.
    """

    begin: date
    end: date
    by: Dimension = Dimension.ALL
    where: tuple[Dimension, str] | None = None

    def __post_init__(self) -> None:
        if self.end < self.begin:
            raise CannotTellError(f"the period ends ({self.end}) before it begins ({self.begin})", "to")
        if self.begin < _FIRST or self.end > _LAST:
            name = "from" if self.begin < _FIRST else "to"
            raise CannotTellError(f"days are from {_FIRST} to {_LAST}", name)
        if self.where and self.where[0].timely:
            raise CannotTellError(
                "only a queue, agent, topic and so on can be picked; choose other days instead", "where"
            )
        if self.where and not (self.by.timely or self.by in {Dimension.ALL, self.where[0]}):
            raise CannotTellError(
                f"one {self.where[0]} can be shown by hour, weekday, day, week or month, not by {self.by}",
                "where",
            )

    @property
    def kept_by(self) -> Dimension:
        """The dimension whose totals answer it."""
        return self.where[0] if self.where else Dimension.ALL if self.by.timely else self.by


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One queue, agent, topic, hour ...: its name as it is kept, and its totals."""

    key: str
    totals: Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The answer.  Rows by calls of several queues or agents count in each; ``whole`` has each once."""

    question: Question
    rows: tuple[Row, ...]
    whole: Totals
    complete: bool = True
    """False while the totals are being made again from the records."""
    uncounted: int = 0
    """Calls of the period that ccd could make no figures of: they are in no row."""

    @property
    def part(self) -> Part:
        """Whose totals the rows are."""
        return part_of(self.question.kept_by)

    @property
    def whole_part(self) -> Part:
        """Whose ``whole`` is: the picked queue's or agent's, else that of whole calls."""
        return part_of(self.question.where[0]) if self.question.where else Part.CALL

    def told(self, metrics: Iterable[Metric]) -> list[Metric]:
        """Those that mean something of the rows."""
        return [one for one in metrics if self.part in one.parts]

    def figures(
        self, how: How, metrics: Iterable[Metric] = METRICS.values()
    ) -> list[dict[str, float | None]]:
        """The metrics of each row, by name."""
        some = list(metrics)
        return [{one.name: value(one, row.totals, self.part, how) for one in some} for row in self.rows]

    def in_all(self, how: How, metrics: Iterable[Metric] = METRICS.values()) -> dict[str, float | None]:
        """The metrics of everything together."""
        return {one.name: value(one, self.whole, self.whole_part, how) for one in metrics}


def by_time(dimension: Dimension, slots: Mapping[Slot, Totals], every: Iterable[str] = ()) -> tuple[Row, ...]:
    """Hours or days gathered under their keys, in order; those of ``every`` are there without calls, too."""
    gathered: dict[str, list[Totals]] = {key: [ZERO] for key in every}
    for slot, totals in slots.items():
        gathered.setdefault(TIMES[dimension](slot), []).append(totals)
    return tuple(Row(key=key, totals=added(some)) for key, some in sorted(gathered.items()))
