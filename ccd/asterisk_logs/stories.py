"""Rows that belong together: everything of one call, until its last channel is gone.

Asterisk may give a channel another linkedid when calls meet, so what shares a channel or a linkedid is
one story; so are two calls of which a transfer says that the one was passed on to the other.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from math import inf

from ccd.asterisk_logs.cel import CelRow
from ccd.asterisk_logs.queue_log import QueueRow
from ccd.retold import LogMarks

SETTLE = timedelta(seconds=3)
"""How long after a call's last channel more may be written about it: the two files are not in step."""
LONGEST = timedelta(days=1)
"""How long a channel of whose end nothing is written is waited for."""

_CLOCK_SET = timedelta(minutes=1)
"""A row so far ahead of now was written before the clock was set back: nothing more is waited for."""
_AT_ONCE = 100
"""Channels by whose count the order of two rows may differ from that of their numbers."""
_NUMBERED = re.compile(r".*[0-9]\.([0-9]{1,10})", re.ASCII)


@dataclass(eq=False, slots=True)
class Story:
    """The rows of one call (of several, when they met), in the order in which they were written."""

    before: LogMarks
    number: int
    rows: list[tuple[int, CelRow]] = field(default_factory=list)
    queue: list[QueueRow] = field(default_factory=list)
    alive: set[str] = field(default_factory=set)
    last: datetime | None = None
    cut: bool = False
    """True when its end was not written: Asterisk ended first."""
    headless: bool = False
    """True when its beginning stands in a file that is gone: who called is not told."""

    @property
    def began(self) -> datetime:
        """When the first row was written."""
        return self.rows[0][1].at

    def names(self) -> set[str]:
        """Its channels and linkedids."""
        return {name for row in self.cel() for name in (row.unique_id, row.linked_id)}

    def cel(self) -> Iterator[CelRow]:
        """The events of its channels."""
        return (row for _, row in self.rows)


class Stories:
    """The calls that are not over yet, as far as the logs were read."""

    def __init__(self) -> None:
        self._of: dict[str, Story] = {}
        self._numbers = count()
        self._channels = -1
        self._anew = -1
        """The place at which Asterisk began to count its channels anew, and how far it has counted."""

    def __len__(self) -> int:
        return len(self._open())

    def add(self, row: CelRow, before: LogMarks) -> None:
        """One row more."""
        if row.kind == "CHAN_START":
            self._counted(row)
        story = self._join(row, before)
        story.rows.append((next(self._numbers), row))
        story.last = max(story.last or row.at, row.at)
        if row.kind == "CHAN_START":
            story.alive.add(row.unique_id)
        elif row.kind == "CHAN_END":
            story.alive.discard(row.unique_id)

    def add_queue(self, row: QueueRow) -> None:
        """What a queue did; with a caller of whom CEL tells nothing, it says nothing."""
        if row.event == "QUEUESTART":
            self._restarted(row.at)
        elif story := self._of.get(row.unique_id):
            story.queue.append(row)

    def over(self, now: datetime) -> list[Story]:
        """The calls that were over a while before ``now``, no longer kept here."""
        ended = []
        for story in self._open():
            if story.alive and now - story.began > LONGEST:
                story.cut = True
                story.alive.clear()
            if not story.alive and story.last and _settled(story.last, now):
                ended.append(story)
        self._forget(ended)
        return ended

    def forget(self) -> None:
        """They are read again from where they began."""
        self._of.clear()

    def marks(self, now: LogMarks) -> LogMarks:
        """From where all of the calls that are not over can be read again; ``now``: where the reading is."""
        oldest = min(self._open(), key=lambda story: story.number, default=None)
        return oldest.before if oldest else now

    @property
    def oldest(self) -> float:
        """The place of the oldest call that is not over; infinite without one."""
        return min((story.number for story in self._open()), default=inf)

    def names(self) -> set[str]:
        """The channels and linkedids of the calls that are not over."""
        return set(self._of)

    def _open(self) -> list[Story]:
        return list(dict.fromkeys(self._of.values()))

    def _forget(self, ended: list[Story]) -> None:
        gone = set(ended)
        self._of = {name: story for name, story in self._of.items() if story not in gone}

    def _join(self, row: CelRow, before: LogMarks) -> Story:
        known = list(dict.fromkeys(self._of[name] for name in _named(row) if name in self._of))
        story = known[0] if known else Story(before, next(self._numbers), headless=not _begins(row))
        for other in known[1:]:
            story = self._merged(story, other)
        self._of[row.unique_id] = self._of[row.linked_id] = story
        return story

    def _merged(self, one: Story, other: Story) -> Story:
        older, newer = sorted((one, other), key=lambda story: story.number)
        older.rows = sorted(older.rows + newer.rows, key=lambda numbered: numbered[0])
        older.queue = sorted(older.queue + newer.queue, key=lambda row: row.at)
        older.alive |= newer.alive
        older.headless |= newer.headless
        older.last = max(filter(None, (older.last, newer.last)), default=None)
        self._of = {name: older if story is newer else story for name, story in self._of.items()}
        return older

    def _counted(self, row: CelRow) -> None:
        """Asterisk numbers its channels from 0 each time that it starts.

        Two that begin at once may be written the other way round: that is no start.
        """
        found = _NUMBERED.fullmatch(row.unique_id)
        if found is None:
            return
        number = int(found[1])
        if number == 0 or number < self._channels - _AT_ONCE:
            self._anew = next(self._numbers)
            self._channels = number
        self._channels = max(self._channels, number)

    def _restarted(self, at: datetime) -> None:
        """Asterisk began anew: no channel from before lives.

        It says so when a queue is first used: calls that began since then go on.
        """
        for story in self._open():
            if story.alive and story.began < at and story.number < self._anew:
                story.cut = True
                story.alive.clear()


def _begins(row: CelRow) -> bool:
    """Whether a call begins so: its first channel names it."""
    return row.kind == "CHAN_START" and str(row.unique_id) == row.linked_id


def _named(row: CelRow) -> Sequence[str]:
    """The channels and linkedids by which a row belongs to a story.

    Where a phone answers just as the caller is passed on to it, Asterisk tells of no bridge in which the two
    would meet: then the transfer alone says that the question is part of his call.
    """
    ours, asked = (row.unique_id, row.linked_id), row.said("channel2_uniqueid")
    return (*ours, asked) if row.kind == "ATTENDEDTRANSFER" and asked else ours


def _settled(last: datetime, now: datetime) -> bool:
    return last + SETTLE <= now or last - now > _CLOCK_SET
