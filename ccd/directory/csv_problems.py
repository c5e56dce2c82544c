"""What is wrong with files, collected: all of it at once, each with its place."""

from dataclasses import dataclass

SHOWN = 50
"""Problems kept word by word; beyond, they are only counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong.  ``line`` 0: the whole file; ``column`` empty: the whole line."""

    file: str
    line: int = 0
    column: str = ""
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place} {self.column}: {self.message}" if self.column else f"{place}: {self.message}"


class CsvError(Exception):
    """The files cannot be imported.  ``problems`` are the first 50, ``count`` is how many there are."""

    def __init__(self, problems: tuple[Problem, ...], count: int) -> None:
        hidden = count - len(problems)
        lines = [*map(str, problems), *([f"... and {hidden} more"] if hidden else [])]
        super().__init__("\n".join(lines))
        self.problems = problems
        self.count = count


class Problems:
    """Collects; at the end raises once."""

    def __init__(self) -> None:
        self._kept: list[Problem] = []
        self._count = 0

    def add(self, file: str, line: int, message: str, *, column: str = "") -> None:
        """One more."""
        self._count += 1
        if len(self._kept) < SHOWN:
            self._kept.append(Problem(file=file, line=line, column=column, message=message))

    def raise_if_any(self) -> None:
        """Raise CsvError when there was a problem."""
        if self._count:
            files = list(dict.fromkeys(one.file for one in self._kept))
            ordered = sorted(self._kept, key=lambda one: (files.index(one.file), one.line))
            raise CsvError(tuple(ordered), self._count)
