"""Asterisk's logs and its live events tell of the same call: both must give the same record."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ccd.asterisk_logs import cel, queue_log
from ccd.asterisk_logs.rebuilding import Agents, rebuilt
from ccd.asterisk_logs.stories import Stories
from ccd.calls.agreement import differences
from ccd.calls.record import Disposition, EndedBy, SegmentKind
from tests.unit.asterisk_logs.captured import AGENTS, BEGIN, LATER, NAMES, from_ami, from_logs, rows, story

CALLS = [name for name in NAMES if name != "forged-in-number"]
"""The forged call's live events are Asterisk's own no more; the next test has it."""


@pytest.mark.parametrize("name", CALLS)
def test_both_accounts_give_the_same_record(name):
    live, logs = from_ami(name), from_logs(name)
    assert list(differences(live, logs)) == []
    assert [(one.kind, one.phone, one.queue, one.result) for one in logs.segments] == [
        (one.kind, one.phone, one.queue, one.result) for one in live.segments
    ]
    assert (logs.disposition, logs.ended_by) == (live.disposition, live.ended_by)
    assert (logs.caller_number, logs.caller_name) == (live.caller_number, live.caller_name)
    assert (logs.called_number, logs.agent) == (live.called_number, live.agent)


@pytest.mark.parametrize("name", NAMES)
def test_only_holds_are_not_in_the_logs(name):
    record = from_logs(name)
    talked = any(one.kind is SegmentKind.TALKING for one in record.segments)
    assert record.unknown == (("held",) if talked else ())


def test_a_talk_whose_queue_tells_of_its_end_after_the_next_talk_keeps_its_length():
    """ccd sent the caller on to the doctor; the operators' queue counted on until he hung up."""
    record = from_logs("redirected-and-told-late")
    talks = [one for one in record.segments if one.kind is SegmentKind.TALKING]
    assert [(one.phone, one.result, one.seconds) for one in talks] == [
        ("PJSIP/3610", "left", 1.533),
        ("PJSIP/201", "caller", 0),
    ]


@pytest.mark.parametrize("name", ["a-moment-behind-local", "local-that-goes"])
def test_a_talk_behind_a_local_channel_is_one_talk(name):
    """The first ended before the Local channel could be optimised away: nobody took its place."""
    kinds = [(one.kind, one.result) for one in from_logs(name).segments]
    assert kinds == [
        (SegmentKind.WAITING, "connected"), (SegmentKind.OFFERED, "answered"), (SegmentKind.TALKING, "agent"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "talk", "question"),
    [("three-talk", "agent", "joined"), ("passed-on-by-hanging-up", "transfer", "transfer"),
     ("passed-on-at-once", "transfer", "transfer")],
)  # fmt: skip
def test_whoever_passes_the_caller_on_is_gone_unless_he_joins_the_two(name, talk, question):
    """CEL has the same row for all three; in the second, queue_log says only that the agent hung up."""
    first, asked = (
        next(one for one in from_logs(name).segments if one.kind is kind)
        for kind in (SegmentKind.TALKING, SegmentKind.CONSULTING)
    )
    assert (first.result, asked.result) == (talk, question)


@pytest.mark.parametrize("account", [from_ami, from_logs])
@pytest.mark.parametrize(
    ("name", "first", "second"),
    [("forwarded-without-a-cause", "PJSIP/3010", "PJSIP/3014"),
     ("rings-before-it-is-told", "PJSIP/3100", "PJSIP/3104"),
     ("out-before-the-phone-is-in", "PJSIP/3040", "PJSIP/3044"),
     ("the-caller-comes-to-the-phone", "PJSIP/3100", "PJSIP/3104")],
)  # fmt: skip
def test_a_forwarded_call_names_the_phones_and_no_local_channel(name, first, second, account):
    """Asterisk let go of the first before it had a cause, or told late where it went on, or who was there."""
    record = account(name)
    assert [(one.kind.value, one.phone, one.result) for one in record.segments if one.phone] == [
        ("offered", first, "forwarded"),
        ("offered", second, "answered"),
        ("talking", second, record.ended_by),
    ]
    assert set(record.unknown) <= {"held"}


