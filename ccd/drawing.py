"""The rules in use as a picture, with a period's calls on them."""

from collections.abc import Callable
from datetime import datetime

from ccd.ports import CallArchive
from ccd.routing.picture import picture
from ccd.routing.ruleset import RuleSet
from ccd.routing.svg import svg
from ccd.routing.tally import tally

_MOST = 20_000
"""Calls that are counted, the newest of the period: who looks at a page does not wait for more."""


class Drawing:
    """``rules`` gives the rules in use."""

    def __init__(self, rules: Callable[[], RuleSet], archive: CallArchive) -> None:
        self._rules = rules
        self._archive = archive

    async def __call__(self, since: datetime, until: datetime | None) -> str:
        """An SVG; ``until`` is not included, None is now.  Raises StoreError."""
        records = await self._archive.calls(since=since, limit=_MOST)
        counted = (one for one in records if until is None or (one.arrived_at and one.arrived_at < until))
        return svg(picture(self._rules(), tally(counted)), "routing")
