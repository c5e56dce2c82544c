"""By when a missed call is to be answered: so much time of the clinic's working hours.  Pure."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ccd.routing.conditions.time import calendars
from ccd.routing.rules import Routing

Open = Callable[[datetime], bool]
"""Whether the clinic works at an (aware) moment."""

_MINUTE = timedelta(minutes=1)
LONGEST = timedelta(days=14)
"""How far ahead an opening is looked for; a clinic that is closed for longer counts every hour."""


def due(at: datetime, within: timedelta, is_open: Open | None = None) -> datetime:
    """The moment when ``within`` of working time has passed; whole minutes of it count.

    >>> due(datetime(2026, 3, 2, 19), timedelta(hours=2), lambda at: 8 <= at.hour < 20)
    datetime.datetime(2026, 3, 3, 9, 0)
    """
    if is_open is None:
        return at + within
    left, now = within, at
    while left > timedelta(0) and now - at < LONGEST:
        works = is_open(now)
        step = min(left, _MINUTE) if works else _MINUTE
        left -= step if works else timedelta(0)
        now += step
    return now if left <= timedelta(0) else at + within


def opens(routing: Routing, name: str) -> Open | None:
    """The hours of the calendar of this name; None, every hour, when there is no such calendar."""
    if name not in routing.calendars:
        return None
    periods = calendars({name: routing.calendars[name]})[name]
    wall = ZoneInfo(routing.timezone)
    return lambda at: any(one.period.covers(at.astimezone(one.zone or wall)) for one in periods)
