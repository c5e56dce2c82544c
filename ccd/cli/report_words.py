"""Figures as people read them in a terminal."""

from datetime import date

from ccd.cli.printing import clock
from ccd.metrics.dimensions import Dimension
from ccd.metrics.document import Cell
from ccd.metrics.formulas import Unit
from ccd.metrics.report import Report

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def row_names(report: Report) -> list[str]:
    """The first cell of each row, that of everything together last."""
    if report.question.by is Dimension.ALL:
        return ["all"]
    named = report.question.by is Dimension.WEEKDAY
    return [*(_WEEKDAYS[int(one.key) - 1] if named else one.key for one in report.rows), "all"]


def shown(value: Cell, unit: Unit | None, currency: str) -> str:
    """One figure; a dash for what is not known.

    >>> shown(0.8113, Unit.SHARE, ""), shown(75.4, Unit.SECONDS, ""), shown(1234567, Unit.CALLS, "")
    ('81.1 %', '1:15', '1,234,567')
    """
    if value is None or isinstance(value, str | date):
        return str(value or "-")
    match unit:
        case Unit.SHARE:
            return f"{100 * value:.1f} %"
        case Unit.SECONDS:
            return clock(value)
        case Unit.MONEY:
            return f"{value:,.0f} {currency}".strip()
        case Unit.PER_CALL:
            return f"{value:.2f}"
        case _:
            return f"{value:,.0f}"
