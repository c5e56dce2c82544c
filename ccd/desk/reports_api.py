"""The API of reports, for whoever oversees: figures of a period, also as files, and the calls behind them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from aiohttp import web

from ccd.calls.record import CallRecord
from ccd.desk.auth import Auth
from ccd.desk.card import Json
from ccd.desk.clinic import Clinic
from ccd.desk.lacking import Required
from ccd.desk.listening import Listening
from ccd.desk.owed import asked
from ccd.desk.ports import FigureBook
from ccd.desk.problems import Problem
from ccd.desk.rows import call_row
from ccd.desk.trail import Trail
from ccd.metrics.dimensions import Dimension
from ccd.metrics.document import Frame, document
from ccd.metrics.files import to_csv
from ccd.metrics.formulas import METRICS, Metric, served
from ccd.metrics.report import CannotTellError, Question, Report
from ccd.metrics.service_level import ServiceLevel
from ccd.people import Session

MOST = 200
"""Calls behind a figure on a page, the newest."""
LONGEST = 1100
"""Days of a report: three years."""
IN_TIME = "in_time"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Where figures are, and what stands around them; ``find`` gives calls by their ids."""

    book: FigureBook
    frame: Frame
    find: Callable[[Iterable[str]], Awaitable[Sequence[CallRecord]]]


class ReportsApi:
    """Days are the clinic's: ``?from=2026-11-01&to=2026-11-30&by=queue&where=topic:price&service_level=``."""

    def __init__(
        self,
        figures: Figures,
        *,
        required: Required,
        auth: Auth,
        clinic: Clinic,
        trail: Trail,
        listening: Listening,
    ) -> None:
        self._figures = figures
        self._required = required
        self._auth = auth
        self._clinic = clinic
        self._trail = trail
        self._listening = listening

    def routes(self) -> list[web.RouteDef]:
        """Where what is."""
        return [
            web.get("/api/reports", self.report),
            web.get("/api/reports.csv", self.csv),
            web.get("/api/reports.xlsx", self.xlsx),
            web.get("/api/reports/calls", self.calls),
        ]

    async def report(self, request: web.Request) -> web.Response:
        """Rows, everything together, and the formulas that were used."""
        return web.json_response(document(*await self._answer(request)))

    async def csv(self, request: web.Request) -> web.Response:
        """The same as a table for a spreadsheet."""
        report, frame = await self._answer(request)
        text = to_csv(report, frame)
        return web.Response(text=text, content_type="text/csv", headers=_saved_as(report, "csv"))

    async def xlsx(self, request: web.Request) -> web.Response:
        """The same as a workbook."""
        report, frame = await self._answer(request)
        content = await asyncio.to_thread(_workbook, report, frame)
        return web.Response(body=content, content_type=_XLSX, headers=_saved_as(report, "xlsx"))

    async def calls(self, request: web.Request) -> web.Response:
        """``&key=&metric=``: the calls that a row's figure is made of, the newest first.

        Of the service level those that were not in time, or with ``&in_time=yes`` those that were.
        """
        session = await self._overseer(request)
        question, metric, shows = self._question(request), self._metric(request), _shows(request)
        key = request.query.get("key", "")
        found = await asked(self._figures.book.behind(question, key, metric, MOST + 1), "error.not_read")
        calls = {
            str(one.call_id): one for one in await asked(self._figures.find(found[:MOST]), "error.not_read")
        }
        rows = [calls[one] for one in found[:MOST] if one in calls]
        self._trail.listed(session.user.name, "report", session.phone, rows)
        listed = [self._row(session, one) for one in rows]
        return web.json_response({"calls": listed, "more": len(found) > MOST, "shows": shows})

    def _row(self, session: Session, call: CallRecord) -> Json:
        offers, lacks = self._listening.offers(session, call), self._required.lacks(call)
        return call_row(call, call.phone, self._clinic.region) | {"lacks_outcome": lacks, "recording": offers}

    async def _answer(self, request: web.Request) -> tuple[Report, Frame]:
        await self._overseer(request)
        frame = self._figures.frame
        frame = replace(frame, how=replace(frame.how, service_level=self._level(request)))
        return await asked(self._figures.book.report(self._question(request)), "error.not_read"), frame

    def _level(self, request: web.Request) -> ServiceLevel:
        name = request.query.get("service_level")
        configured = self._figures.frame.how.service_level
        return _word(ServiceLevel, name, "service_level") if name else configured

    def _metric(self, request: web.Request) -> Metric:
        metric = METRICS.get(request.query.get("metric", "offered"))
        if metric is None:
            raise Problem(422, "error.field", field="metric")
        if shows := _shows(request):
            return served(self._level(request), in_time=shows == IN_TIME)
        return metric

    async def _overseer(self, request: web.Request) -> Session:
        session = await self._auth.session(request)
        if not session.user.role.oversees:
            raise Problem(403, "error.role")
        return session

    def _question(self, request: web.Request) -> Question:
        today = self._clinic.today.isoformat()
        begin, end = (_day(request, name, today) for name in ("from", "to"))
        if (end - begin).days > LONGEST:
            raise Problem(422, "error.field", field="from")
        by = _word(Dimension, request.query.get("by", "all"), "by")
        try:
            return Question(begin=begin, end=end, by=by, where=_where(request.query.get("where", "")))
        except CannotTellError as error:
            raise Problem(422, "error.field", field=error.field) from error


def _shows(request: web.Request) -> str:
    """Which side of the service level is listed; empty for another figure."""
    if request.query.get("metric") != "service_level":
        return ""
    return IN_TIME if request.query.get("in_time") == "yes" else "late"


def _where(text: str) -> tuple[Dimension, str] | None:
    name, _colon, value = text.partition(":")
    return (_word(Dimension, name, "where"), value) if text else None


def _day(request: web.Request, name: str, today: str) -> date:
    try:
        return date.fromisoformat(request.query.get(name, today))
    except ValueError as error:
        raise Problem(422, "error.field", field=name) from error


def _word(words: type[_Word], text: str, field: str) -> _Word:
    try:
        return words(text)
    except ValueError as error:
        raise Problem(422, "error.field", field=field) from error


def _saved_as(report: Report, kind: str) -> dict[str, str]:
    asked_for = report.question
    name = f"report-{asked_for.begin}-{asked_for.end}-{asked_for.by}.{kind}"
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _workbook(report: Report, frame: Frame) -> bytes:
    from ccd.metrics.workbook import to_xlsx  # noqa: PLC0415 - a tenth of a second, for those who ask for one

    return to_xlsx(report, frame)
