"""How long people of the clinic were busy with a call: talk, hold, wrap-up; and to whom it was passed on."""

from collections.abc import Iterable

from ccd.calls.record import Segment, SegmentKind
from ccd.metrics.waiting import Counts, milliseconds


def talks(segments: Iterable[Segment]) -> list[Segment]:
    """The stretches in which somebody of the clinic spoke with the patient."""
    return [one for one in segments if one.kind is SegmentKind.TALKING]


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


def passing_on(some: Iterable[Segment], in_all: int) -> Counts:
    """How often these talks were passed on; ``in_all`` is how often the whole call was."""
    passed = transfers(some) if in_all else 0
    return {"transfers": passed, "transferred": 1, "retransferred": int(in_all > 1)} if passed else {}


def transfers(some: Iterable[Segment]) -> int:
    """How many talks ended by passing the patient on."""
    return sum([one.result == "transfer" for one in talks(some)])
