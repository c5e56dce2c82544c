"""What a call is to one phone."""

from dataclasses import replace

import pytest

from ccd.calls.ids import Phone
from ccd.calls.record import EndedBy, SegmentKind, State
from ccd.desk.standing import Standing, part_of
from tests.unit.desk.samples import ANNA, OLEG, Story

STORY = Story()


@pytest.mark.parametrize(
    ("shown", "standing"),
    [
        (STORY.ringing(), Standing.RINGING),
        (STORY.talking(), Standing.TALKING),
        (STORY.held(), Standing.HELD),
        (STORY.transferred(), Standing.TRANSFERRED),
        (STORY.ended(), Standing.WRAPUP),
        (STORY.ended(EndedBy.AGENT), Standing.WRAPUP),
        (STORY.elsewhere(), Standing.ELSEWHERE),
        (STORY.abandoned(), Standing.MISSED),
    ],
)
def test_the_last_segment_of_the_phone_says_it(shown, standing):
    assert part_of(shown.record, ANNA).standing is standing


def test_the_other_phone_stands_otherwise():
    assert part_of(STORY.elsewhere().record, OLEG).standing is Standing.TALKING


def test_a_call_that_comes_back_rings_again():
    before = STORY.transferred().record.segments
    again = replace(STORY.ringing().record, segments=(*before, *STORY.ringing().record.segments))
    assert part_of(again, ANNA).standing is Standing.RINGING


def test_talked_about_here_and_later_rung_in_vain_is_still_to_note():
    first, again = STORY.handed_on().record, STORY.abandoned().record.segments
    record = replace(first, segments=(*first.segments, *again))
    assert part_of(record, ANNA).standing is Standing.TRANSFERRED


def test_rung_out_while_the_call_waits_on():
    offer = replace(STORY.abandoned().record, state=State.WAITING)
    assert part_of(offer, ANNA).standing is Standing.MISSED


def test_answered_but_the_talk_not_yet_seen():
    offer = replace(STORY.ringing().record.segments[0], result="answered")
    record = STORY.record(State.CONNECTED, offer)
    assert part_of(record, ANNA).standing is Standing.TALKING


def test_still_ringing_here_when_another_has_it():
    record = replace(STORY.ringing().record, state=State.CONNECTED, phone=OLEG)
    assert part_of(record, ANNA).standing is Standing.ELSEWHERE


def test_elsewhere_stays_elsewhere_when_the_call_ends():
    record = replace(STORY.elsewhere().record, state=State.ENDED)
    assert part_of(record, ANNA).standing is Standing.ELSEWHERE


@pytest.mark.parametrize(
    ("state", "phone", "standing"),
    [
        (State.ENDED, ANNA, Standing.WRAPUP),
        (State.ENDED, OLEG, Standing.MISSED),
        (State.CONNECTED, ANNA, Standing.TALKING),
        (State.TRANSFERRED, OLEG, Standing.ELSEWHERE),
        (State.HELD, ANNA, Standing.HELD),
        (State.HELD, OLEG, Standing.ELSEWHERE),
        (State.OFFERED, Phone(""), Standing.RINGING),
        (State.WAITING, Phone(""), Standing.RINGING),
    ],
)
def test_without_segments_the_whole_call_must_do(state, phone, standing):
    assert part_of(STORY.record(state, phone=phone), ANNA).standing is standing


def test_only_talks_ask_for_a_topic():
    assert {one for one in Standing if one.to_note} == {Standing.WRAPUP, Standing.TRANSFERRED}
    assert {one for one in Standing if one.live} == {Standing.RINGING, Standing.TALKING, Standing.HELD}


def test_whom_this_phone_consults_meanwhile_changes_nothing():
    talk = STORY.held().record
    asked = replace(talk.segments[-1], kind=SegmentKind.CONSULTING, to=OLEG)
    assert part_of(replace(talk, segments=(*talk.segments, asked)), ANNA).standing is Standing.HELD
