"""Whatever Asterisk, or somebody who can make it speak, tells: the book raises nothing and stays true."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ccd.calls.book import CallBook
from ccd.calls.events import AsteriskEvent, ChannelEnded
from ccd.calls.ids import Phone
from ccd.calls.record import CallRecord, Disposition, SegmentKind, State
from tests.unit.calls.soup import EVENTS


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


@settings(max_examples=80)
@given(st.lists(st.tuples(EVENTS, st.sampled_from([1, 1, 1, 2])), max_size=60), st.booleans())
def test_no_event_in_any_order_or_twice_makes_a_record_untrue(soup: list[tuple[AsteriskEvent, int]], known):
    book, newest = CallBook(), dict[str, CallRecord]()
    book.agents = {Phone("PJSIP/101"): "Op 101", Phone("PJSIP/102"): "Op 102"} if known else {}
    for event, times in soup:
        for change in [change for _ in range(times) for change in book.apply(event)]:
            before, after = newest.get(change.after.call_id), change.after
            newest[after.call_id] = after
            assert before == change.before, "a call begins once, and goes on from where it was"
            assert not (before and before.state is State.ENDED and after.state is not State.ENDED)
            assert wrong(after) == []
        if isinstance(event, ChannelEnded):
            assert event.unique_id not in {one.caller_leg or one.call_id for one in book}, "he is gone"
