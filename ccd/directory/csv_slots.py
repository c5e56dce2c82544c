"""Rows of free hours, as the schedule will hold them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Any

from ccd.directory import csv_cells as cells
from ccd.directory import csv_words
from ccd.directory.booking import Slot
from ccd.directory.csv_blocks import Block

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

    def add(self, block: Block) -> None:
        """Rows of slots; without an id, doctor and beginning are one."""
        columns: dict[str, Sequence[Any]] = {
            "slot_id": block.take("slot_id", str, ""),
            "starts_at": block.take("starts_at", self._moment_of, _NO_TIME),
            "ends_at": block.take("ends_at", self._end_of, None),
            "doctor": block.take("doctor", csv_words.required, ""),
            "specialty": block.take("specialty", str, ""),
            "place": block.take("place", str, ""),
        }
        wrong = block.wrong()
        for row, values in enumerate(zip(*columns.values(), strict=True)):
            if block.line(row) not in wrong:
                self._add(block, row, _named(Slot(**dict(zip(columns, values, strict=True)))))

    def _add(self, block: Block, row: int, slot: Slot) -> None:
        if slot.slot_id in self._found:
            place = self._found[slot.slot_id][1]
            block.refuse(row, f'"{slot.slot_id}" stands already in {place}', "slot_id")
        elif slot.ends_at and not timedelta() < slot.ends_at - slot.starts_at <= _LONGEST:
            block.refuse(row, "must be after starts_at, and at most a day", "ends_at")
        else:
            self._found[slot.slot_id] = (slot, f"{block.file}:{block.line(row)}")

    def _end_of(self, text: str) -> datetime | None:
        return self._moment_of(text) if text else None


def _named(slot: Slot) -> Slot:
    own = f"{slot.doctor} {slot.starts_at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
    return slot if slot.slot_id else replace(slot, slot_id=own)
