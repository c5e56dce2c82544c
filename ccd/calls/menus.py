"""What the caller does alone: listens to a menu, speaks to a mailbox.

Only ccd knows of it: each begins when Asterisk took such a step, and ends with the next step, with a
queue or a phone that rings, or with the call.
"""

from datetime import datetime

from ccd.calls.call import Call
from ccd.calls.ending import end_where
from ccd.calls.events import StepTaken
from ccd.calls.ids import QueueName
from ccd.calls.record import MENU, VOICEMAIL, SegmentKind, StepKind
from ccd.calls.segments import BLANK, closed, find_last, swap
from ccd.calls.values import replace

_KINDS = {StepKind.MENU: MENU, StepKind.VOICEMAIL: VOICEMAIL}
_ALONE = frozenset(_KINDS.values())
_PRESSED = "PRESSED-"


def next_step(call: Call, event: StepTaken) -> Call:
    """The step before is over, with its outcome; a menu or a mailbox may begin."""
    before = _KINDS.get(call.record.path[-1].kind) if call.record.path else None
    if before and event.ended:
        call = _told(call, before, event)
    kind = _KINDS.get(event.kind)
    if kind is None or call.over:
        return call
    segment = replace(BLANK, kind=kind, queue=QueueName(""), began_at=event.at)
    return call.with_record(segments=(*left(call, event.at).record.segments, segment))


def left(call: Call, at: datetime) -> Call:
    """The caller listens to no menu and speaks to no mailbox any more."""
    return end_where(call, at, lambda one: "left" if one.kind in _ALONE else "")


def message_kept(call: Call) -> Call:
    """What he said to the mailbox is kept, however he ended it."""
    last = find_last(call.record.segments, VOICEMAIL)
    if last is None or last.result not in {"abandoned", "ended", "unknown"}:
        return call
    return call.with_record(segments=swap(call.record.segments, last, replace(last, result="recorded")))


def _told(call: Call, kind: SegmentKind, event: StepTaken) -> Call:
    """The dialplan's own word for how it ended; a key that was pressed stands in ``to``."""
    last = find_last(call.record.segments, kind)
    if last is None or last.result not in {"", "left"}:
        return call
    key = event.ended.removeprefix(_PRESSED) if event.ended.startswith(_PRESSED) else ""
    result = "pressed" if key else event.ended.lower()
    ended = replace(closed(last, last.ended_at or event.at, result), to=key)
    return call.with_record(segments=swap(call.record.segments, last, ended))
