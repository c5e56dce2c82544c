"""What the clinic decides about its figures: thresholds and prices."""

from dataclasses import dataclass
from datetime import timedelta

from ccd.calls.ids import QueueName

REACH = timedelta(hours=24)
"""How long after a call another one of the same number has to do with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Facts depend on these: where one changes, facts are made again."""

    answer_within: float = 20
    """The service level's threshold, in seconds."""
    short_below: float = 5
    """An abandon after fewer seconds is a short one."""
    booked: tuple[str, ...] = ("booked",)
    """Outcomes that mean a booking, those below them (``booked.repeat``) included."""
    doctors_queue: QueueName = QueueName("")

    def books(self, outcome: str) -> bool:
        """Whether a call with this outcome was one of those."""
        return any(outcome == one or outcome.startswith(f"{one}.") for one in self.booked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a lost call costs, in the clinic's currency."""

    new_patient: float = 0
    known_patient: float = 0
