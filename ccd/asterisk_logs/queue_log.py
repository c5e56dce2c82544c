"""One line of ``queue_log``: ``seconds|uniqueid|queue|agent|event|data|data...``.

Times are whole seconds, cut.  A line break or a ``|`` in a caller's number could make a false line, so
the dialplan of ccd takes both out before ``Queue()``; a line with a strange event is nobody's.
Source: Asterisk 22, ``apps/app_queue.c`` and ``main/logger.c``.
"""

from dataclasses import dataclass
from datetime import datetime

from ccd.asterisk_logs.cel import BadLine, moment
from ccd.calls.ids import QueueName, UniqueId

_DIGITS = 8


@dataclass(frozen=True)
class QueueRow:
    """What a queue did with the caller whose channel is ``unique_id``."""

    at: datetime
    unique_id: UniqueId
    queue: QueueName
    agent: str
    event: str
    data: tuple[str, ...]

    def count(self, place: int) -> int:
        """A whole number of the data, counted from the end when negative; 0 where there is none."""
        try:
            text = self.data[place]
        except IndexError:
            return 0
        return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0


def read(line: bytes) -> QueueRow:
    """The row of a line without its end.  Raises BadLine."""
    values = line.decode("utf-8", "replace").split("|")
    if len(values) < 5:
        raise BadLine(f"{len(values)} values where 5 or more belong")
    at, unique_id, queue, agent, event, *data = values
    if not at.isdigit():
        raise BadLine("no time")
    return QueueRow(
        at=moment(at),
        unique_id=UniqueId(unique_id),
        queue=QueueName(queue),
        agent="" if agent == "NONE" else agent,
        event=event,
        data=tuple(data),
    )