@pytest.mark.parametrize("account", [from_ami, from_logs])
@pytest.mark.parametrize("name", ["forwarded-twice", "forwarded-twice-and-told-in-another-order"])
def test_a_call_that_was_forwarded_twice_names_every_phone(name, account):
    first, second, third = "PJSIP/3070", "PJSIP/3074", "PJSIP/3075"
    told = [(one.kind.value, one.phone, one.result, one.to) for one in account(name).segments if one.phone]
    assert told == [
        ("offered", first, "forwarded", "3074"),
        ("offered", second, "forwarded", "3075"),
        ("offered", third, "answered", ""),
        ("talking", third, account(name).ended_by, ""),
    ]


def test_a_colleague_who_hangs_up_while_the_caller_is_passed_on_to_him_ended_the_call():
    record = from_ami("gone-while-passed-on")
    assert (record.ended_by, record.segments[-1].phone, record.segments[-1].result) == (
        EndedBy.AGENT, "PJSIP/3094", "agent",
    )  # fmt: skip


@pytest.mark.parametrize("account", [from_ami, from_logs])
def test_a_phone_rung_through_two_local_channels_while_the_caller_is_passed_on_rings_once(account):
    told = [(one.kind.value, one.phone, one.result) for one in account("passed-on-while-forwarded").segments]
    assert told[4:] == [("offered", "PJSIP/3055", "answered"), ("talking", "PJSIP/3055", "caller")]


def test_a_line_break_in_a_number_forges_nothing():
    record = from_logs("forged-in-number")
    assert (record.queue, record.agent) == ("operators", "Operator 102")
    assert len(record.segments) == 3


def test_a_call_that_asterisk_took_with_it_is_told_as_far_as_it_was_written():
    stories = Stories()
    for line in rows("answered-caller-hangs-up", "cel")[:7]:
        stories.add(cel.read(line), BEGIN)
    (cut,) = stories.over(LATER)
    (record,) = rebuilt(cut, Agents(AGENTS))
    assert (record.disposition, record.ended_by, record.ended_at) == (
        Disposition.UNKNOWN, EndedBy.UNKNOWN, None,
    )  # fmt: skip
    assert "ended_at" in record.unknown


def test_a_call_of_which_the_beginning_is_missing_is_none():
    stories = Stories()
    for line in rows("answered-caller-hangs-up", "cel")[6:]:
        stories.add(cel.read(line), BEGIN)
    (torn,) = stories.over(LATER)
    assert rebuilt(torn, Agents(AGENTS)) == ()


def test_without_queue_log_nobody_is_made_up():
    """CEL alone does not say who of the queue's members answered: it is no talk of a queue then."""
    alone = story("answered-caller-hangs-up")
    alone.queue.clear()
    (record,) = rebuilt(alone, Agents())
    assert (record.agent, record.queue) == ("", "")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"queue": "other"}, "queue"),
        ({"waited": 30.0}, "waited"),
        ({"ended_by": EndedBy.AGENT}, "ended_by"),
        ({"disposition": Disposition.ABANDONED}, "disposition"),
        ({"answered_at": None}, "answered_at"),
        ({"segments": ()}, "segments"),
    ],
)
def test_each_lie_is_found(changes, what):
    live, logs = from_ami("answered-caller-hangs-up"), from_logs("answered-caller-hangs-up")
    assert what in {one.what for one in differences(replace(live, **changes), logs)}


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        (SegmentKind.WAITING, "abandoned"),
        (SegmentKind.TALKING, "agent"),
        (SegmentKind.TALKING, "transfer"),
    ],
)
def test_a_stretch_that_ended_otherwise_is_found(kind, result):
    live, logs = from_ami("answered-caller-hangs-up"), from_logs("answered-caller-hangs-up")
    changed = tuple(replace(one, result=result) if one.kind is kind else one for one in live.segments)
    (found,) = differences(replace(live, segments=changed), logs)
    assert (found.what.startswith(f"end of {kind}"), found.ccd) == (True, result)


