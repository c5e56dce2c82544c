"""Free hours, and taking one for a patient: what a source that owns a schedule can do.

A source without these methods only tells who is calling.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from ccd.directory.model import Origin, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A free hour of a doctor.  Moments are in UTC; ``slot_id`` is the source's own, unique in it."""

    slot_id: str
    starts_at: datetime
    ends_at: datetime | None
    doctor: str
    specialty: str
    place: str = ""
    origin: Origin = field(default=Origin(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotQuery:
    """Which free hours: from ``since`` to before ``until``; empty texts do not limit.

    Texts are compared without regard to case; a source may give more than was asked for, and whoever asks
    leaves out what does not fit.
    """

    since: datetime
    until: datetime
    specialty: str = ""
    doctor: str = ""
    text: str = ""
    """Each of its words is a part of the specialty or of the doctor's name."""
    most: int = 100

    def fits(self, slot: Slot) -> bool:
        """Whether this is one of those that are asked for."""
        words = folded(f"{slot.specialty}\n{slot.doctor}")
        return (
            self.since <= slot.starts_at < self.until
            and folded(self.specialty) in folded(slot.specialty)
            and folded(self.doctor) in folded(slot.doctor)
            and all(word in words for word in folded(self.text).split())
        )


def folded(text: str) -> str:
    """A text as texts are compared: without case, and е for ё.

    >>> folded("Ёлкина")
    'елкина'
    """
    return text.casefold().replace("ё", "е")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be booked.  ``key`` is new for each order, so that a repeated one books nothing twice."""

    key: str
    slot_id: str
    patient_id: str
    """As the source that owns the slot knows the patient."""
    comment: str = ""


class SlotTakenError(Exception):
    """Someone else has it, or there is no such slot any more: surely nothing was booked."""


class NotBookedError(Exception):
    """The source refused, or was never reached: surely nothing has changed."""


class NotReachedError(NotBookedError):
    """The source was not reached: it said nothing, of what it did before neither."""


class UnsureError(Exception):
    """The answer was lost: the source may have done it.  ``Booking.booked`` tells."""


@runtime_checkable
class Booking(Protocol):
    """A source that owns a schedule."""

    name: str

    async def slots(self, query: SlotQuery) -> Sequence[Slot]:
        """Free hours, the soonest first; raises DirectoryError."""
        ...

    async def book(self, order: Order) -> Visit:
        """Take the slot, all or nothing; raises SlotTakenError, NotBookedError, UnsureError."""
        ...

    async def move(self, visit_id: str, order: Order) -> Visit:
        """Take the slot and give the visit's old one back, all or nothing; raises as ``book``."""
        ...

    async def cancel(self, visit_id: str, key: str) -> None:
        """Cancel the visit, its hour is free again; twice is no error.

        Raises NotBookedError, UnsureError.
        """
        ...

    async def booked(self, key: str) -> Visit | None:
        """The visit that the order with this key made, None when it made none; raises DirectoryError."""
        ...
