"""Wrap-up: from the end of the last talk until its agent is free again."""

from typing import Any

import pytest

from ccd.calls.book import CallBook
from ccd.calls.events import LinkLost, MemberChanged
from ccd.calls.ids import Phone
from ccd.calls.snapshot import MemberNow
from tests.unit.calls.script import DOCTORS, OPERATORS, Script, answered_call, moment

PHONE = Phone("PJSIP/101")


def member(at: float, *, paused: bool = False, busy: bool = False, wrap_up: int = 0, **more: Any):
    present = more.pop("present", True)
    told = {"queue": OPERATORS, "phone": PHONE, "name": "Op 101", "reachable": True, **more}
    now = MemberNow(paused=paused, busy=busy, wrap_up=wrap_up, **told)
    return MemberChanged(at=moment(at), member=now, present=present)


def wrapped(*events: Any) -> float | None:
    """Seconds after the usual call, in which the talk ended at second 9."""
    book = CallBook()
    for event in (*answered_call(Script()), *events):
        book.apply(event)
    record = book.get(Script().linked_id)
    assert record is not None
    return record.wrapped_up


@pytest.mark.parametrize(
    ("events", "seconds"),
    [
        ([], None),
        ([member(9.5)], 0.5),
        ([member(9.1, busy=True), member(12)], 3),
        ([member(9.1, wrap_up=5)], 5),
        ([member(9.1, wrap_up=5), member(10, paused=True, wrap_up=5)], None),
        ([member(9.1, wrap_up=5), member(10, paused=True, wrap_up=5), member(20, wrap_up=5)], 11),
        ([member(9.1, wrap_up=5), member(10, paused=True, wrap_up=5), member(11, wrap_up=5)], 5),
        ([member(9.1, wrap_up=5), member(30, paused=True, wrap_up=5), member(60, wrap_up=5)], 5),
        ([member(9.1), member(30, paused=True), member(60)], 0.1),
        ([member(9.1, paused=True), member(40)], 31),
        ([member(9.1, reachable=False), member(12)], 3),
        ([member(9.1, present=False), member(12)], None),
        ([member(9.1, queue=DOCTORS), member(12)], 3),
        ([LinkLost(at=moment(9.1)), member(12)], None),
    ],
)
def test_what_asterisk_tells_of_the_member_is_the_wrap_up(events, seconds):
    assert wrapped(*events) == (None if seconds is None else pytest.approx(seconds))


def test_a_talk_that_follows_takes_the_wrap_up_away():
    call = Script()
    events = answered_call(call)[:9]
    events += [call.at(5).transferred(), call.completed(2, 2, "transfer"), call.ended("100.1")]
    book = CallBook()
    for event in (*events, member(6)):
        book.apply(event)
    record = book.get(call.linked_id)
    assert record is not None
    assert record.wrapped_up == 1
    for event in (call.at(7).ringing("102", "100.2"), call.at(8).connected(1, "102", "100.2")):
        book.apply(event)
    record = book.get(call.linked_id)
    assert record is not None
    assert record.wrapped_up is None
