"""Rows of free hours, as the schedule will hold them."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

from ccd.directory import csv_cells as cells
from ccd.directory import csv_words
from ccd.directory.booking import Slot
from ccd.directory.csv_rows import Row

_NO_TIME = datetime.min.replace(tzinfo=UTC)
_LONGEST = timedelta(days=1)


class Slots:
    """Collects the hours of all files; one that stands twice is refused."""

    def __init__(self, *, tz: tzinfo) -> None:
        self._moment_of = partial(cells.moment, zone=tz)
        self._found: dict[str, tuple[Slot, str]] = {}

    @property
    def found(self) -> tuple[Slot, ...]:
        """Everything collected."""
        return tuple(slot for slot, _place in self._found.values())

    def add(self, row: Row) -> None:
        """A row of slots; without an id, doctor and beginning are one."""
        begins = row.take("starts_at", self._moment_of, _NO_TIME)
        doctor = row.take("doctor", csv_words.required, "")
        slot = Slot(
            slot_id=row.take("slot_id", str, "") or f"{doctor} {begins.astimezone(UTC):%Y-%m-%dT%H:%MZ}",
            starts_at=begins,
            ends_at=row.take("ends_at", self._end_of, None),
            doctor=doctor,
            specialty=row.take("specialty", str, ""),
            place=row.take("place", str, ""),
        )
        self._check(row, slot)
        if row.sound:
            self._found[slot.slot_id] = (slot, f"{row.file}:{row.line}")

    def _check(self, row: Row, slot: Slot) -> None:
        if row.sound and slot.slot_id in self._found:
            place = self._found[slot.slot_id][1]
            row.refuse(f'"{slot.slot_id}" stands already in {place}', "slot_id")
        if row.sound and slot.ends_at and not timedelta() < slot.ends_at - slot.starts_at <= _LONGEST:
            row.refuse("must be after starts_at, and at most a day", "ends_at")

    def _end_of(self, text: str) -> datetime | None:
        return self._moment_of(text) if text else None