def test_a_lie_of_two_seconds_is_found():
    live, logs = from_ami("answered-caller-hangs-up"), from_logs("answered-caller-hangs-up")
    assert logs.talked is not None
    assert "talked" in {one.what for one in differences(replace(live, talked=logs.talked + 2), logs)}


def test_what_ccd_says_not_to_know_is_no_contradiction():
    live, logs = from_ami("answered-caller-hangs-up"), from_logs("answered-caller-hangs-up")
    vague = replace(
        live, answered_at=None, talked=None, segments=(), unknown=("answered_at", "talked", "segments")
    )
    assert list(differences(vague, logs)) == []


def test_what_no_log_tells_is_no_contradiction():
    live, logs = from_ami("abandoned"), from_logs("abandoned")
    assert list(differences(replace(live, disposition=Disposition.VOICEMAIL), logs)) == []


def _late_start(numbered: int) -> tuple[Stories, list[bytes]]:
    """A call that was in a menu for a minute before a queue was used for the first time."""
    cel_rows, queue_rows = (rows("answered-caller-hangs-up", kind) for kind in ("cel", "queue_log"))
    first = cel_rows[0].replace(b"1795327444.531732", b"1795327384.531732")
    stories = Stories()
    if numbered:
        before = first.replace(b"1795327444.0", b"1795327000.%d" % numbered)
        stories.add(cel.read(before), BEGIN)
    for line in (first, *cel_rows[1:5]):
        stories.add(cel.read(line), BEGIN)
    stories.add_queue(queue_log.read(queue_rows[0]))
    return stories, cel_rows[5:]


def test_a_call_that_was_in_a_menu_when_a_queue_was_first_used_is_not_cut():
    stories, more = _late_start(0)
    assert stories.over(datetime(2026, 11, 22, 6, 5, tzinfo=UTC)) == []
    for line in more:
        stories.add(cel.read(line), BEGIN)
    (story,) = stories.over(LATER)
    assert not story.cut


def test_a_call_from_before_asterisk_began_anew_is_cut_then():
    stories, _more = _late_start(50)
    (gone,) = stories.over(datetime(2026, 11, 22, 6, 5, tzinfo=UTC))
    assert gone.cut
    assert "1795327000.50" in gone.names()


def begun(*ids: str) -> Stories:
    """These channels began, one call each; nothing ended."""
    stories, first = Stories(), rows("answered-caller-hangs-up", "cel")[0]
    for unique_id in ids:
        stories.add(cel.read(first.replace(b"1795327444.0", unique_id.encode())), BEGIN)
    return stories


def cut(stories: Stories) -> set[str]:
    """The calls that ended with Asterisk, when it says for the first time that a queue is used."""
    stories.add_queue(queue_log.read(b"1795327500|NONE|NONE|NONE|QUEUESTART|"))
    over = stories.over(datetime(2026, 11, 22, 6, 6, tzinfo=UTC))
    assert all(one.cut for one in over)
    return {name for one in over for name in one.names()}


def test_asterisk_began_anew_twice_before_a_queue_was_used():
    assert cut(begun("100.7", "200.0", "200.1", "300.0", "300.1")) == {"100.7", "200.0", "200.1"}


def test_channels_written_the_other_way_round_are_no_new_beginning():
    assert cut(begun("200.0", "200.2", "200.1", "200.3")) == set()


def test_a_clock_that_was_set_back_keeps_no_call_open():
    stories = Stories()
    for line in rows("answered-caller-hangs-up", "cel"):
        stories.add(cel.read(line), BEGIN)
    assert len(stories.over(datetime(2026, 1, 1, tzinfo=UTC))) == 1


def test_a_channel_that_is_given_a_linkedid_of_which_nothing_was_read_stays_in_its_call():
    """What the call met began before the reading did."""
    stories = Stories()
    *lines, last = rows("answered-caller-hangs-up", "cel")
    kind, at, _linked, *rest = last.split(b",")
    assert rest[0] == lines[0].split(b",")[3], "the caller's own"
    for line in (*lines, b",".join([kind, at, b"1.0", *rest])):
        stories.add(cel.read(line), BEGIN)
    (found,) = stories.over(LATER)
    assert (len(found.rows), found.cut) == (len(lines) + 1, False)
