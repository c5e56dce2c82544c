"""Where visits are booked in the tests: a schedule whose answers are lost on demand, and a journal."""

from collections.abc import Callable
from datetime import datetime

from ccd.bookings.owner import Owner
from ccd.bookings.placing import Bookings
from ccd.directory.orders import Placed
from tests.fakes.booking import FakeJournal, FakeSchedule


class Reception:
    """``schedule.lose`` and ``journal.down`` are what goes wrong; ``changed`` the orders that were done."""

    def __init__(self, clock: Callable[[], datetime], *, patience: float = 0.3) -> None:
        self.schedule = FakeSchedule(hours=6, begin=clock())
        self.journal = FakeJournal()
        self.changed: list[Placed] = []
        self.bookings = Bookings(
            [Owner(self.schedule, late=0)],
            self.journal,
            clock=clock,
            changed=self.changed.append,
            patience=patience,
        )
