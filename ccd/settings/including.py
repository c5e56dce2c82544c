"""``include:``: routing out of several files, seen as one tree, each value with its own place.

The main file comes first, then the files of each pattern in the order of their names.  Lists (the
rules) are put one after another; mappings (calendars, lists, plans ...) are joined, and a name
may be given only once.
"""

import glob
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ccd.routing.words import as_list
from ccd.settings.document import Document, Loc, read
from ccd.settings.problems import Problem

_KEY = "include"


@dataclass(slots=True)
class Included:
    """The section with what was included; ``origins`` says of each value from where, if not main's."""

    data: dict[str, Any]
    main: Document
    above: Loc
    """Where the section stands in the main document."""
    parts: list[Document] = field(default_factory=list)
    origins: dict[Loc, tuple[Document, Loc]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def patterns(self) -> tuple[Path, ...]:
        """What is named, absolute; wildcards as they stand."""
        folder = self.main.file.parent.absolute()
        names = as_list(self.data.get(_KEY) or ())
        return tuple(folder / name for name in names if isinstance(name, str))

    def origin(self, loc: Loc) -> tuple[Document, Loc] | None:
        """The included file that holds a value of the section, and where; None when it is main's."""
        for size in (2, 1):
            if found := self.origins.get(loc[:size]):
                return found[0], (*found[1], *loc[size:])
        return None

    def add(self, part: Document) -> None:
        """Join one more file's settings to the section."""
        self.parts.append(part)
        self.problems += part.problems
        if not isinstance(part.data, dict):
            self._wrong(part, (), 'must hold settings, as "key: value" lines')
            return
        for key, value in part.data.items():
            if value is not None:
                self._join(part, key, value)

    def _join(self, part: Document, key: str, value: Any) -> None:
        here = self.data.get(key, type(value)())
        if key == _KEY or not isinstance(value, (dict, list)):
            self._wrong(part, (key,), "may only stand in the main routing file")
        elif isinstance(here, dict) and isinstance(value, dict):
            self._claim(part, key)
            self.data[key] = here | dict(self._fresh(part, key, here, value))
        elif isinstance(here, list) and isinstance(value, list):
            self._claim(part, key)
            self._name(part, key, here, value)
            self.data[key] = [*here, *value]
        else:
            self._wrong(part, (key,), "has another shape in the main routing file")

    def _claim(self, part: Document, key: str) -> None:
        """The first file with a section is where mistakes of the section itself are."""
        if key not in self.data:
            self.origins[key,] = part, (key,)

    def _fresh(
        self, part: Document, key: str, here: Mapping[str, Any], value: Mapping[str, Any]
    ) -> Iterator[tuple[str, Any]]:
        for name, one in value.items():
            if name in here:
                self._wrong(part, (key, name), f"is already in {self._place((key, name))}", key=True)
            else:
                self.origins[key, name] = part, (key, name)
                yield name, one

    def _name(self, part: Document, key: str, here: list[Any], value: list[Any]) -> None:
        names = {_named(one): at for at, one in reversed([*enumerate(here)])}
        for at, one in enumerate(value):
            self.origins[key, len(here) + at] = part, (key, at)
            name = _named(one)
            if name is not None and names.setdefault(name, len(here) + at) != len(here) + at:
                where = self._place((key, names[name], "name"))
                self._wrong(part, (key, at, "name"), f'"{name}" is taken in {where}; each needs its own')

    def _place(self, loc: Loc) -> str:
        document, there = self.origin(loc) or (self.main, (*self.above, *loc))
        mark = document.marks.key(there) or document.marks.value(there)
        return f"{document.file}:{mark.line}:{mark.column}" if mark else str(document.file)

    def _wrong(self, part: Document, loc: Loc, message: str, *, key: bool = False) -> None:
        mark = (part.marks.key if key else part.marks.value)(loc)
        where = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in loc).removeprefix(".")
        self.problems.append(Problem(message=message, file=part.file, mark=mark, where=where))


def _named(one: Any) -> str | None:
    name = one.get("name") if isinstance(one, dict) else None
    return name if isinstance(name, str) else None


def included(section: Any, main: Document, above: Loc) -> Included:
    """The section, joined with the files that it includes; ``above`` is where it stands in ``main``."""
    whole = Included(dict(section) if isinstance(section, dict) else {}, main, above)
    for file in dict.fromkeys(_files(whole)):
        whole.add(read(file))
    return whole


def _files(whole: Included) -> Iterator[Path]:
    """Named files must exist; a pattern that fits none is an empty folder, which is no mistake."""
    folder = whole.main.file.parent
    for at, pattern in enumerate(as_list(whole.data.get(_KEY) or ())):
        if isinstance(pattern, str):
            found = sorted(glob.glob(pattern, root_dir=folder))  # noqa: PTH207 - absolute ones too
            if not found and not glob.has_magic(pattern):
                place = (*whole.above, _KEY)
                mark = whole.main.marks.value((*place, at)) or whole.main.marks.value(place)
                whole.problems.append(
                    Problem(
                        message=f'there is no file "{pattern}"', file=whole.main.file, mark=mark, where=_KEY
                    )
                )
            yield from (folder / name for name in found)
