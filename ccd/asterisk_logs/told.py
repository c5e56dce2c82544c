"""An event with its place among a call's rows: queue_log's beside the row of CEL that it goes with."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from ccd.asterisk_logs.cel import CelRow
from ccd.asterisk_logs.offers import offers
from ccd.asterisk_logs.queue_log import QueueRow
from ccd.asterisk_logs.stories import Story
from ccd.asterisk_logs.swaps import swaps
from ccd.calls.events import CallEvent
from ccd.calls.ids import Phone, UniqueId

BEFORE, AT, AFTER = -1, 0, 1
SLACK = timedelta(seconds=2)
"""queue_log's seconds are cut, and it is written a moment before or after CEL."""


class Told(NamedTuple):
    """``place`` is the row's number, ``side`` whether it was before or after it."""

    place: int
    side: int
    event: CallEvent


def _names(queue: Iterable[QueueRow]) -> dict[UniqueId, str]:
    """The members who answered, by the channel of their phone."""
    return {UniqueId(row.data[1]): row.agent for row in queue if row.event == "CONNECT" and row.data[1:]}


class Scene:
    """One story, with what is asked of it again and again."""

    def __init__(self, story: Story, agents: Mapping[Phone, str]) -> None:
        self.agents = agents
        self.rows: Sequence[CelRow] = tuple(story.cel())
        self.queue = story.queue
        self.offers = offers(self.rows)
        self.places: dict[UniqueId, list[int]] = {}
        for place, row in enumerate(self.rows):
            self.places.setdefault(row.unique_id, []).append(place)
        self.names = _names(story.queue)
        self.swaps = swaps(self.rows)
        """Where somebody took a Local channel's place, and that channel."""
        self._successors = {gone: self.rows[place].unique_id for place, gone in self.swaps.items()}
        self.forwarded = {leg: one.instead_of for leg, one in self.offers.items() if one.instead_of}
        """Where phones forwarded their calls: the Local channel that went on, and the phone's leg."""
        self._times = [row.at for row in self.rows]

    def of(self, leg: UniqueId, *kinds: str) -> list[int]:
        """The places of a channel's rows of these kinds."""
        return [place for place in self.places.get(leg, ()) if self.rows[place].kind in kinds]

    def successor(self, leg: UniqueId) -> UniqueId:
        """Who took this channel's place in the end when it was optimised away, or itself."""
        for _ in self._successors:
            leg = self._successors.get(leg, leg)
        return leg

    def first(self, leg: UniqueId, *kinds: str) -> int | None:
        """The first of them."""
        return next(iter(self.of(leg, *kinds)), None)

    def near(
        self, at: datetime, places: Sequence[int], fits: Callable[[CelRow], bool] = lambda _row: True
    ) -> int | None:
        """The last of these places that can be what queue_log wrote at this second."""
        near = [
            place for place in places if abs(self.rows[place].at - at) <= SLACK and fits(self.rows[place])
        ]
        return near[-1] if near else None

    def by_clock(self, at: datetime) -> int:
        """The place of the last row until this second's end."""
        return max(0, bisect_right(self._times, at + timedelta(seconds=1)) - 1)

    def named(self, channel: str, place: int) -> UniqueId | None:
        """The channel that had this name at this place."""
        rows = (self.rows[at] for at in range(place, -1, -1))
        return next((row.unique_id for row in rows if channel and row.channel == channel), None)
