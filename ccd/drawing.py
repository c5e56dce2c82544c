"""The rules in use as a picture, with a period's calls on them."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from ccd.calls.record import CallRecord
from ccd.ports.calls import CallArchive
from ccd.routing.labels import Say
from ccd.routing.picture import picture
from ccd.routing.ruleset import RuleSet
from ccd.routing.svg import svg
from ccd.routing.tally import tally

_MOST = 20_000
"""Calls that are counted, the newest of the period: who looks at a page does not wait for more."""
_FRESH = 30.0
"""Seconds for which a picture is shown again as it was drawn."""
_Period = tuple[datetime, datetime | None]


class Drawing:
    """``rules`` gives the rules in use; ``clock`` is in seconds."""

    def __init__(
        self, rules: Callable[[], RuleSet], archive: CallArchive, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rules = rules
        self._archive = archive
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._drawn: dict[tuple[RuleSet, _Period, Say], tuple[float, str]] = {}

    async def __call__(self, since: datetime, until: datetime | None, say: Say) -> str:
        """An SVG in the words of ``say``; ``until`` is not included, None is now.  Raises StoreError."""
        async with self._one_at_a_time:
            rules, now = self._rules(), self._clock()
            self._drawn = {key: one for key, one in self._drawn.items() if now - one[0] < _FRESH}
            key = (rules, (since, until), say)
            if key not in self._drawn:
                records = await self._archive.calls(since=since, limit=_MOST)
                self._drawn[key] = now, await asyncio.to_thread(_draw, rules, records, until, say)
            return self._drawn[key][1]


def _draw(rules: RuleSet, records: Sequence[CallRecord], until: datetime | None, say: Say) -> str:
    """Takes long for many calls: not for the loop."""
    counted = (one for one in records if until is None or (one.arrived_at and one.arrived_at < until))
    return svg(picture(rules, tally(counted), say), say("title"))
