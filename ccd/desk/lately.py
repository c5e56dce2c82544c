"""What happened lately with a number, gathered for the card: its calls, its reminder, its promises."""

import asyncio
from collections.abc import Sequence

import structlog

from ccd.callbacks.promise import Promise
from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord
from ccd.desk.card import Json
from ccd.desk.clinic import Clinic, millis
from ccd.desk.ports import PromiseBook
from ccd.desk.sight import EVERYTHING, Unseen
from ccd.desk.why import Why, causes
from ccd.directory.phones import normalise
from ccd.ports.calls import HistorySource

log = structlog.get_logger()

_PATIENCE = 2.0
"""Seconds for the promises: without them the other causes are still told."""


class Lately:
    """Asks for what the calls alone do not tell; what cannot be read is left out."""

    def __init__(self, *, history: HistorySource, promises: PromiseBook, clinic: Clinic) -> None:
        self._history = history
        self._promises = promises
        self._clinic = clinic

    async def whys(
        self, number: str, calls: Sequence[CallRecord], but: LinkedId, unseen: Unseen = EVERYTHING
    ) -> list[Json]:
        """Why this number may be calling now, the likeliest first; ``but`` is the call that asks.

        Who sees no visits is not told of a reminder, either: it is of a visit.
        """
        e164 = normalise(number, self._clinic.region).e164
        if not e164:
            return []
        now = self._clinic.now()
        history, promises = await asyncio.gather(self._history.history(e164, now, but), self._of(e164))
        earlier = [call for call in calls if call.call_id != but]
        reminded_at = None if "visits" in unseen else history.reminded_at
        return [_json(why) for why in causes(earlier, reminded_at, promises, now)]

    async def _of(self, e164: str) -> list[Promise]:
        try:
            async with asyncio.timeout(_PATIENCE):
                live = await self._promises.live()
        except Exception:
            log.exception("promises not read")
            return []
        return [one for one in live if normalise(one.number, self._clinic.region).e164 == e164]


def _json(why: Why) -> Json:
    return {"kind": why.cause, "at": millis(why.at), "agent": why.agent}
