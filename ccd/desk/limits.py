"""Against guessing passwords: so many failures in so many seconds, counted by any key."""

import time
from collections import OrderedDict
from collections.abc import Callable

_KEYS = 10_000


class Failures:
    """Counts failures in a sliding window; forgets the oldest keys first, so memory is bounded."""

    def __init__(self, limit: int, window: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._window = window
        self._clock = clock
        self._times: OrderedDict[str, list[float]] = OrderedDict()

    def wait(self, key: str) -> int:
        """Seconds until another try is allowed; 0 when it is now."""
        times = self._recent(key)
        if len(times) < self._limit:
            return 0
        return max(1, round(times[-self._limit] + self._window - self._clock()))

    def add(self, key: str) -> None:
        """One more failure."""
        self._times[key] = [*self._recent(key), self._clock()][-self._limit :]
        self._times.move_to_end(key)
        if len(self._times) > _KEYS:
            self._times.popitem(last=False)

    def forget(self, key: str) -> None:
        """It went well after all."""
        self._times.pop(key, None)

    def _recent(self, key: str) -> list[float]:
        earliest = self._clock() - self._window
        return [at for at in self._times.get(key, ()) if at > earliest]
