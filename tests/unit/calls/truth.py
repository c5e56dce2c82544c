"""What holds of every record, whatever was told, and of one that goes on as well."""

from ccd.calls.record import CallRecord, Disposition, SegmentKind, State


def wrong(record: CallRecord) -> list[str]:
    """What cannot be, of any record."""
    lengths = [record.waited, record.talked, record.wrapped_up]
    lengths += [length for one in record.segments for length in (one.seconds, one.held)]
    talked = any(one.kind is SegmentKind.TALKING for one in record.segments)
    over = record.state is State.ENDED
    checks = {
        "a length below zero": any(length is not None and length < 0 for length in lengths),
        "answered by nobody": (record.disposition is Disposition.ANSWERED) is not talked,
        "an answer without a talk": record.answered_at is not None and not talked,
        "over, but how?": over and record.disposition is Disposition.OPEN,
        "over, and a stretch goes on": over and not all(one.result for one in record.segments),
        "ended without a result": any(one.ended_at and not one.result for one in record.segments),
    }
    return [what for what, found in checks.items() if found]
