"""One row of a file while it is read: values by column, every mistake noted with its place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from ccd.directory.csv_cleaning import all_clean, clean
from ccd.directory.csv_header import Header
from ccd.directory.csv_problems import Problems
from ccd.directory.table import Table, UnreadableError

_T = TypeVar("_T")
_U = TypeVar("_U")
_LINES = 1 << 32
"""More than any file has."""


class Row:
    """A row; ``place`` grows from row to row and from file to file, ``sound`` until something is wrong."""

    __slots__ = ("_cells", "_clean", "_places", "_problems", "file", "place", "sound")

    def __init__(
        self, place: int, file: str, cells: Sequence[str], places: Mapping[str, int], problems: Problems
    ) -> None:
        self.place = place
        self.file = file
        self.sound = True
        self._cells = cells
        self._clean = all_clean(cells)
        self._places = places
        self._problems = problems

    @property
    def line(self) -> int:
        """Where it begins in its file."""
        return line_of(self.place)

    def take(self, column: str, meaning: Callable[[str], _T], otherwise: _U) -> _T | _U:
        """The cell's value; ``otherwise`` when it is wrong.  An absent column reads as an empty cell."""
        place = self._places.get(column)
        try:
            if place is None:
                return meaning("")
            return meaning(self._cells[place] if self._clean else clean(self._cells[place]))
        except ValueError as error:
            self.refuse(str(error), column)
            return otherwise

    def has(self, column: str) -> bool:
        """Whether the file has this column."""
        return column in self._places

    def refuse(self, message: str, column: str = "") -> None:
        """This row is wrong, and why."""
        self.sound = False
        self._problems.add(self.file, self.line, message, column=column)


def read_rows(sheet: Table, header: Header, problems: Problems, number: int = 0) -> Iterator[Row]:
    """Every row that has the header's shape; the others, and a broken rest, are noted.

    ``number`` is the file's, among those that are read together.
    """
    file = sheet.name
    try:
        for line, cells in sheet.rows():
            if len(cells) != header.width and not _fits(cells, header.width):
                message = f"has {len(cells)} cells, the header has {header.width}"
                problems.add(file, line, message + "; a cell with the delimiter in it needs quotation marks")
                continue
            yield Row(number * _LINES + line, file, cells, header.places, problems)
    except UnreadableError as error:
        problems.add(file, error.line, str(error))


def _fits(cells: Sequence[str], width: int) -> bool:
    """Beyond the header there may be nothing but empty cells."""
    return len(cells) > width and not any(cell.strip() for cell in cells[width:])


def file_of(place: int) -> int:
    """Which file it is in."""
    return place // _LINES


def line_of(place: int) -> int:
    """On which line of it."""
    return place % _LINES
