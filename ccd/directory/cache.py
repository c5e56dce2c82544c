"""What a source said lately, so that it need not be asked again.

For a while an answer is as good as new; for a while longer it is shown at once, and the source asked
anew meanwhile.  "Nobody has this number" is kept for less long and never shown old.  Errors are not
answers: nobody puts them here.  No clock: the moment is given, in seconds.
"""

from collections import OrderedDict
from dataclasses import dataclass

from ccd.directory.bounds import size
from ccd.directory.model import Patient

SIZE = 10_000
"""Numbers that are kept of one source, those asked for last."""
FACTS = 500_000
"""Facts that are kept of them all: some 200 MB, however many services each policy lists."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer from the cache; ``fresh`` when the source need not be asked."""

    patients: tuple[Patient, ...]
    fresh: bool


class Cache:
    """Answers by number.  ``fresh``, ``stale``, ``nobody`` are seconds; ``size`` and ``facts`` its bounds."""

    def __init__(
        self, *, fresh: float, stale: float, nobody: float, size: int = SIZE, facts: int = FACTS
    ) -> None:
        self._fresh = fresh
        self._stale = stale
        self._nobody = nobody
        self._size = size
        self._most = facts
        self._facts = 0
        self._kept: OrderedDict[str, tuple[float, tuple[Patient, ...]]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, e164: str, now: float) -> Kept | None:
        """What is known of the number; what is too old to be shown is forgotten."""
        found = self._kept.get(e164)
        if found is None:
            return None
        at, patients = found
        fresh, shown = (self._fresh, self._fresh + self._stale) if patients else (self._nobody,) * 2
        if now - at >= shown:
            self.forget(e164)
            return None
        self._kept.move_to_end(e164)
        return Kept(patients, now - at < fresh)

    def put(self, e164: str, patients: tuple[Patient, ...], now: float) -> None:
        """Keep what the source said; beyond the bounds, whoever was not asked for longest is forgotten."""
        self.forget(e164)
        self._kept[e164] = now, patients
        self._facts += _weight(patients)
        while len(self._kept) > self._size or self._facts > self._most:
            self.forget(next(iter(self._kept)))

    def forget(self, e164: str) -> None:
        """What is kept of the number is no longer true."""
        found = self._kept.pop(e164, None)
        if found is not None:
            self._facts -= _weight(found[1])


def _weight(patients: tuple[Patient, ...]) -> int:
    return sum(map(size, patients))
