"""When the clock on the wall shows what: moments in UTC of minutes of the day, and of its changes."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta, tzinfo

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


def instants(begin: datetime, end: datetime, minutes: Iterable[int], zone: tzinfo) -> Iterator[datetime]:
    """Every moment between two others at which the wall clock comes to one of these minutes, or jumps.

    ``minutes`` count from midnight; moments are aware, those given are UTC and in no order.
    """
    wanted = sorted(minutes)
    day = begin.astimezone(zone).date()
    while day <= end.astimezone(zone).date():
        for minute in wanted:
            yield from (
                at
                for at in _shown(datetime.combine(day, time()) + minute * _MINUTE, zone)
                if begin < at < end
            )
        day += timedelta(days=1)
    yield from (at for at in _jumps(begin, end, zone) if begin < at < end)


def _shown(local: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Both times when the hour comes twice; a moment near by when it does not come."""
    for fold in (0, 1):
        yield local.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _jumps(begin: datetime, end: datetime, zone: tzinfo) -> Iterator[datetime]:
    """The first minute after each change of the clock."""
    at = begin.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while at < end:
        if _offset(at, zone) != _offset(at + _HOUR, zone):
            minutes = (at + n * _MINUTE for n in range(1, 61))
            yield next(one for one in minutes if _offset(one, zone) != _offset(at, zone))
        at += _HOUR


def _offset(at: datetime, zone: tzinfo) -> timedelta | None:
    return at.astimezone(zone).utcoffset()
