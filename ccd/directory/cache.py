"""What a source said lately, so that it need not be asked again.

For a while an answer is as good as new; for a while longer it is shown at once, and the source asked
anew meanwhile.  "Nobody has this number" is kept for less long and never shown old.  Errors are not
answers: nobody puts them here.  No clock: the moment is given, in seconds.
"""

from collections import OrderedDict
from dataclasses import dataclass

from ccd.directory.model import Patient

SIZE = 10_000
"""Numbers that are kept of one source, those asked for last."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer from the cache; ``fresh`` when the source need not be asked."""

    patients: tuple[Patient, ...]
    fresh: bool


class Cache:
    """Answers by number.  ``fresh``, ``stale`` and ``nobody`` are seconds; ``size`` numbers at most."""

    def __init__(self, *, fresh: float, stale: float, nobody: float, size: int = SIZE) -> None:
        self._fresh = fresh
        self._stale = stale
        self._nobody = nobody
        self._size = size
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
            del self._kept[e164]
            return None
        self._kept.move_to_end(e164)
        return Kept(patients, now - at < fresh)

    def put(self, e164: str, patients: tuple[Patient, ...], now: float) -> None:
        """Keep what the source said; beyond the size, whoever was not asked for longest is forgotten."""
        self._kept[e164] = now, patients
        self._kept.move_to_end(e164)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def forget(self, e164: str) -> None:
        """What is kept of the number is no longer true."""
        self._kept.pop(e164, None)
