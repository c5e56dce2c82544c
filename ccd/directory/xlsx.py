"""A workbook (XLSX) as tables: row by row, nothing of it is ever calculated or followed."""

import warnings
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from ccd.directory.csv_cleaning import BadCell
from ccd.directory.table import UnreadableError
from ccd.directory.xlsx_rows import rows_of

_LARGEST = 4 << 30
_LARGEST_TEXTS = 512 << 20
"""Bytes, unpacked: of the whole, and of the texts, which are held in memory."""
_FORMULA = BadCell("is a formula; in the spreadsheet copy the column and paste it as values")
_ERROR = BadCell("is an error of the spreadsheet")
_LONG = BadCell("is a number of more digits than a spreadsheet keeps; export the column as text")
_ROUNDED, _KEPT = 1e15, 15
"""From here on the last digits were made up: Excel keeps so many of a number, and writes noughts behind
them.  An id, or a policy's number, would be another's."""
_BAD = {"f": _FORMULA, "e": _ERROR}


@dataclass(frozen=True, slots=True)
class Worksheet:
    """One sheet that has anything in it; see Table."""

    path: Path
    title: str
    header: tuple[str, ...]
    first: int
    note: str = ""

    @property
    def name(self) -> str:
        """As mistakes are told."""
        return f"{self.path}[{self.title}]"

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row below the header; raises UnreadableError, OSError."""
        width = len(self.header)
        with _opened(self.path) as book:
            for line, cells in _filled(book[self.title], self.first + 1):
                yield line, cells + [""] * (width - len(cells))


def open_workbook(path: Path) -> list[Worksheet]:
    """Its sheets without the empty ones; raises UnreadableError, OSError."""
    with _opened(path) as book:
        found = ((sheet.title, next(_filled(sheet, 1), None)) for sheet in book.worksheets)
        sheets = [Worksheet(path, title, tuple(top[1]), top[0]) for title, top in found if top]
    if not sheets:
        raise UnreadableError(0, "is empty")
    return sheets


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        _refuse_huge(path)
        with (
            path.open("rb") as stream,  # of a path openpyxl believes the name
            warnings.catch_warnings(action="ignore"),
            closing(load_workbook(stream, read_only=True)) as book,
        ):
            yield book
    except (UnreadableError, OSError, GeneratorExit):
        raise
    except Exception as error:  # a broken or hostile file makes openpyxl raise anything
        raise UnreadableError(
            0, f"is no workbook that can be read ({error}); save it again, or as CSV"
        ) from error


def _refuse_huge(path: Path) -> None:
    with zipfile.ZipFile(path) as parts:
        sizes = {part.filename: part.file_size for part in parts.infolist()}
    if sum(sizes.values()) > _LARGEST or sizes.get("xl/sharedStrings.xml", 0) > _LARGEST_TEXTS:
        raise UnreadableError(0, "is too large as a workbook; save its sheets as CSV")


def _filled(sheet: Any, first: int) -> Iterator[tuple[int, list[str]]]:
    """The rows that have anything in them, from this line on, without what is empty behind."""
    for line, row in rows_of(sheet):
        cells = _without_end(map(_text, row))
        if cells and line >= first:
            yield line, cells


def _without_end(texts: Iterable[str]) -> list[str]:
    cells = list(texts)
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _text(cell: Any) -> str:
    """As the same cell would stand in a CSV file."""
    if cell is None or cell["value"] is None:
        return ""
    return _BAD.get(cell["data_type"]) or _plain(cell["value"])


def _plain(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float() if abs(value) >= _ROUNDED and _rounded(value):
            return _LONG
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
        case _:
            return str(value)


def _rounded(value: float) -> bool:
    """Whether digits may be missing; whoever writes more of a whole number than Excel keeps has all."""
    return isinstance(value, float) or len(str(value).strip("-").rstrip("0")) <= _KEPT
