"""YAML files to Settings: every problem at once, each with file:line:column.

``read`` gives whatever could be had, with errors and warnings; ``load`` gives settings or raises.
The routing section may have a file of its own (``routing_file``) and ``include`` others; all are
seen as one tree.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ccd.routing.bulk import without_collecting
from ccd.settings import crosschecks
from ccd.settings.document import Document, Loc
from ccd.settings.document import read as read_document
from ccd.settings.including import Included, included
from ccd.settings.models import Settings
from ccd.settings.places import in_order, problem_at, settled
from ccd.settings.problems import Problem, SettingsError, Severity
from ccd.settings.wording import worded


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading: ``settings`` is None when there are errors."""

    settings: Settings | None
    problems: tuple[Problem, ...]
    files: tuple[Path, ...] = ()
    """Every file that was read, or should have been."""
    patterns: tuple[Path, ...] = ()
    """What ``include`` names: absolute, wildcards as they stand.  A new file that fits is read, too."""
    blank: tuple[Path, ...] = ()
    """Files in which there was nothing at all: some editors empty a file, then write it."""
    _tree: "_Files | None" = None

    def warning(self, loc: Loc, message: str) -> Problem:
        """Say something of a setting, with the nearest place that stands in a file."""
        return self.problem(loc, message, Severity.WARNING)

    def problem(self, loc: Loc, message: str, severity: Severity) -> Problem:
        """The same, of any weight."""
        if self._tree is None:
            return Problem(message=message, severity=severity)
        return self._tree.problem(loc, message, severity=severity)


@without_collecting()
def load(path: Path, routing_file: Path | None = None) -> Settings:
    """Load the settings; with ``routing_file``, its routing in place of the one that they name.

    Raises SettingsError with every error.  Warnings are not looked for: that takes longer than the rest.
    """
    settings, problems = _Files.of(path, routing_file).settings(path)
    if settings is None:
        raise SettingsError(problems)
    return settings


@without_collecting()
def read(path: Path, routing_file: Path | None = None) -> Reading:
    """Load the settings as far as possible, as ``load``; never raises for what is in the files."""
    files = _Files.of(path, routing_file)
    settings, problems = files.settings(path)
    if settings:
        problems = files.warnings(settings)
    patterns = files.included.patterns if files.included else ()
    blank = tuple(one.file for one in files.documents if one.blank)
    return Reading(settings, problems, files.paths, patterns, blank, files)


@dataclass(frozen=True, slots=True)
class _Files:
    """The main file, the routing file if there is one, and what it includes, as one tree of plain data."""

    main: Document
    routing: Document | None
    included: Included | None
    data: Any
    problems: tuple[Problem, ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that make the tree, or should."""
        return tuple(one.file for one in self.documents)

    @property
    def documents(self) -> tuple[Document, ...]:
        """What was read of them."""
        parts = self.included.parts if self.included else []
        return tuple(one for one in (self.main, self.routing, *parts) if one)

    @classmethod
    def of(cls, path: Path, other: Path | None) -> "_Files":
        main = settled(read_document(path))
        if other:
            main.data.pop("routing", None)
            main.data["routing_file"] = str(other.absolute())
        named = main.data.get("routing_file")
        if not isinstance(named, str):
            return cls._joined(main, None, main.problems)
        routing = read_document(path.parent / Path(named).expanduser())
        if isinstance(routing.data, dict) and [*routing.data] == ["routing"]:
            routing = routing.below("routing")
        routing = settled(routing)
        unread = routing.problems if other else (_named(one, main) for one in routing.problems)
        problems = [*main.problems, *unread]
        if "routing" in main.data:
            where = main.marks.key(("routing",))
            message = "is given here and in routing_file; keep one of the two"
            problems.append(Problem(message=message, file=path, mark=where, where="routing"))
        return cls._joined(main, routing, tuple(problems))

    @classmethod
    def _joined(cls, main: Document, routing: Document | None, problems: tuple[Problem, ...]) -> "_Files":
        section = routing.data if routing else main.data.get("routing")
        if not isinstance(section, dict):
            return cls(main, routing, None, main.data, problems)
        whole = included(section, routing or main, () if routing else ("routing",))
        data = main.data | {"routing": whole.data}
        return cls(main, routing, whole, data, (*problems, *whole.problems))

    def settings(self, path: Path) -> tuple[Settings | None, tuple[Problem, ...]]:
        """The settings, or every error; ``path`` is the main file, in whose folder relative ones lie."""
        problems = [*self.problems]
        settings = None
        try:
            settings = Settings.model_validate(self.data, context=path.absolute().parent)
        except ValidationError as error:
            details = error.errors(include_url=False)
            found = [self.problem(e["loc"], worded(e, Settings), kind=e["type"]) for e in details]
            unread = {(problem.file, problem.mark) for problem in problems}
            problems += [problem for problem in found if (problem.file, problem.mark) not in unread]
        crossed = [self.problem(loc, message) for loc, message in crosschecks.mistakes(self.data)]
        said = {(problem.file, problem.mark) for problem in self.problems}
        problems += [problem for problem in crossed if (problem.file, problem.mark) not in said]
        return (None if problems else settings), in_order(problems, self.paths)

    def warnings(self, settings: Settings) -> tuple[Problem, ...]:
        """What works, but is most likely not meant."""
        found = crosschecks.doubts(settings)
        warned = [self.problem(loc, message, severity=Severity.WARNING) for loc, message in found]
        return in_order(warned, self.paths)

    def problem(
        self, loc: Loc, message: str, *, kind: str = "", severity: Severity = Severity.ERROR
    ) -> Problem:
        """Say it with the nearest place that stands in a file; ``kind`` is pydantic's name for the error."""
        document, loc = self._stands(loc)
        return problem_at(document, loc, message, kind=kind, severity=severity)

    def _stands(self, loc: Loc) -> tuple[Document, Loc]:
        """The file that holds a setting, and where in it."""
        if loc[:1] != ("routing",):
            return self.main, loc
        if origin := self.included and self.included.origin(loc[1:]):
            return origin
        return (self.routing, loc[1:]) if self.routing else (self.main, loc)


def _named(problem: Problem, main: Document) -> Problem:
    """A routing file that cannot be read at all is a mistake where it is named."""
    if problem.mark:
        return problem
    mark, message = main.marks.value(("routing_file",)), f"{problem.file}: {problem.message}"
    return Problem(message=message, file=main.file, mark=mark, where="routing_file")
