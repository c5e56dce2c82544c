"""Where the facts of a card come from: each source and moment once, the facts point there."""

from typing import Any

from ccd.desk.clinic import Clinic, millis
from ccd.directory.model import Origin

Json = dict[str, Any]


class Origins:
    """The origins of one person's facts, in the order in which they were met."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic
        self._places: dict[tuple[str, int | None], int] = {}

    def place(self, origin: Origin) -> int | None:
        """Where this one stands in the list; None when nobody said where the fact comes from."""
        if not origin.source:
            return None
        at = None if origin.at is None else millis(self._clinic.local(origin.at))
        return self._places.setdefault((origin.source, at), len(self._places))

    def json(self) -> list[Json]:
        """All of them: the source's name, and when it said so (None: nobody knows)."""
        return [{"source": source, "at": at} for source, at in self._places]
