"""New rules without losing a call: all or nothing, the old ones stay on any error.

Everything is read, checked and compiled in a thread, so that callers are answered meanwhile; the
rules then change between two questions.  A call that is on its way keeps its place in its plan.
"""

import asyncio
import glob
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import structlog
from watchfiles import Change, awatch

from ccd.routing.ruleset import RuleSet
from ccd.settings import loading
from ccd.settings.models import Routing, Settings
from ccd.settings.problems import Problem, Severity
from ccd.settings.proving import beside, prove

log = structlog.get_logger()

DEBOUNCE = 500
"""Milliseconds in which several changes of files count as one: editors write more than once."""
_STEP = 200
"""Milliseconds without a change that end them sooner; a database in the folder changes all the time."""
_NEVER = frozenset({"routing", "routing_file"})
"""What is not compared: it is what a reload takes."""
Take = Callable[[Routing, RuleSet], None]
"""Puts new rules in place of the old ones.  Must not raise: half of them would be taken."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a reload: ``lines`` are sentences for the admin; ``version`` is in force now."""

    done: bool
    version: str
    lines: tuple[str, ...] = ()


class Reloader:
    """Reloads when asked, when told to (SIGHUP) and, if the settings say so, when a file changes.

    ``settings`` and ``rules`` are those that ccd began with, read from ``path``.
    """

    def __init__(self, path: Path, settings: Settings, rules: RuleSet, take: Take) -> None:
        self._path = path
        self._settings = settings
        self._rules = rules
        self._take = take
        self._files = frozenset[Path]()
        self._patterns = frozenset[Path]()
        self._asked = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    def ask(self) -> None:
        """Reload soon; however often this is said before it begins, once is enough."""
        self._asked.set()

    async def run(self) -> None:
        """Follow ``ask`` until cancelled."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            await self.reload()

    async def watch(self) -> None:
        """Reload whenever one of the files changes, until cancelled; raises OSError when that cannot be seen.

        What changes during a reload is seen after it.
        """
        if not self._files:
            self._files, self._patterns = await asyncio.to_thread(_watched, self._path, self._settings)
        while True:
            folders = self._folders()
            async for _changes in awatch(
                *folders, watch_filter=self._ours, debounce=DEBOUNCE, step=_STEP, recursive=False
            ):
                await self.reload()
                if self._folders() != folders:
                    break

    def _folders(self) -> set[Path]:
        """Of the files, and those in which a new file could fit a pattern."""
        could = {Path(one) for pattern in self._patterns for one in glob.glob(str(pattern.parent))}  # noqa: PTH207
        return {file.parent for file in self._files} | {one for one in could if one.is_dir()}

    def _ours(self, _change: Change, changed: str) -> bool:
        file = Path(changed)
        return file in self._files or any(_fits(file, one) for one in self._patterns)

    async def reload(self) -> Outcome:
        """Read everything again and take it, or keep what is; one at a time.  Never raises an Exception."""
        async with self._one_at_a_time:
            try:
                prepared = await asyncio.to_thread(_prepared, self._path, self._settings.directory.region)
            except Exception:
                log.exception("rules not reloaded")
                return Outcome(False, self._rules.version, ("an error in ccd: its log says more",))
            self._files |= prepared.files
            self._patterns |= prepared.patterns
            return self._settled(prepared)

    def _settled(self, prepared: "_Prepared") -> Outcome:
        if prepared.settings is None or prepared.rules is None:
            for problem in prepared.problems:
                log.error("rules not reloaded", problem=str(problem))
            lines = tuple(map(str, prepared.problems))
            return Outcome(False, self._rules.version, (*lines, "the rules stay as they were"))
        self._rules = prepared.rules
        self._take(prepared.settings.routing, prepared.rules)
        notes = (*map(str, prepared.problems), *_left_out(self._settings, prepared.settings))
        for note in notes:
            log.warning("rules reloaded", note=note)
        log.info("rules reloaded", rules=len(prepared.settings.routing.rules), version=self._rules.version)
        return Outcome(True, self._rules.version, notes)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Either both, or errors among the problems."""

    settings: Settings | None
    rules: RuleSet | None
    problems: tuple[Problem, ...]
    files: frozenset[Path]
    patterns: frozenset[Path]


def _prepared(path: Path, region: str) -> _Prepared:
    """All that takes time.  Runs in a thread, touches nothing."""
    reading = loading.read(path)
    files = frozenset(file.resolve() for file in reading.files)
    patterns = _resolved(reading.patterns)
    empty = tuple(map(_unwritten, reading.blank))
    if reading.settings is None or empty:
        errors = (*empty, *(one for one in reading.problems if one.severity is Severity.ERROR))
        return _Prepared(None, None, errors, files, patterns)
    rules = RuleSet(reading.settings.routing, region)
    tests = beside(reading.settings.routing_file or path)
    files |= {tests.resolve()}
    proof = prove(reading.settings, rules, (tests,)) if tests.exists() else None
    if proof and proof.every_problem:
        return _Prepared(None, None, proof.every_problem, files, patterns)
    return _Prepared(reading.settings, rules, reading.problems, files, patterns)


def _unwritten(file: Path) -> Problem:
    """Some editors empty a file, then write it: what was read of it counts, not what is in it by now."""
    return Problem(message="the file is empty: is it still being written?", file=file)


def _left_out(before: Settings, now: Settings) -> list[str]:
    """What differs and is no rule: a sentence for each section."""
    changed = [key for key in type(before).model_fields if getattr(before, key) != getattr(now, key)]
    return [f"{key}: changes when ccd starts again" for key in changed if key not in _NEVER]


def _watched(path: Path, settings: Settings) -> tuple[frozenset[Path], frozenset[Path]]:
    """The files that hold settings, rules and expectations, whether or not they are right; the patterns."""
    reading, tests = loading.read(path), beside(settings.routing_file or path)
    return frozenset(file.resolve() for file in (*reading.files, tests)), _resolved(reading.patterns)


def _resolved(patterns: Iterable[Path]) -> frozenset[Path]:
    """With the folders that the system tells changes of."""
    return frozenset(one.parent.resolve() / one.name for one in patterns)


def _fits(file: Path, pattern: Path) -> bool:
    """As ``glob`` does it: a wildcard is no hidden file, such as editors make beside theirs."""
    return file.match(str(pattern)) and file.name.startswith(".") <= pattern.name.startswith(".")
