"""A source asked about one order: to carry it out, or whether it did.  Whatever it says is an outcome."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from ccd.bookings.owner import LONGEST, Owner, carry_out, sound
from ccd.directory.booking import Booking, NotBookedError, NotReachedError, SlotTakenError
from ccd.directory.orders import OrderKind, OrderState, Placed, Why, done, refused, unsure
from ccd.directory.sentences import sentence

log = structlog.get_logger()


class Asking:
    """Asks ``owners``, by their sources' names.  Writes nothing down, and raises nothing of a source's."""

    def __init__(self, owners: Mapping[str, Owner], clock: Callable[[], datetime]) -> None:
        self._owners = owners
        self._clock = clock

    async def carried_out(self, placed: Placed, *, again: bool = False) -> Placed:
        """The order as its source leaves it.  Whatever is not surely one of both outcomes is unsure.

        ``again``: a source that is not reached now may have done it before.
        """
        try:
            async with asyncio.timeout(LONGEST):
                made = sound(placed, await carry_out(self._owners[placed.source].source, placed))
        except SlotTakenError:
            return refused(placed, Why.TAKEN, self._clock())
        except NotBookedError as error:
            log.info("order refused", **_about(placed, error))
            if again and isinstance(error, NotReachedError):
                return unsure(placed)
            return refused(placed, Why.REFUSED, self._clock())
        except Exception as error:  # noqa: BLE001 - a source that broke may have done it
            log.warning("order's answer lost", **_about(placed, error))
            return unsure(placed)
        return done(placed, made, self._clock())

    async def found_out(self, placed: Placed, asked_until: datetime) -> Placed:
        """What the source says that it did; a cancelled visit may be cancelled twice.

        ``asked_until``: when it may have been asked last.  Its "no" counts once it cannot be late any more.
        """
        owner = self._owners.get(placed.source)
        if owner is None:
            return placed
        if placed.kind is OrderKind.CANCEL:
            after = await self.carried_out(placed, again=True)
        else:
            after = await self._told(placed, owner.source)
        late = self._clock() - asked_until >= timedelta(seconds=owner.late)
        return placed if after.state is OrderState.REFUSED and not late else after

    async def _told(self, placed: Placed, source: Booking) -> Placed:
        """The order as its source says that it left it; as it is while that cannot be asked."""
        try:
            async with asyncio.timeout(LONGEST):
                made = await source.booked(placed.key)
                made = made if made is None else sound(placed, made)
        except Exception as error:  # noqa: BLE001 - a source that breaks is asked again
            log.warning("order cannot be checked", **_about(placed, error))
            return placed
        if made is None:
            return refused(placed, Why.LOST, self._clock())
        return done(placed, made, self._clock())


def _about(placed: Placed, error: Exception) -> dict[str, str]:
    return {"key": placed.key, "source": placed.source, "error": sentence(error, placed.number)}
