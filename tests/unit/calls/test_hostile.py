"""Whatever Asterisk, or somebody who can make it speak, tells: the book raises nothing and stays true."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ccd.calls.book import CallBook
from ccd.calls.events import AsteriskEvent, ChannelEnded
from ccd.calls.ids import Phone
from ccd.calls.record import CallRecord, State
from tests.unit.calls.soup import EVENTS
from tests.unit.calls.truth import wrong


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
