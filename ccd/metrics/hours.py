"""Hours and days of the clinic's clock as moments, whatever daylight saving does to them."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ccd.metrics.dimensions import Slot

_FIRST, _LAST = date(1970, 1, 1), date(9998, 12, 31)
"""No call was before them or will be after: days at the ends of all time have no midnight everywhere."""
_HOUR, _WEEK = 3_600, 7 * 86_400
"""Seconds; within a week no clock is set twice."""


def hour_of(moment: datetime, zone: ZoneInfo) -> datetime:
    """When the hour of the clinic's clock began that this moment is in, in UTC.

    An hour that the clock shows twice is two; zones at half an hour from UTC have their own.

    >>> hour_of(datetime(2026, 11, 22, 4, 45, tzinfo=UTC), ZoneInfo("Asia/Kolkata")).isoformat()
    '2026-11-22T04:30:00+00:00'
    """
    local = moment.astimezone(zone)
    begin = local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    if begin > moment:  # the clock was set forward over its beginning: it began there
        second = int(moment.timestamp())
        *_, (since, _until, _ahead) = steady(second - _HOUR, second + 1, zone)
        return datetime.fromtimestamp(since, UTC)
    return begin


def slot_of(hour: datetime, zone: ZoneInfo) -> Slot:
    """The day and the hour that the clinic's clock shows then."""
    local = hour.astimezone(zone)
    return Slot(local.date(), local.hour)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When this day began in the clinic, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def bounds(begin: date, end: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first day's beginning to the last day's end, which is not included."""
    first, last = (min(max(day, _FIRST), _LAST) for day in (begin, end))
    return midnight(first, zone), midnight(last + timedelta(days=1), zone)


def steady(begin: int, end: int, zone: ZoneInfo) -> Iterator[tuple[int, int, int]]:
    """A period, cut where the clinic's clock is set: from when, until when, seconds ahead of UTC.

    Moments are seconds since 1970.

    >>> list(steady(1774742400, 1774828800, ZoneInfo("Europe/Kyiv")))
    [(1774742400, 1774746000, 7200), (1774746000, 1774828800, 10800)]
    """

    def ahead(second: int) -> int:
        offset = datetime.fromtimestamp(second, zone).utcoffset() or timedelta()
        return int(offset.total_seconds())

    since, now = begin, ahead(begin)
    for week in range(begin, end, _WEEK):
        until = min(week + _WEEK, end)
        if (then := ahead(until)) != now:
            turn = bisect_left(range(week, until), True, key=lambda second: ahead(second) == then) + week
            yield since, turn, now
            since, now = turn, then
    if since < end:
        yield since, end, now
