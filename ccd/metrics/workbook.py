"""A report as a workbook (XLSX), which no text of a call can make run anything."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from ccd.metrics.document import Cell, Column, Frame, cells, columns
from ccd.metrics.files import SURROGATE
from ccd.metrics.formulas import Unit
from ccd.metrics.report import Report

_FORMATS = {
    Unit.CALLS: "0",
    Unit.SECONDS: "[h]:mm:ss",
    Unit.SHARE: "0.0%",
    Unit.PER_CALL: "0.00",
    Unit.MONEY: "#,##0.00",
}
_DAY = 86_400


def to_xlsx(report: Report, frame: Frame) -> bytes:
    """A workbook: the figures as numbers, times and dates; beside them what they mean."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("report")
    sheet.freeze_panes = "B2"
    headings = columns(report, frame)
    sheet.append([_bold(sheet, one.heading) for one in headings])
    for row in cells(report, frame):
        sheet.append([_cell(sheet, one, column) for one, column in zip(row, headings, strict=True)])
    meaning = book.create_sheet("formulas")
    for line in _meaning(report, frame):
        meaning.append([_text(meaning, one) for one in line])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _meaning(report: Report, frame: Frame) -> Iterator[tuple[str, ...]]:
    yield "period", f"{report.question.begin} - {report.question.end}", frame.zone
    yield "service_level", f"{frame.how.service_level}: {frame.formula}", f"within {frame.seconds:g} s"
    yield "short_abandoned", f"waited less than {frame.short:g} s", ""
    if not report.complete:
        yield "not complete", "the figures are being made again from the records", ""
    if report.uncounted:
        yield "not counted", f"calls of the period that are in no figure: {report.uncounted}", ""
    for one in report.told(frame.metrics):
        yield one.name, one.formula, one.unit


def _cell(sheet: WriteOnlyWorksheet, value: Cell, column: Column) -> SheetCell:
    if isinstance(value, str):
        return _text(sheet, value)
    if isinstance(value, date):
        day = WriteOnlyCell(sheet, value=datetime.combine(value, time()))
        day.number_format = "yyyy-mm-dd"
        return day
    seconds = value is not None and column.unit is Unit.SECONDS
    made = WriteOnlyCell(sheet, value=(value or 0) / _DAY if seconds else value)
    if column.unit is not None:
        made.number_format = _FORMATS[column.unit]
    return made


def _text(sheet: WriteOnlyWorksheet, value: str) -> SheetCell:
    """Text stays text, whatever it begins with."""
    made = WriteOnlyCell(sheet)
    made.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", SURROGATE.sub("\ufffd", value))
    made.data_type = "s"
    return made


def _bold(sheet: WriteOnlyWorksheet, value: str) -> SheetCell:
    made = _text(sheet, value)
    made.font = Font(bold=True)
    return made
