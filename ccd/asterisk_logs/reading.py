"""Both logs read together, piece by piece: which calls ended, and from where to read on.

What is kept in memory is a piece of each file and the calls that are not over: a log may be of any length.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from ccd.asterisk_logs import cel, queue_log
from ccd.asterisk_logs.cel import BadLine, CelRow
from ccd.asterisk_logs.lines import START, Log, Mark, Piece
from ccd.asterisk_logs.queue_log import QueueRow
from ccd.asterisk_logs.rebuilding import Agents, rebuilt
from ccd.asterisk_logs.stories import Marks, Stories
from ccd.calls.record import CallRecord

_LAG = timedelta(seconds=2)
"""queue_log is read so far behind CEL: by then the call that it tells of is known."""
_T = TypeVar("_T", CelRow, QueueRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What is over: its patients' calls, and every name that Asterisk gave it."""

    records: tuple[CallRecord, ...]
    names: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some calls that ended.  ``marks``: from here the next reading finds all that is not in a batch yet."""

    ended: tuple[Ended, ...]
    marks: Marks
    read: int
    """Bytes since the batch before."""


class AsteriskLogs:
    """Asterisk's two logs.  ``agents`` are the queues' members, learned from what is read."""

    def __init__(self, cel_file: Path, queue_file: Path) -> None:
        self.agents = Agents()
        self.bad: Counter[str] = Counter()
        """Lines that nobody understands, by log."""
        self.open_names: frozenset[str] = frozenset()
        """The channels of the calls that were not over at the end of the last reading."""
        self._cel = Log(cel_file, lambda line: cel.read(line).at)
        self._queue = Log(queue_file, lambda line: queue_log.read(line).at)

    def since(self, moment: datetime) -> Marks:
        """The marks before a moment, or before all that is there.  Raises OSError."""
        return Marks(cel=self._cel.since(moment), queue=self._queue.since(moment))

    def begins(self) -> datetime | None:
        """From when on CEL tells of calls; None where it is empty."""
        return self._cel.begins()

    def size(self) -> int:
        """Bytes of CEL in all files that are there."""
        return self._cel.size()

    def read(self, marks: Marks, now: Callable[[], datetime]) -> Iterator[Batch]:
        """Every call that ended since, in the order of their ends.  Raises OSError; for one thread."""
        stories, queue, mark = (
            Stories(),
            _Rows(self._queue, marks.queue, self._parsed(queue_log.read)),
            marks.cel,
        )
        parsed = self._parsed(cel.read)
        while (piece := self._cel.read(mark)).lines:
            if piece.lost:
                self.bad["lost"] += 1
            clock = None
            for line in piece.lines:
                row = parsed(line.text)
                if row is None:
                    continue
                for told in queue.until(row.at - _LAG):
                    stories.add_queue(told)
                stories.add(row, Marks(cel=line.before, queue=queue.mark))
                clock = row.at
            mark = piece.after
            yield self._batch(stories, clock, Marks(cel=mark, queue=queue.mark), _bytes(piece))
        for told in queue.until(None):
            stories.add_queue(told)
        yield self._batch(stories, now(), Marks(cel=mark, queue=queue.mark), 0)
        self.open_names = frozenset(stories.names())

    def _batch(self, stories: Stories, clock: datetime | None, here: Marks, read: int) -> Batch:
        over = stories.over(clock) if clock else []
        ended = tuple(
            Ended(records=rebuilt(story, self.agents), names=frozenset(story.names())) for story in over
        )
        return Batch(ended=ended, marks=stories.marks(here), read=read)

    def _parsed(self, read: Callable[[bytes], _T]) -> Callable[[bytes], _T | None]:
        def parsed(line: bytes) -> _T | None:
            try:
                return read(line)
            except BadLine:
                self.bad[read.__module__.rpartition(".")[2]] += 1
                return None

        return parsed


def _bytes(piece: Piece) -> int:
    return sum(len(line.text) + 1 for line in piece.lines)


class _Rows:
    """The rows of queue_log, as far as they are asked for."""

    def __init__(self, log: Log, mark: Mark, parsed: Callable[[bytes], QueueRow | None]) -> None:
        self.mark = mark
        self._log = log
        self._parsed = parsed
        self._ready: deque[tuple[Mark, QueueRow]] = deque()
        self._behind = mark

    def until(self, moment: datetime | None) -> Iterator[QueueRow]:
        """The next rows until a moment; all of them without one."""
        while self._ready or self._more():
            before, row = self._ready[0]
            if moment and row.at > moment:
                self.mark = before
                return
            self._ready.popleft()
            yield row
        self.mark = self._behind

    def _more(self) -> bool:
        while (piece := self._log.read(self._behind)).lines:
            self._behind = piece.after
            rows = ((line.before, self._parsed(line.text)) for line in piece.lines)
            self._ready.extend((before, row) for before, row in rows if row is not None)
            if self._ready:
                return True
        self._behind = piece.after
        return False


__all__ = ["START", "AsteriskLogs", "Batch", "Ended", "Marks"]
