"""The source that owns a schedule: asked to carry an order out."""

from dataclasses import dataclass

from ccd.directory.booking import Booking, UnsureError
from ccd.directory.bounds import check_moment
from ccd.directory.model import Visit
from ccd.directory.orders import OrderKind, Placed

LONGEST = 60.0
"""Seconds for a source's answer to an order, after which it counts as lost."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A source that owns a schedule."""

    source: Booking
    late: float = 2 * LONGEST
    """Seconds in which it may still carry out an order after ccd gave it up; its "no" counts afterwards."""


def sound(placed: Placed, made: object) -> Visit | None:
    """The visit that an order made, if it is one; raises UnsureError: a source may say anything."""
    if placed.kind is OrderKind.CANCEL:
        return None
    if not isinstance(made, Visit):
        raise UnsureError(f"the source answered with {type(made).__name__} in place of a visit")
    check_moment(made.starts_at)
    return made


async def carry_out(source: Booking, placed: Placed) -> Visit | None:
    """Ask for what the order wishes; raises what the source raises."""
    if placed.kind is OrderKind.BOOK:
        return await source.book(placed.order)
    if placed.kind is OrderKind.MOVE:
        return await source.move(placed.visit_id, placed.order)
    await source.cancel(placed.visit_id, placed.key)
    return None
