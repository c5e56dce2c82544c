"""Where the clinic is: its region for phone numbers, its clock for "today"."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def utc_now() -> datetime:
    """The moment, aware."""
    return datetime.now(UTC)


def millis(moment: datetime | None) -> int | None:
    """Milliseconds since the epoch: what JavaScript's ``Date`` takes."""
    return None if moment is None else round(moment.timestamp() * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """``region`` is an ISO 3166 code; ``now`` a clock that tests replace."""

    region: str = "RU"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Moscow"))
    now: Callable[[], datetime] = utc_now

    @property
    def today(self) -> date:
        """The date on the clinic's wall."""
        return self.local(self.now()).date()

    @property
    def midnight(self) -> datetime:
        """When today began."""
        return datetime.combine(self.today, time(), self.zone)

    def local(self, moment: datetime) -> datetime:
        """On the clinic's clock; a naive moment is taken to be so already."""
        return moment.replace(tzinfo=self.zone) if moment.tzinfo is None else moment.astimezone(self.zone)
