"""What is wrong with the configuration, each with its place, all together."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """An error stops ccd from starting, a warning is most likely not what was meant, a hint is no mistake."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; both count from 1, columns in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to put right.  ``where`` is the setting, like ``rules[2].when.caller``; it may be empty."""

    message: str
    file: Path | None = None
    mark: Mark | None = None
    where: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = str(self.file) if self.file else ""
        if self.file and self.mark:
            place += f":{self.mark.line}:{self.mark.column}"
        grade = "" if self.severity is Severity.ERROR else self.severity.value
        return ": ".join(part for part in (place, grade, self.where, self.message) if part)


class SettingsError(Exception):
    """The configuration cannot be used: every problem found, warnings included."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
