"""The rows of a workbook's sheet as its file has them: each once, and none left out in silence."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from openpyxl.worksheet._reader import WorkSheetParser

from ccd.directory.table import UnreadableError

_ROWS = 1_048_576
"""Of a sheet at most (ECMA-376; Excel, LibreOffice)."""
_DAMAGED = "the workbook is damaged; open it in the spreadsheet and save it again, or as CSV"
_Cell = Mapping[str, Any]
"""``value`` and ``data_type`` as openpyxl has them, ``column`` from 1."""


def rows_of(sheet: Any) -> Iterator[tuple[int, Sequence[_Cell | None]]]:
    """Each row with its number; raises UnreadableError for rows that are not in order, or a cell twice.

    openpyxl's own rows leave such rows out, and make up all that are missing: without end for a wrong number.
    """
    before = 0
    with sheet._get_source() as source:  # noqa: SLF001 - see the docstring
        for line, cells in _parser(sheet, source).parse():
            if not before < line <= _ROWS:
                raise UnreadableError(before, f"row {line} stands behind this one: {_DAMAGED}")
            yield line, _in_place(line, cells)
            before = line


def _parser(sheet: Any, source: Any) -> WorkSheetParser:
    """As openpyxl itself makes it for a sheet that is only read."""
    book = sheet.parent
    dates, durations = book._date_formats, book._timedelta_formats  # noqa: SLF001
    texts = sheet._shared_strings  # noqa: SLF001
    return WorkSheetParser(source, texts, epoch=book.epoch, date_formats=dates, timedelta_formats=durations)


def _in_place(line: int, cells: Iterable[_Cell]) -> Sequence[_Cell | None]:
    """A cell for each column up to the last one."""
    by_column: dict[int, _Cell] = {}
    for cell in cells:
        if by_column.setdefault(cell["column"], cell) is not cell:
            raise UnreadableError(line, f"has two cells in one place: {_DAMAGED}")
    return [by_column.get(column) for column in range(1, max(by_column, default=0) + 1)]
