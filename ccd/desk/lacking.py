"""Which calls lack the outcome that the clinic requires: held here, whatever a page believes.

What is written without one is kept all the same: a note is worth more than a rule about it.
"""

from ccd.calls.record import CallRecord, Disposition, State
from ccd.settings.models import Desk


class Required:
    """What has to be said of a call that somebody talked in, by the settings of the desk."""

    def __init__(self, settings: Desk) -> None:
        self._outcome = settings.outcome_required

    def lacks(self, call: CallRecord) -> bool:
        """True when it is over, and has no outcome."""
        over = call.state is State.ENDED and call.disposition is Disposition.ANSWERED
        return over and self.wants(call.outcome)

    def wants(self, outcome: str) -> bool:
        """True when this is none, and one is required."""
        return self._outcome and not outcome
