"""Asterisk's clock is set in mid-call: no duration is negative, or an hour too long."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.calls.book import CallBook
from ccd.calls.events import ClockSet
from ccd.calls.record import CallRecord
from tests.unit.calls.script import Script, answered_call, moment


def played(place: int, seconds: float, call: Script) -> CallRecord:
    """The usual call, while the clock is set before the event at this place."""
    book = CallBook()
    for at, event in enumerate(answered_call(call)):
        told = replace(event, at=event.at + timedelta(seconds=seconds)) if at >= place else event
        if at == place:
            book.apply(ClockSet(at=told.at, seconds=seconds))
        book.apply(told)
    record = book.get(call.linked_id)
    assert record is not None
    return record


@given(place=st.integers(2, 14), seconds=st.sampled_from([3600.0, -3600.0, 86400.0]))
def test_a_call_keeps_the_clock_that_it_began_on(place, seconds):
    assert played(place, seconds, Script()) == played(99, 0, Script())


def test_a_call_that_begins_afterwards_has_the_new_time():
    book, call = CallBook(), Script()
    book.apply(ClockSet(at=moment(0), seconds=3600))
    book.apply(call.at(3600).started())
    book.apply(call.at(3601).joined())
    record = book.get(call.linked_id)
    assert record is not None
    assert record.arrived_at == moment(3600)


@pytest.mark.parametrize("seconds", [3600.0, -3600.0])
def test_a_consultation_over_it(seconds):
    call, other, book = Script(), Script("200.0"), CallBook()
    later = 5 + seconds
    for event in (*answered_call(call)[:9], ClockSet(at=moment(later), seconds=seconds)):
        book.apply(event)
    for event in (
        other.at(later).started("200.0", "PJSIP/101-00000004"),
        other.dialled("PJSIP/201", "200.1"),
        other.at(later + 3).ended("200.0"),
    ):
        book.apply(event)
    record = book.get(call.linked_id)
    assert record is not None
    assert (record.segments[-1].began_at, record.segments[-1].seconds) == (moment(5), 3)


def test_a_clock_that_is_set_twice_is_off_by_both():
    book, call = CallBook(), Script()
    *begin, last = answered_call(call)
    for event in (*begin, ClockSet(at=moment(9), seconds=3600), ClockSet(at=moment(9), seconds=600)):
        book.apply(event)
    book.apply(replace(last, at=last.at + timedelta(seconds=4200)))
    assert book.get(call.linked_id) == played(99, 0, Script())
