"""Figures of the tests: an answer that is always the same, and what was asked for it."""

from dataclasses import dataclass, field

from ccd.calls.record import CallRecord
from ccd.desk.reports_api import Figures
from ccd.metrics.dimensions import Dimension
from ccd.metrics.document import Frame
from ccd.metrics.formulas import How, Metric
from ccd.metrics.report import Question, Report, Row
from ccd.metrics.rules import Prices
from ccd.metrics.totals import Totals

BUSY = Totals(
    inbound=5, offered=4, answered=3, answered_in=2, abandoned=1, waits=3, wait_ms=30_000, lost_new=1
)
FRAME = Frame(
    how=How(prices=Prices(new_patient=1500)), seconds=20, short=5, zone="Europe/Moscow", currency="RUB"
)


@dataclass
class FakeFigures:
    """``key`` names the first row, ``more`` the others, alike; ``records`` are behind each figure.

    With ``more``, a report by day has two days.
    """

    key: str = "operators"
    more: tuple[str, ...] = ()
    records: list[CallRecord] = field(default_factory=list)
    asked: list[tuple[Question, str, str]] = field(default_factory=list)
    counted: list[tuple[str, ...]] = field(default_factory=list)
    """Of what the calls that were asked for have any."""
    locked: bool = False
    uncounted: int = 0

    @property
    def figures(self) -> Figures:
        return Figures(book=self, frame=FRAME, find=self.find)

    async def report(self, question: Question) -> Report:
        if self.locked:
            raise OSError("database is locked")
        by_day = self.more and question.by is Dimension.DAY
        keys = ("2026-11-02", "2026-11-03") if by_day else (self.key, *self.more)
        rows = tuple(Row(key=key, totals=BUSY) for key in keys)
        return Report(question=question, rows=rows, whole=BUSY, uncounted=self.uncounted)

    async def behind(self, question: Question, key: str, metric: Metric, limit: int):
        self.asked.append((question, key, metric.name))
        self.counted.append(metric.behind)
        return [str(one.call_id) for one in self.records][:limit]

    async def find(self, call_ids):
        return [one for one in self.records if one.call_id in set(call_ids)]
