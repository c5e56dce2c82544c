"""Against guessing passwords, without letting a guesser lock anybody else out.

Only failures count, for five minutes.  A browser in which this user has signed in before answers
for its own failures alone, whatever others do.  Any other browser is a stranger: it is slowed down
by its address and user, by the user, and, when its address failed for many users, at a user's
first failure there; a correct password for a user who did not fail there still passes.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

WINDOW = 300.0
TRIES = 5
"""Of one browser or address, for one user."""
PER_USER = 20
"""Of strangers from anywhere, for one user."""
PER_ADDRESS = 40
"""Of strangers from one address, for any users."""
_KEYS = 10_000

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """Who tries to sign in from where; ``browser`` is empty unless the user has signed in there."""

    user: str
    address: str
    browser: str = ""

    @property
    def own(self) -> Key:
        """What answers for this try in the first place."""
        return ("browser", self.browser, self.user) if self.browser else ("pair", self.address, self.user)


class SignIns:
    """Which tries must wait."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._failures = Failures(WINDOW, clock)

    def wait(self, one: Try) -> int:
        """Seconds until this may be tried; 0 when it may be now."""
        if one.browser:
            return self._failures.wait(one.own, TRIES)
        crowded = self._failures.wait(("address", one.address), PER_ADDRESS) > 0
        return max(
            self._failures.wait(one.own, 1 if crowded else TRIES),
            self._failures.wait(("user", one.user), PER_USER),
        )

    def failed(self, one: Try) -> None:
        """The password was wrong."""
        self._failures.add(one.own)
        if not one.browser:
            self._failures.add(("address", one.address))
            self._failures.add(("user", one.user))

    def passed(self, one: Try) -> None:
        """It went well after all."""
        self._failures.forget(one.own)


class Failures:
    """Counts failures in a sliding window; forgets the oldest keys first, so memory is bounded."""

    def __init__(self, window: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._window = window
        self._clock = clock
        self._times: OrderedDict[Key, list[float]] = OrderedDict()

    def wait(self, key: Key, limit: int) -> int:
        """Seconds until there are fewer than ``limit`` failures; 0 when there are now."""
        times = self._recent(key)
        if len(times) < limit:
            return 0
        return max(1, round(times[-limit] + self._window - self._clock()))

    def add(self, key: Key) -> None:
        """One more failure."""
        self._times[key] = [*self._recent(key), self._clock()][-PER_ADDRESS:]
        self._times.move_to_end(key)
        if len(self._times) > _KEYS:
            self._times.popitem(last=False)

    def forget(self, key: Key) -> None:
        """As if it had never failed."""
        self._times.pop(key, None)

    def _recent(self, key: Key) -> list[float]:
        earliest = self._clock() - self._window
        return [at for at in self._times.get(key, ()) if at > earliest]
