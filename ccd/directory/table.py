"""A table as people keep it: a CSV file, or one sheet of a workbook."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol


class UnreadableError(Exception):
    """The file (from this line on) cannot be read."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class Table(Protocol):
    """One table; ``note`` says what was guessed, ``first`` is the header's line."""

    @property
    def path(self) -> Path:
        """The file."""
        ...

    @property
    def name(self) -> str:
        """As mistakes are told."""
        ...

    @property
    def header(self) -> tuple[str, ...]:
        """The first line, as it stands there."""
        ...

    @property
    def first(self) -> int:
        """Its number."""
        ...

    @property
    def note(self) -> str:
        """Empty: nothing was guessed."""
        ...

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Each row below the header with the line it begins on; raises UnreadableError, OSError."""
        ...
