"""All conditions of the rule language, made into closures once."""

from collections.abc import Iterator
from functools import lru_cache
from zoneinfo import ZoneInfo

from ccd.directory.phones import normalise
from ccd.routing.conditions import expression, history, number, patient, queues, time, visit
from ccd.routing.conditions.base import Condition, Moment
from ccd.routing.conditions.patient import caller_kind
from ccd.routing.facts import Facts
from ccd.routing.numbers import Book
from ccd.routing.rules import Routing
from ccd.routing.when import EVERY_CALL, When

__all__ = ["Condition", "Conditions", "Moment", "caller_kind"]


class Conditions:
    """What the names in conditions stand for, and how facts are read.

    ``region`` is the ISO 3166 code that local numbers belong to.
    """

    def __init__(self, routing: Routing, region: str) -> None:
        self._region = region
        self.forms = lru_cache(maxsize=16_384)(self._forms)
        """Every way to write a number that can be compared: itself, and E.164 when it has one."""
        self._zone = ZoneInfo(routing.timezone)
        self._calendars = time.calendars(routing.calendars)
        self._source_names = tuple(routing.sources)
        self._lists, self._sources = Book(routing.lists, self.forms), Book(routing.sources, self.forms)

    def of(self, when: When) -> tuple[Condition, ...]:
        """The conditions of one rule or step, in the order in which they are tried: the cheap ones first.

        KeyError when a calendar, list or source does not exist; loading refuses that before.
        """
        return tuple(self._of(when)) if when is not EVERY_CALL else ()

    def source(self, called: str) -> str:
        """The advertising source of a called number: of several, the first written; empty without one."""
        names = self._sources.names(self.forms(called))
        return next((name for name in self._source_names if name in names), "")

    def moment(self, facts: Facts) -> Moment:
        """The facts, ready to be asked about."""
        return Moment(facts, self._zone, self.forms, self._lists, self._sources)

    def _forms(self, number: str) -> tuple[str, ...]:
        both = (number, normalise(number, self._region).e164)
        return tuple(dict.fromkeys(form for form in both if form))

    def _of(self, when: When) -> Iterator[Condition]:
        yield from number.conditions(when, self._sources, self._lists, self.forms)
        yield from patient.conditions(when)
        yield from visit.conditions(when)
        yield from history.conditions(when)
        yield from queues.conditions(when)
        yield from time.conditions(when, self._calendars)
        yield from expression.conditions(when)
