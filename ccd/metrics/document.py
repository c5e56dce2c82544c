"""A report as values: one JSON document, or one table of typed cells.  The same numbers everywhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ccd.metrics.dimensions import Dimension
from ccd.metrics.formulas import METRICS, How, Metric, Unit
from ccd.metrics.report import Report
from ccd.metrics.service_level import WORDS

Cell = str | float | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around the figures.  ``seconds`` are the service level's, ``short`` of a short abandon."""

    how: How
    seconds: float
    short: float
    zone: str
    currency: str = ""
    metrics: Sequence[Metric] = tuple(METRICS.values())

    @property
    def formula(self) -> str:
        """The service level's, in words."""
        return WORDS[self.how.service_level]


def document(report: Report, frame: Frame) -> dict[str, Any]:
    """For programs and the page; what is not known is null."""
    question = report.question
    level = {"name": frame.how.service_level.value, "formula": frame.formula, "seconds": frame.seconds}
    figures = report.figures(frame.how, report.told(frame.metrics))
    return {
        "from": question.begin.isoformat(),
        "to": question.end.isoformat(),
        "by": question.by.value,
        "where": [str(one) for one in question.where] if question.where else None,
        "zone": frame.zone,
        "currency": frame.currency,
        "complete": report.complete,
        "uncounted": report.uncounted,
        "service_level": level,
        "short_abandon": frame.short,
        "metrics": [_described(one, report) for one in frame.metrics],
        "rows": [
            {"key": row.key, "figures": _rounded(some)}
            for row, some in zip(report.rows, figures, strict=True)
        ],
        "whole": _rounded(report.in_all(frame.how, frame.metrics)),
    }


def _described(metric: Metric, report: Report) -> dict[str, Any]:
    """``rows`` is false where it tells nothing of the rows, only of everything together."""
    told = report.part in metric.parts
    return {"name": metric.name, "unit": metric.unit.value, "formula": metric.formula, "rows": told}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A heading, and what its cells are measured in; None: the row's name."""

    heading: str
    unit: Unit | None = None


def columns(report: Report, frame: Frame) -> list[Column]:
    """The row's name, then one for each figure that means something of the rows."""
    told = report.told(frame.metrics)
    figures = (Column(heading=_heading(one, frame), unit=one.unit) for one in told)
    return [Column(heading=report.question.by.value), *figures]


def cells(report: Report, frame: Frame) -> list[list[Cell]]:
    """Each row, then everything together under the name ``all``; only that when nothing is told apart."""
    told = report.told(frame.metrics)
    whole: list[Cell] = ["all", *_rounded(report.in_all(frame.how, told)).values()]
    if report.question.by is Dimension.ALL:
        return [whole]
    figures = report.figures(frame.how, told)
    rows: list[list[Cell]] = [
        [_name(report, row.key), *_rounded(some).values()]
        for row, some in zip(report.rows, figures, strict=True)
    ]
    return [*rows, whole]


def _heading(metric: Metric, frame: Frame) -> str:
    return f"service_level {frame.how.service_level}" if metric.name == "service_level" else metric.name


def _name(report: Report, key: str) -> Cell:
    return date.fromisoformat(key) if report.question.by is Dimension.DAY else key


def _rounded(figures: dict[str, float | None]) -> dict[str, float | None]:
    """So exact that whoever shows less of it rounds but once; whole numbers stay whole."""
    return {name: _round(one) for name, one in figures.items()}


def _round(value: float | None) -> float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else round(value, 9)


def chosen(names: Iterable[str]) -> list[Metric]:
    """The metrics of these names, in the order of METRICS; raises KeyError for another name."""
    wanted = {METRICS[name].name for name in names}
    return [one for name, one in METRICS.items() if name in wanted]
