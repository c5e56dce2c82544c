"""The way that a call came, as the card tells it."""

from dataclasses import replace
from datetime import timedelta

from ccd.calls.ids import Phone, QueueName
from ccd.calls.record import PathStep, Segment, SegmentKind, State, StepKind
from ccd.desk.way import way_json
from tests.unit.desk.samples import ANNA, NOW, OLEG, Story, ago


def wait(queue: str, **more: object) -> Segment:
    return Segment(kind=SegmentKind.WAITING, queue=QueueName(queue), **{"began_at": NOW, **more})  # type: ignore[arg-type]


def test_a_call_that_was_passed_on_tells_who_had_it_and_who_did_not_answer():
    record = Story().escalated().record
    assert way_json(record, ANNA) == [
        {"kind": "pressed", "key": "2"},
        {"kind": "waited", "queue": "operators", "seconds": 40.0},
        {"kind": "talked", "who": "Олег Сомов", "seconds": 61.0},
        {"kind": "missed", "who": "PJSIP/79161112233@trunk"},
    ]


def test_one_s_own_talk_and_what_queues_rang_is_no_news():
    record = Story().escalated().record
    assert "talked" not in {one["kind"] for one in way_json(record, OLEG)}
    rung = [replace(one, queue=QueueName("operators")) for one in record.segments]
    assert "missed" not in {one["kind"] for one in way_json(replace(record, segments=tuple(rung)), ANNA)}


def test_a_wait_that_goes_on_lasted_until_the_phone_rang():
    rings = Segment(
        kind=SegmentKind.OFFERED, queue=QueueName("q"), phone=ANNA, began_at=NOW + timedelta(seconds=9)
    )
    record = Story().record(State.OFFERED, wait("q"), rings)
    assert way_json(record, ANNA) == [{"kind": "waited", "queue": "q", "seconds": 9.0}]
    assert way_json(record, OLEG) == [{"kind": "waited", "queue": "q", "seconds": None}]


def test_what_a_gap_hid_stays_in_its_place_without_a_length():
    unseen = [wait("a", began_at=None, result="unknown"), wait("b", seconds=3.0, result="left")]
    record = Story().record(State.WAITING, *unseen)
    assert [(one["queue"], one["seconds"]) for one in way_json(record, ANNA)] == [("a", None), ("b", 3.0)]


def test_messages_and_callbacks_are_told_and_other_steps_are_not():
    kinds = [(StepKind.PLAY, "PLAYED"), (StepKind.MENU, "SILENT"), (StepKind.VOICEMAIL, "EMPTY")]
    kinds += [(StepKind.VOICEMAIL, "RECORDED"), (StepKind.CALLBACK, "FAILED"), (StepKind.CALLBACK, "")]
    path = tuple(PathStep(at=NOW, kind=kind, target="", outcome=outcome) for kind, outcome in kinds)
    record = Story().record(State.ARRIVED, path=path)
    assert way_json(record, ANNA) == [{"kind": "voicemail"}, {"kind": "callback"}]


def test_a_queue_that_is_run_in_slices_is_one_wait():
    waits = [wait("q", seconds=10.0, result="left"), wait("q", seconds=5.5, result="left"), wait("r")]
    told = way_json(Story().record(State.WAITING, *waits), ANNA)
    assert [(one["queue"], one["seconds"]) for one in told] == [("q", 15.5), ("r", None)]


def test_of_a_long_way_the_end_is_told():
    waits = [wait(str(number), began_at=ago(minutes=60 - number), result="left") for number in range(40)]
    told = way_json(Story().record(State.WAITING, *waits), Phone(""))
    assert [one["queue"] for one in told] == [str(number) for number in range(28, 40)]


def test_who_was_consulted_and_a_phone_that_forwards_are_told():
    asked = Segment(
        kind=SegmentKind.CONSULTING, queue=QueueName(""), phone=OLEG, began_at=NOW, result="transfer", to=ANNA
    )
    vain = replace(asked, result="missed")
    moved = replace(asked, kind=SegmentKind.OFFERED, result="forwarded", member="Олег Сомов")
    told = way_json(Story().record(State.CONNECTED, asked, vain, moved), ANNA)
    assert told == [
        {"kind": "asked", "who": ANNA, "seconds": None},
        {"kind": "forwarded", "who": "Олег Сомов"},
    ]
