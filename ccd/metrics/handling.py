"""How long people of the clinic were busy with a call: talk, hold, wrap-up; and to whom it was passed on."""

from collections.abc import Iterable

from ccd.calls.record import CallRecord, Segment, SegmentKind
from ccd.metrics.waiting import Counts, milliseconds


def talks(segments: Iterable[Segment]) -> list[Segment]:
    """The stretches in which somebody of the clinic spoke with the patient."""
    return [one for one in segments if one.kind is SegmentKind.TALKING]


class Talks:
    """All talks of one call, and what some of them add.

    Mostly one queue and one agent had them all, and so add what the whole call does.
    """

    def __init__(self, record: CallRecord) -> None:
        self._record = record
        self._all = talks(record.segments)
        self._transfers = transfers(self._all)
        self.whole = self._added(self._all)
        """What all of them add."""

    def of(self, own: list[Segment]) -> Counts:
        """What these add."""
        return self.whole if len(own) == len(self._all) else self._added(own)

    def end_with(self, own: list[Segment]) -> bool:
        """Whether the last of all is one of these: whoever had it has the wrap-up."""
        return bool(own) and own[-1] is self._all[-1]

    def _added(self, own: list[Segment]) -> Counts:
        wrapped_up = self._record.wrapped_up if self.end_with(own) else None
        direction = {str(self._record.direction): 1}
        return direction | handling(own, wrapped_up) | passing_on(own, self._transfers)


def handling(some: list[Segment], wrapped_up: float | None) -> Counts:
    """Talks of one call, and the wrap-up after the last of them.

    A talk of unknown length makes the handling time unknown.  A hold that nobody measured counts as
    talk, a wrap-up that nobody told as none.
    """
    if not some:
        return {}
    if None in [one.seconds for one in some]:
        return {"talked_with": 1}
    whole = sum([milliseconds(one.seconds) or 0 for one in some])
    held = min(whole, sum([milliseconds(one.held) or 0 for one in some]))
    wrap = milliseconds(wrapped_up) or 0
    times = {"talk_ms": whole - held, "held_ms": held, "wrap_ms": wrap, "handle_longest": whole + wrap}
    return {"talked_with": 1, "handled": 1, **times}


def passing_on(some: list[Segment], in_all: int) -> Counts:
    """How often these talks were passed on; ``in_all`` is how often those of the whole call were."""
    passed = transfers(some) if in_all else 0
    return {"transfers": passed, "transferred": 1, "retransferred": int(in_all > 1)} if passed else {}


def transfers(some: list[Segment]) -> int:
    """How many of these talks ended by passing the patient on."""
    return [one.result for one in some].count("transfer")
