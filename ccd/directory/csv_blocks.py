"""Some rows of a file while they are read: values by column, every mistake noted with its place."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice, repeat
from typing import TypeVar

from ccd.directory.csv_cleaning import all_clean, clean
from ccd.directory.csv_header import Header
from ccd.directory.csv_problems import Problems
from ccd.directory.table import Table, UnreadableError

SIZE = 1000
"""Rows read together."""
_T = TypeVar("_T")
_U = TypeVar("_U")
_LINES = 1 << 32
"""More than any file has."""
_Line = tuple[int, Sequence[str]]


class Block:
    """Rows that have the header's shape; ``entries`` grow from row to row and from file to file."""

    __slots__ = ("_columns", "_header", "_mistakes", "entries", "file")

    def __init__(self, file: str, header: Header, lines: Sequence[_Line], number: int) -> None:
        self.file = file
        self._header = header
        self._mistakes: list[tuple[int, str, str]] = []
        if any(len(cells) != header.width for _, cells in lines):
            lines = list(self._shaped(lines))
        self.entries = [number * _LINES + line for line, _ in lines]
        self._columns = tuple(zip(*(cells for _, cells in lines), strict=True)) or ((),) * header.width

    def take(self, column: str, meaning: Callable[[str], _T], otherwise: _U) -> Sequence[_T | _U]:
        """The value of each row's cell; ``otherwise`` where it is wrong.

        An absent column reads as empty cells; required ones are never absent.
        """
        if not self.has(column):
            return [meaning("")] * len(self.entries)
        return self._taken(self._header.places[column][0], column, meaning, otherwise)

    def take_lists(self, column: str, meaning: Callable[[str], tuple[_T, ...]]) -> Sequence[tuple[_T, ...]]:
        """The values of each row's cells, of however many such columns, each once."""
        places = self._header.places.get(column, ())
        taken = [self._taken(place, column, meaning, ()) for place in places]
        if len(taken) == 1:
            return taken[0]
        rows = zip(*taken, strict=True) if taken else repeat((), len(self.entries))
        return [tuple(dict.fromkeys(chain.from_iterable(row))) for row in rows]

    def has(self, column: str) -> bool:
        """Whether the file has this column."""
        return column in self._header.places

    def refuse(self, row: int, message: str, column: str = "") -> None:
        """This row (counted from 0) is wrong, and why."""
        self._mistakes.append((self.line(row), message, column))

    def line(self, row: int) -> int:
        """Where it begins in its file."""
        return line_of(self.entries[row])

    def wrong(self) -> frozenset[int]:
        """The lines of all rows refused so far."""
        return frozenset(line for line, _, _ in self._mistakes)

    def tell(self, problems: Problems) -> None:
        """All that was refused, line by line."""
        for line, message, column in sorted(self._mistakes, key=lambda one: one[0]):
            problems.add(self.file, line, message, column=column)

    def _shaped(self, lines: Sequence[_Line]) -> Iterator[_Line]:
        width = self._header.width
        for line, cells in lines:
            if len(cells) == width:
                yield line, cells
            elif len(cells) > width and not any(cell.strip() for cell in cells[width:]):
                yield line, cells[:width]
            else:
                message = f"has {len(cells)} cells, the header has {width}"
                message += "; a cell with the delimiter in it needs quotation marks"
                self._mistakes.append((line, message, ""))

    def _taken(
        self, place: int, column: str, meaning: Callable[[str], _T], otherwise: _U
    ) -> Sequence[_T | _U]:
        cells = self._columns[place]
        try:
            return list(map(meaning, cells if all_clean(cells) else map(clean, cells)))
        except ValueError:
            values = enumerate(cells)
            return [self._carefully(row, cell, column, meaning, otherwise) for row, cell in values]

    def _carefully(
        self, row: int, cell: str, column: str, meaning: Callable[[str], _T], otherwise: _U
    ) -> _T | _U:
        try:
            return meaning(clean(cell))
        except ValueError as error:
            self.refuse(row, str(error), column)
            return otherwise


def read_blocks(sheet: Table, header: Header, problems: Problems, number: int = 0) -> Iterator[Block]:
    """All rows, some at a time; what is wrong with them is told, and a broken rest, too.

    ``number`` is the file's, among those that are read together.
    """
    lines = _readable(sheet, problems)
    while some := list(islice(lines, SIZE)):
        block = Block(sheet.name, header, some, number)
        yield block
        block.tell(problems)


def _readable(sheet: Table, problems: Problems) -> Iterator[_Line]:
    try:
        yield from sheet.rows()
    except UnreadableError as error:
        problems.add(sheet.name, error.line, str(error))


def file_of(entry: int) -> int:
    """Which file it is in."""
    return entry // _LINES


def line_of(entry: int) -> int:
    """On which line of it."""
    return entry % _LINES
