"""Free hours of every source that owns a schedule, asked at once, under one deadline."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog

from ccd.directory.booking import Booking, Slot, SlotQuery
from ccd.directory.model import Origin
from ccd.directory.sentences import sentence

_log = structlog.get_logger(__name__)

_LONGEST = 300
"""Letters of any text of a slot; one with more is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Free hours, the soonest first.  ``failed`` names the sources that gave no answer in time."""

    slots: tuple[Slot, ...] = ()
    failed: tuple[str, ...] = ()


async def free_hours(sources: Sequence[Booking], query: SlotQuery, deadline: float) -> Hours:
    """What fits the query, ``query.most`` at most.  Never raises; no later than ``deadline`` seconds."""
    tasks = [asyncio.create_task(_slots(source, query), name=source.name) for source in sources]
    if tasks:
        await asyncio.wait(tasks, timeout=deadline)
    answers = {task.get_name(): _answer(task) for task in tasks}
    found = [slot for slots in answers.values() for slot in slots or ()]
    found.sort(key=lambda slot: (slot.starts_at, slot.doctor))
    failed = tuple(name for name, slots in answers.items() if slots is None)
    return Hours(slots=tuple(found[: query.most]), failed=failed)


async def _slots(source: Booking, query: SlotQuery) -> list[Slot]:
    found = [slot for slot in await source.slots(query) if _sound(slot) and query.fits(slot)]
    return [replace(slot, origin=Origin(source.name, slot.origin.at)) for slot in found]


def _answer(task: asyncio.Task[list[Slot]]) -> list[Slot] | None:
    """One source's hours; None, and a line in the log, when there are none to be had."""
    if not task.done():
        task.cancel()
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        _log.warning("free hours not to be had in time", source=task.get_name())
        return None
    if error := task.exception():
        _log.warning("free hours not to be had", source=task.get_name(), error=sentence(error))
        return None
    return task.result()


def _sound(slot: Slot) -> bool:
    """A source may say anything."""
    moments: tuple[Any, ...] = (slot.starts_at, slot.ends_at or slot.starts_at)
    texts: tuple[Any, ...] = (slot.slot_id, slot.doctor, slot.specialty, slot.place)
    return (
        bool(slot.slot_id)
        and all(isinstance(moment, datetime) and moment.tzinfo is not None for moment in moments)
        and all(isinstance(text, str) and len(text) <= _LONGEST for text in texts)
    )
