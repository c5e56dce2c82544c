"""What a condition is, and the moment that it is asked about.

``test`` is the hot path; ``actual`` is only called when somebody asks why.  Neither raises,
whatever the facts are: a condition on a fact that could not be had does not hold, and says so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property, partial

from ccd.directory.model import Caller, NumberKind
from ccd.routing.model import Checked, Facts

Forms = Callable[[str], frozenset[str]]
"""Every way to write a number that ccd can compare: as dialled, and E.164 when it has one."""
NO_HISTORY = "the earlier calls are not known"
NO_QUEUES = "the queues cannot be seen now"
NO_DIRECTORY = "the directory gave no answer"


@dataclass(frozen=True)
class Moment:
    """The facts of one call as conditions read them; ``zone`` is the clinic's."""

    facts: Facts
    zone: tzinfo
    forms: Forms

    @cached_property
    def called(self) -> frozenset[str]:
        """The called number in each of its known forms."""
        return self.forms(self.facts.called_number)

    @cached_property
    def number(self) -> frozenset[str]:
        """The caller's number in each of its known forms; none when it was withheld."""
        number = self.facts.caller.number
        if number.kind is NumberKind.ANONYMOUS:
            return frozenset()
        return frozenset({number.raw, number.e164} - {""})

    @cached_property
    def local(self) -> datetime:
        """Now, on the clinic's wall clock."""
        return self.facts.now.astimezone(self.zone)

    @property
    def caller(self) -> Caller:
        """Who is calling."""
        return self.facts.caller


Test = Callable[[Moment], bool]
Actual = Callable[[Moment], str]


@dataclass(frozen=True, slots=True)
class Condition:
    """One written condition: its words, its test, and how it shows what was there instead."""

    words: str
    test: Test
    actual: Actual

    def check(self, moment: Moment) -> Checked:
        """The condition evaluated, for a trace."""
        return Checked(condition=self.words, matched=self.test(moment), actual=self.actual(moment))


def said(key: str, values: Iterable[object]) -> str:
    """A condition in the words of the file: ``tag vip, child``."""
    return f"{key} {', '.join(map(str, values))}"


def folded(text: str) -> str:
    """Text as it is compared: without regard to letter case and spaces."""
    return " ".join(text.split()).casefold()


def any_of(values: Iterable[str], had: Callable[[Moment], Iterable[str]]) -> Test:
    """One of the values is among those that the call has."""
    return partial(_meets, frozenset(map(folded, values)), had)


def _meets(wanted: frozenset[str], had: Callable[[Moment], Iterable[str]], moment: Moment) -> bool:
    return any(folded(value) in wanted for value in had(moment))
