"""How much else goes on: a turn waits for a quiet moment, and the report says how quiet it was.

The machine may be shared; ratios of alternating turns stand some of that, percentiles do not.
"""

import resource
import time

import psutil

QUIET = 15.0
"""Percent of the machine that may be busy when a turn begins."""
LONGEST = 2.5
"""Seconds that a turn waits for it."""


def wait() -> None:
    """Return in a quiet moment, or when there was none for a while."""
    end = time.monotonic() + LONGEST
    while psutil.cpu_percent(interval=0.2) > QUIET and time.monotonic() < end:
        pass


class Others:
    """What other processes use from now on."""

    def __init__(self) -> None:
        self._began, self._busy, self._own = time.monotonic(), _busy(), _own()

    @property
    def cores(self) -> float:
        """The mean number of cores that they kept busy."""
        theirs = (_busy() - self._busy) - (_own() - self._own)
        return max(0.0, theirs) / (time.monotonic() - self._began)


def _busy() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))


def _own() -> float:
    """This process and its children's, also of those that ended."""
    ended = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    total = sum(usage.ru_utime + usage.ru_stime for usage in ended)
    for child in psutil.Process().children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total
