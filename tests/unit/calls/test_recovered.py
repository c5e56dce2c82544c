"""What Asterisk's logs make of a record that ccd could not write whole."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.calls.agreement import differences
from ccd.calls.record import CallRecord, Disposition, EndedBy, PathStep, Segment, SegmentKind, State, StepKind
from ccd.calls.recovered import completed, whole
from tests.unit.asterisk_logs.captured import NAMES, from_ami, from_logs

TALK, GAVE_UP = "answered-caller-hangs-up", "abandoned"


def unseen(record: CallRecord, **changes: object) -> CallRecord:
    """The same call as ccd has it that was away when it ended."""
    vague = {
        "ended_at": None,
        "ended_by": EndedBy.UNKNOWN,
        "disposition": Disposition.UNKNOWN,
        "unknown": ("ended_at", "ended_by", "disposition", "segments"),
        "segments": record.segments[:1],
    }
    return replace(record, **{**vague, **changes})  # type: ignore[arg-type]


def done(record: CallRecord | None, logs: CallRecord) -> CallRecord:
    better = completed(record, logs)
    assert better is not None
    return better


@pytest.mark.parametrize("name", NAMES)
def test_a_call_that_ccd_never_heard_is_added_and_marked(name):
    logs = from_logs(name)
    assert completed(None, logs) == replace(logs, recovered=True)


@pytest.mark.parametrize("name", NAMES)
def test_a_call_of_which_ccd_missed_the_end_is_completed(name):
    logs = from_logs(name)
    better = done(unseen(from_ami(name)), logs)
    assert (better.recovered, better.rule, whole(better)) == (True, "everyone", True)
    assert list(differences(better, logs)) == []


def test_the_number_that_was_called_is_told_of_a_call_that_ccd_found_in_the_queue():
    """All that ccd could see of it was where in the dialplan it is."""
    logs = from_logs(TALK)
    record = replace(from_ami(TALK), called_number="")
    better = done(record, logs)
    assert better == replace(record, called_number=logs.called_number, recovered=True)
    assert (logs.called_number, completed(better, logs)) == ("74951234567", None)


@pytest.mark.parametrize("name", NAMES)
def test_twice_is_once(name):
    logs = from_logs(name)
    assert completed(done(None, logs), logs) is None
    assert completed(done(unseen(from_ami(name)), logs), logs) is None


def test_of_a_call_whose_end_nobody_saw_the_logs_still_know_who_talked():
    """Asterisk died in mid call: neither knows the end, but ccd did not even hear of the talk."""
    logs = unseen(from_logs(TALK), segments=from_logs(TALK).segments)
    record = unseen(from_ami(TALK), segments=())
    better = done(record, logs)
    assert [one.kind for one in better.segments] == [one.kind for one in logs.segments]
    assert completed(better, logs) is None


@pytest.mark.parametrize("name", ["ended_at", "answered_at", "talked"])
def test_one_thing_that_ccd_does_not_know_is_enough_to_ask(name):
    live, logs = from_ami(TALK), from_logs(TALK)
    lacking: dict[str, Any] = {name: None, "unknown": (name,)}
    better = done(replace(live, **lacking), logs)
    assert getattr(better, name) == getattr(logs, name) is not None


def test_a_whole_record_is_left_alone():
    assert completed(from_ami(TALK), from_logs(GAVE_UP)) is None


def test_a_hold_that_ccd_heard_is_kept():
    live, logs = from_ami("hold"), from_logs("hold")
    better = done(replace(live, ended_by=EndedBy.UNKNOWN, unknown=("ended_by",)), logs)
    assert (better.segments[-1].held, better.unknown) == (live.segments[-1].held, ())


def test_what_people_and_rules_said_stays():
    live = unseen(from_ami(TALK), topic="price", patient_ids=("7",), rule="vip", withheld=True)
    better = done(live, from_logs(TALK))
    assert (better.topic, better.patient_ids, better.rule, better.withheld) == ("price", ("7",), "vip", True)


def test_a_message_that_was_left_is_no_abandoned_call():
    logs = from_logs(GAVE_UP)
    assert logs.arrived_at
    step = PathStep(at=logs.arrived_at, kind=StepKind.VOICEMAIL, target="box", outcome="RECORDED")
    record = unseen(from_ami(GAVE_UP), path=(step,), disposition=Disposition.VOICEMAIL)
    assert done(record, logs).disposition is Disposition.VOICEMAIL


def test_a_menu_that_only_ccd_knows_of_keeps_its_place():
    live, logs = from_ami(TALK), from_logs(TALK)
    menu = Segment(
        kind=SegmentKind.MENU, queue=live.queue, began_at=live.arrived_at, result="pressed", to="1"
    )
    kinds = [one.kind for one in done(unseen(live, segments=(menu,)), logs).segments]
    assert kinds == [SegmentKind.MENU, *(one.kind for one in logs.segments)]


def test_a_record_that_is_still_open_is_ended():
    assert done(replace(from_ami(TALK), state=State.CONNECTED), from_logs(TALK)).state is State.ENDED


WORDS = ("arrived_at", "answered_at", "ended_at", "waited", "talked", "ended_by", "disposition", "segments")


@given(name=st.sampled_from(NAMES), missing=st.sets(st.sampled_from(WORDS), min_size=1))
def test_whatever_is_missing_is_found_once(name, missing):
    record, logs = from_ami(name), from_logs(name)
    blank = {"ended_by": EndedBy.UNKNOWN, "disposition": Disposition.UNKNOWN, "segments": ()}
    gone = {word: blank.get(word) for word in missing}
    better = done(replace(record, **gone, unknown=tuple(sorted(missing))), logs)  # type: ignore[arg-type]
    assert list(differences(better, logs)) == []
    assert whole(better)
    assert completed(better, logs) is None
