"""Who is on duty, and when: rosters made ready once, then asked for a moment or for a period.

As with calendars the wall clock is the one rule: on the days when the clocks change, a shift holds
whenever the clock on the wall stands within its hours.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from ccd.calls.ids import QueueName
from ccd.routing import wall
from ccd.routing.calendar import Days
from ccd.routing.people import Person, PersonId
from ccd.routing.rules import Routing
from ccd.routing.shifts import Roster, Swap
from ccd.routing.turns import Turn

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From ``begin`` to ``end`` (aware) these people are on duty, in the roster's order."""

    begin: datetime
    end: datetime
    who: tuple[PersonId, ...]


class DutyRoster:
    """One roster, ready: who is on duty at a moment, who over a period."""

    def __init__(self, name: str, written: Roster, people: Mapping[PersonId, Person], zone: ZoneInfo) -> None:
        self.name = name
        self.queue = QueueName(written.queue)
        self.at_least, self.at_most = written.at_least, written.at_most
        self.people = {one: people[one] for one in written.people if one in people}
        """Everyone whom it names: no other's membership is its business."""
        self._zone = zone
        self._shifts = tuple(map(Turn.of, written.shifts))
        self._swaps = tuple((Days.parse(swap.date), swap) for swap in written.swaps)

    def on_duty(self, at: datetime) -> Mapping[PersonId, int]:
        """Who is on duty at this aware moment, each with the penalty of the shift (the lowest of several)."""
        local = at.astimezone(self._zone)
        found: dict[PersonId, int] = {}
        for shift in self._shifts:
            for began in shift.began(local):
                for one in self._present(shift, began):
                    found[one] = min(shift.penalty, found.get(one, shift.penalty))
        return found

    def stretches(self, begin: datetime, end: datetime) -> list[Stretch]:
        """The period cut where somebody comes or goes; nothing is left out."""
        cuts = sorted({begin, *wall.instants(begin, end, self._minutes(), self._zone), end})
        found = [Stretch(since, until, tuple(self.on_duty(since))) for since, until in pairwise(cuts)]
        return _joined(found)

    def gaps(self, begin: datetime, end: datetime) -> list[Stretch]:
        """Where fewer than ``at_least`` are on duty."""
        return [one for one in self.stretches(begin, end) if len(one.who) < self.at_least]

    def overlaps(self, begin: datetime, end: datetime) -> list[Stretch]:
        """Where more than ``at_most`` are on duty."""
        most = self.at_most
        return [one for one in self.stretches(begin, end) if most is not None and len(one.who) > most]

    def swaps_nothing(self, swap: Swap) -> bool:
        """Whether whoever is replaced has no shift on any of these dates."""
        days = Days.parse(swap.date)
        own = [shift for shift in self._shifts if swap.instead_of in shift.who]
        dates = (days.first + _DAY * n for n in range(min((days.last - days.first).days, 400) + 1))
        return not any(shift.begins_on(day) for day in dates for shift in own)

    def _present(self, shift: Turn, began: date) -> Iterator[PersonId]:
        """Whoever comes to the shift that began on this day; two who swap do so at once."""
        for one in shift.who:
            stands_in = self._instead(one, began)
            if stands_in:
                yield stands_in

    def _instead(self, one: PersonId, began: date) -> PersonId | None:
        swaps = (
            swap for days, swap in self._swaps if swap.instead_of == one and days.first <= began <= days.last
        )
        return next((swap.who for swap in swaps), one)

    def _minutes(self) -> frozenset[int]:
        return frozenset({0}.union(*((one.start, one.end) for shift in self._shifts for one in shift.hours)))


def _joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Neighbours with the same people (in whatever order) made one."""
    joined: list[Stretch] = []
    for one in stretches:
        if joined and set(joined[-1].who) == set(one.who):
            joined[-1] = Stretch(joined[-1].begin, one.end, joined[-1].who)
        else:
            joined.append(one)
    return joined


def duty_rosters(routing: Routing) -> tuple[DutyRoster, ...]:
    """Every roster of the rules, ready; in their order."""
    zone = ZoneInfo(routing.timezone)
    return tuple(DutyRoster(name, one, routing.people, zone) for name, one in routing.rosters.items())
