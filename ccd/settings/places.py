"""Where in a file a problem is: from the way to a value to file, line and column."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ccd.settings.document import Document, Loc
from ccd.settings.problems import Mark, Problem, Severity

_SHAPE = 'must hold settings, as "key: value" lines'


def problem_at(
    document: Document, loc: Loc, message: str, *, kind: str = "", severity: Severity = Severity.ERROR
) -> Problem:
    """Say it with the nearest place that stands in the file; ``kind`` is pydantic's name for the error."""
    near = _nearest(document, loc)
    place = document.marks.key if kind == "extra_forbidden" else document.marks.value
    shown = loc if kind in {"", "missing", "extra_forbidden"} else near
    mark = place(near) or Mark(1, 1)
    return Problem(message=message, file=document.file, mark=mark, where=_dotted(shown), severity=severity)


def settled(document: Document) -> Document:
    """A mapping for sure, without the sections left empty (all of their lines commented out)."""
    data, problems = document.data, document.problems
    if not isinstance(data, dict):
        shape = Problem(message=_SHAPE, file=document.file, mark=Mark(1, 1))
        data, problems = {}, problems or (shape,)
    data = {key: value for key, value in data.items() if value is not None}
    return replace(document, data=data, problems=problems)


def _nearest(document: Document, loc: Loc) -> Loc:
    """The deepest place of the file on the way; one value in place of a list has no index there."""
    near: Loc = ()
    for part in loc:
        if document.marks.value((*near, part)):
            near = (*near, part)
        elif isinstance(part, str):
            break
    return near


def _dotted(loc: Loc) -> str:
    """``("rules", 2, "when")`` as ``rules[2].when``."""
    return "".join(_parts(loc)).removeprefix(".")


def _parts(loc: Loc) -> Iterator[str]:
    for part in loc:
        yield f"[{part}]" if isinstance(part, int) else f".{part}"


def in_order(problems: Iterable[Problem], read_files: tuple[Path, ...] = ()) -> tuple[Problem, ...]:
    """By file in the order of reading, then by place."""
    problems = list(problems)
    files = list(dict.fromkeys((*read_files, *(problem.file for problem in problems))))
    nowhere = Mark(0, 0)

    def key(problem: Problem) -> tuple[int, int, int]:
        mark = problem.mark or nowhere
        return files.index(problem.file), mark.line, mark.column

    return tuple(sorted(problems, key=key))
