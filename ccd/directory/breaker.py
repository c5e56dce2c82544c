"""When a source that fails is left alone, and when it is tried again.

``closed``: it is asked.  After so many failures in a row ``open``: it is not.  After a pause ``half
open``: one question alone tries whether it works again; its success closes the breaker, its failure
begins the pause anew.  No clock here: the moment is given, in seconds of any clock that only goes on.
"""

from enum import StrEnum


class State(StrEnum):
    """What the breaker lets through: everything, nothing, one question."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half open"


class Breaker:
    """Opens after ``failures`` in a row, for ``pause`` seconds.

    Each question takes a ticket and gives it back with what came of it: an old question, asked
    before the breaker opened and given up long after, says nothing about the source of today.
    """

    def __init__(self, failures: int, pause: float) -> None:
        self._limit = failures
        self._pause = pause
        self.failures = 0
        """In a row, up to now."""
        self._opened_at: float | None = None
        self._probe: int | None = None
        self._last = 0
        self._counts_from = 0

    @property
    def open(self) -> bool:
        """Whether it opened and did not close since."""
        return self._opened_at is not None

    def state(self, now: float) -> State:
        """What it is at this moment."""
        if self._opened_at is None:
            return State.CLOSED
        return State.OPEN if now - self._opened_at < self._pause else State.HALF_OPEN

    def admit(self, now: float) -> int | None:
        """A ticket for one question; None when the source is to be left alone."""
        state = self.state(now)
        if state is State.OPEN or (state is State.HALF_OPEN and self._probe is not None):
            return None
        self._last += 1
        if state is State.HALF_OPEN:
            self._probe = self._last
        return self._last

    def succeeded(self, ticket: int) -> None:
        """It answered: whatever was before, it works.  An answer to an old question closes nothing."""
        if self._opened_at is None or ticket == self._probe:
            self.failures = 0
        if ticket == self._probe:
            self._opened_at, self._probe, self._counts_from = None, None, ticket

    def failed(self, ticket: int, now: float) -> None:
        """It did not."""
        if ticket == self._probe or (self._opened_at is None and ticket >= self._counts_from):
            self.failures += 1
            if ticket == self._probe or self.failures >= self._limit:
                self._opened_at, self._probe = now, None
