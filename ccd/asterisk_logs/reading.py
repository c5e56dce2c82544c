"""Both logs read together, piece by piece: which calls ended, and from where to read on.

What is kept in memory is a piece of each file and the calls that are not over: a log may be of any length.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from ccd.asterisk_logs import cel, queue_log
from ccd.asterisk_logs.cel import BadLine, CelRow
from ccd.asterisk_logs.lines import Log, Piece
from ccd.asterisk_logs.queue_log import QueueRow
from ccd.asterisk_logs.rebuilding import Agents, rebuilt
from ccd.asterisk_logs.stories import Stories, Story
from ccd.calls.ids import phone_of
from ccd.calls.record import CallRecord
from ccd.retold import LogMark, LogMarks

_LAG = timedelta(seconds=2)
"""queue_log is read so far behind CEL: by then the call that it tells of is known."""
_T = TypeVar("_T", CelRow, QueueRow)


class Ended:
    """A story that is over; its records are made when they are asked for."""

    def __init__(self, story: Story, agents: Agents) -> None:
        self.names = frozenset(story.names())
        """Every name that Asterisk gave it: channels and linkedids."""
        first = next(story.cel())
        self.call_id, self.began_at = first.linked_id, first.at
        """The call that its first row is of, and when that was written."""
        self.number, self.before = story.number, story.before
        """Its place among the stories, and where its first row is."""
        self.headless = story.headless
        """Whether its beginning is not in the logs: then they tell nothing of it for sure."""
        self._story = story
        self._agents = agents

    @cached_property
    def records(self) -> tuple[CallRecord, ...]:
        """Its patients' calls; none where the beginning is missing: the rest would be another call."""
        return () if self.headless else rebuilt(self._story, self._agents)

    def by_agent(self) -> tuple[CallRecord, ...]:
        """The same, when whoever began it is known to be an agent."""
        phone = phone_of(next(self._story.cel()).channel)
        return rebuilt(self._story, Agents({phone: "", **self._agents}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some calls that ended.  ``marks``: from here on a new reading finds all that is in no batch yet."""

    ended: tuple[Ended, ...]
    marks: LogMarks
    number: float
    """The place of the oldest story that is not over; infinite without one."""
    read: int
    """Bytes of CEL since the batch before; 0 at the end of the log."""


class AsteriskLogs:
    """Asterisk's two logs.  ``agents`` are the queues' members, learned from what is read."""

    def __init__(self, cel_file: Path, queue_file: Path) -> None:
        self.agents = Agents()
        self.bad: Counter[str] = Counter()
        """Lines that nobody understands, by log."""
        self.cel = Log(cel_file, lambda line: cel.read(line).at)
        self.queue = Log(queue_file, lambda line: queue_log.read(line).at)

    def since(self, moment: datetime, *, at_most: LogMarks | None = None) -> LogMarks:
        """The marks before a moment, or before all that is there; never behind ``at_most``.

        Raises OSError.
        """
        cel, queue = self.cel.since(moment), self.queue.since(moment)
        if at_most:
            cel = min(cel, at_most.cel, key=self.cel.place)
            queue = min(queue, at_most.queue, key=self.queue.place)
        return LogMarks(cel=cel, queue=queue)

    def begins(self) -> datetime | None:
        """From when on CEL tells of calls; None where it is empty."""
        return self.cel.begins()

    def size(self) -> int:
        """Bytes of CEL in all files that are there."""
        return self.cel.size()

    def reading(self, marks: LogMarks) -> "Reading":
        """All that was written from these marks on."""
        return Reading(self, marks)

    def parsed(self, read: Callable[[bytes], _T]) -> Callable[[bytes], _T | None]:
        """``read``, with None for a line that nobody understands, which is counted."""

        def parsed(line: bytes) -> _T | None:
            try:
                return read(line)
            except BadLine:
                self.bad[read.__module__.rpartition(".")[2]] += 1
                return None

        return parsed


class Reading:
    """Goes through both logs together; what is written later is found by asking again.  For one thread."""

    def __init__(self, logs: AsteriskLogs, marks: LogMarks) -> None:
        self._logs = logs
        self._mark = marks.cel
        self._queue = _Rows(logs.queue, marks.queue, logs.parsed(queue_log.read))
        self._parsed = logs.parsed(cel.read)
        self._stories = Stories()

    @property
    def open_names(self) -> frozenset[str]:
        """The channels of the calls that are not over."""
        return frozenset(self._stories.names())

    def more(self, now: datetime) -> Batch:
        """The calls that ended in the next piece; at the end of the log, those that ended until ``now``.

        Raises OSError.
        """
        piece = self._logs.cel.read(self._mark)
        self._logs.bad["gaps"] += piece.lost or piece.again
        if piece.again:
            self._stories.forget()
        self._mark = piece.after
        clock = self._read(piece)
        if not piece.lines:
            clock = now
            self._queue.at_end = False
            self._ask_queues(None)
        over = self._stories.over(clock) if clock else []
        here = LogMarks(cel=self._mark, queue=self._queue.mark)
        return Batch(
            ended=tuple(Ended(story, self._logs.agents) for story in over),
            marks=self._stories.marks(here),
            number=self._stories.oldest,
            read=sum(len(line.text) + 1 for line in piece.lines),
        )

    def _read(self, piece: Piece) -> datetime | None:
        """Take these lines in; the moment of the last one."""
        clock = None
        self._queue.at_end = False
        for line in piece.lines:
            row = self._parsed(line.text)
            if row is not None:
                self._ask_queues(row.at - _LAG)
                self._stories.add(row, LogMarks(cel=line.before, queue=self._queue.mark))
                clock = row.at
        return clock

    def _ask_queues(self, moment: datetime | None) -> None:
        for row in self._queue.until(moment):
            self._stories.add_queue(row)


class _Rows:
    """The rows of queue_log, as far as they are asked for."""

    def __init__(self, log: Log, mark: LogMark, parsed: Callable[[bytes], QueueRow | None]) -> None:
        self.mark = mark
        self.at_end = False
        """True until it is asked again whether more was written."""
        self._log = log
        self._parsed = parsed
        self._ready: deque[tuple[LogMark, QueueRow]] = deque()
        self._behind = mark

    def until(self, moment: datetime | None) -> Iterator[QueueRow]:
        """The next rows until a moment; all of them without one."""
        while self._ready or (not self.at_end and self._more()):
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
        self.at_end = True
        return False
