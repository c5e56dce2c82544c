"""A report as a file for a spreadsheet: CSV, which no text of a call can make run anything."""

import csv
import io
import re

from ccd.metrics.document import Cell, Frame, cells, columns
from ccd.metrics.report import Report

SURROGATE = re.compile("[\ud800-\udfff]")
"""Bytes of a name that were no UTF-8: no file can hold them."""
_FORMULA = re.compile(r"^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]")
"""What spreadsheets calculate; the full-width signs are the same to some."""


def to_csv(report: Report, frame: Frame) -> str:
    """UTF-8 with a mark for spreadsheets; seconds and shares as plain numbers, the unknown empty.

    Texts are quoted: a spreadsheet that parts cells at semicolons would else begin one within a name.
    """
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(one.heading for one in columns(report, frame))
    writer.writerows([_csv(cell) for cell in row] for row in cells(report, frame))
    return f"\ufeff{text.getvalue()}"


def _csv(cell: Cell) -> str | float:
    """A text that a spreadsheet would calculate gets an apostrophe."""
    if isinstance(cell, str):
        cell = SURROGATE.sub("\ufffd", cell)
        return f"'{cell}" if _FORMULA.search(cell) else cell
    return "" if cell is None else cell if isinstance(cell, int | float) else str(cell)
