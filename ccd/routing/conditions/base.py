"""What a condition is, and the moment that it is asked about.

``test`` is the hot path; ``actual`` is only called when somebody asks why.  Neither raises,
whatever the facts are: a condition on a fact that could not be had does not hold, and says so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import lru_cache

from ccd.directory.caller import Caller, Number, NumberKind
from ccd.routing.facts import Facts
from ccd.routing.numbers import Book, Forms
from ccd.routing.plan import Checked

NO_HISTORY = "the earlier calls are not known"
NO_QUEUES = "the queues cannot be seen now"
NO_DIRECTORY = "the directory gave no answer"


class Moment:
    """The facts of one call as conditions read them; ``zone`` is the clinic's.

    What several conditions read is worked out once.
    """

    __slots__ = ("_in_lists", "_local", "called", "facts", "lists", "number", "sources", "zone")

    def __init__(self, facts: Facts, zone: tzinfo, forms: Forms, lists: Book, sources: Book) -> None:
        self.facts, self.zone, self.lists, self.sources = facts, zone, lists, sources
        self.called = forms(facts.called_number)
        """The called number in each of its known forms."""
        self.number = _forms_of(facts.caller.number)
        """The caller's number in each of its known forms; none when it was withheld."""
        self._local: datetime | None = None
        self._in_lists: frozenset[str] | None = None

    @property
    def caller(self) -> Caller:
        """Who is calling."""
        return self.facts.caller

    @property
    def local(self) -> datetime:
        """Now, on the clinic's wall clock."""
        if self._local is None:
            self._local = self.facts.now.astimezone(self.zone)
        return self._local

    @property
    def in_lists(self) -> frozenset[str]:
        """The names of the lists that the caller's number is in."""
        if self._in_lists is None:
            self._in_lists = self.lists.names(self.number)
        return self._in_lists

    @property
    def from_sources(self) -> frozenset[str]:
        """The names of the advertising sources that the called number was given."""
        return self.sources.names(self.called)


def _forms_of(number: Number) -> tuple[str, ...]:
    if number.kind is NumberKind.ANONYMOUS:
        return ()
    raw, e164 = number.raw, number.e164
    return (raw, e164) if raw and e164 and raw != e164 else (raw or e164,) if raw or e164 else ()


Test = Callable[[Moment], bool]
Read = Callable[[Moment], Iterable[str]]
Actual = Callable[[Moment], str]


@dataclass(frozen=True, slots=True)
class Key:
    """Something by which rules can be looked up.

    ``among`` takes all values that rules have of it, and gives what reads off a call which of them it has.
    """

    name: str
    among: Callable[[frozenset[str]], Read] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Condition:
    """One written condition: its words, its test, and how it shows what was there instead.

    ``needs``: when it holds, the call has one of the values of each key.  ``enough``: and whenever the
    call has one, it holds.
    """

    words: str
    test: Test
    actual: Actual
    needs: tuple[tuple[Key, frozenset[str]], ...] = ()
    enough: bool = False

    def check(self, moment: Moment) -> Checked:
        """The condition evaluated, for a trace."""
        return Checked(condition=self.words, matched=self.test(moment), actual=self.actual(moment))


def said(key: str, values: Iterable[object]) -> str:
    """A condition in the words of the file: ``tag vip, child``."""
    return f"{key} {', '.join(map(str, values))}"


def clock(at: datetime, zone: tzinfo) -> str:
    """A moment as the clinic's wall clock shows it."""
    try:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
    except OverflowError:  # at the ends of the calendar, where some programs put "for ever"
        return f"{at:%Y-%m-%d %H:%M}"


@lru_cache(maxsize=16_384)
def folded(text: str) -> str:
    """Text as it is compared: without regard to letter case and spaces."""
    return " ".join(text.split()).casefold()


def any_of(
    name: str, values: Iterable[str], had: Callable[[Moment], Iterable[str]], actual: Actual
) -> Condition:
    """The condition that one of the values is among those that the call has."""
    values = tuple(values)
    wanted = frozenset(map(folded, values))

    def read(moment: Moment) -> Iterable[str]:
        return map(folded, had(moment))

    needs = ((Key(name, lambda _used: read), wanted),)
    return Condition(
        said(name, values), lambda moment: not wanted.isdisjoint(read(moment)), actual, needs, enough=True
    )
