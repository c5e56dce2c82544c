"""Whether the rules do what is expected of them: in ``routing.tests.yaml`` beside ``routing.yaml``."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from ccd.routing.expectations import Expectation, Expectations
from ccd.routing.imagined import facts_of
from ccd.routing.ruleset import RuleSet
from ccd.routing.walk import Walk, differences, walk
from ccd.settings.document import Document, read
from ccd.settings.models import Settings
from ccd.settings.places import in_order, problem_at, settled
from ccd.settings.problems import Problem
from ccd.settings.wording import worded


@dataclass(frozen=True, slots=True)
class Failure:
    """One call that went another way: a problem for each difference, and the way that it went."""

    name: str
    problems: tuple[Problem, ...]
    came: Walk


@dataclass(frozen=True, slots=True)
class Proof:
    """``problems`` are of the file itself: it could not be read then, and nothing was tried."""

    files: tuple[Path, ...]
    tried: int = 0
    problems: tuple[Problem, ...] = ()
    failures: tuple[Failure, ...] = ()

    @property
    def every_problem(self) -> tuple[Problem, ...]:
        """What must be put right."""
        return (*self.problems, *(one for failure in self.failures for one in failure.problems))


def beside(rules: Path) -> Path:
    """The file of expectations that belongs to a file of rules; it need not be there."""
    return rules.with_name(f"{rules.stem}.tests.yaml")


def prove(settings: Settings, rules: RuleSet, files: tuple[Path, ...]) -> Proof:
    """Try every expectation of these files.  Never raises for what is in them."""
    readings = [_reading(file) for file in files]
    problems = tuple(one for _, _, found in readings for one in found)
    tests = [(document, place, one) for document, tests, _ in readings for place, one in enumerate(tests)]
    failures = () if problems else tuple(_failures(settings, rules, tests))
    return Proof(files, len(tests), problems, failures)


def _reading(file: Path) -> tuple[Document, tuple[Expectation, ...], tuple[Problem, ...]]:
    document = settled(read(file))
    if document.problems:
        return document, (), in_order(document.problems)
    try:
        return document, Expectations.model_validate(document.data).tests, ()
    except ValidationError as error:
        details = error.errors(include_url=False)
        found = [problem_at(document, e["loc"], worded(e, Expectations), kind=e["type"]) for e in details]
        return document, (), in_order(found)


def _failures(
    settings: Settings, rules: RuleSet, tests: list[tuple[Document, int, Expectation]]
) -> Iterator[Failure]:
    zone, region = ZoneInfo(settings.routing.timezone), settings.directory.region
    for document, place, test in tests:
        came = walk(rules, facts_of(test.call, zone, region), test.call.press)
        found = [f'"{test.name}": {one}' for one in differences(test.expect, came)]
        if found:
            loc = ("tests", place, "expect")
            yield Failure(test.name, tuple(problem_at(document, loc, one) for one in found), came)
