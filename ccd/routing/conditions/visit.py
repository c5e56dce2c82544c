"""A coming visit of a patient behind the number."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ccd.directory.model import Visit
from ccd.routing.asked import VISIT_DAYS
from ccd.routing.conditions.base import NO_DIRECTORY, Condition, Moment, Test, clock, said
from ccd.routing.spans import span
from ccd.routing.when import When


def conditions(when: When) -> Iterator[Condition]:
    """The written one, if there is one."""
    if when.visit:
        tests = tuple(map(_test, when.visit))
        yield Condition(said("visit", when.visit), lambda m: any(test(m) for test in tests), _next)


def booked(moment: Moment) -> Iterator[Visit]:
    """The visits that are still to come about, of every patient."""
    return (one for who in moment.caller.patients for one in who.visits if one.status == "booked")


def _test(written: str) -> Test:
    if written in VISIT_DAYS:
        ahead = timedelta(days=VISIT_DAYS.index(written))
        return lambda moment: any(_on_day(moment, ahead, visit.starts_at) for visit in booked(moment))
    seconds = timedelta(seconds=span(written.partition(" ")[2]))
    return lambda moment: any(
        timedelta() <= visit.starts_at - moment.facts.now <= seconds for visit in booked(moment)
    )


def _on_day(moment: Moment, ahead: timedelta, at: datetime) -> bool:
    """Within a day of the clinic's wall clock, however many hours it has."""
    begins = moment.local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0) + ahead
    return begins <= at < begins + timedelta(days=1)


def _next(moment: Moment) -> str:
    coming = [visit.starts_at for visit in booked(moment) if visit.starts_at >= moment.facts.now]
    if not coming:
        return NO_DIRECTORY if moment.caller.failed else "no visit is booked"
    return f"the next is at {clock(min(coming), moment.zone)}"
