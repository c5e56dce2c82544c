"""What becomes of a number's task, whatever is told of it, in whatever order."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.calls.ids import MISSED
from ccd.calls.record import Direction, Disposition, State
from ccd.missed.happening import LIVE, Happening, Kind, Told, done, happening
from ccd.missed.task import Task, task
from tests.unit.missed.samples import HOUR, NOON, NUMBER, answered, at, call, outbound


def made(*calls: Told | Happening, short: float = 0) -> Task | None:
    told = (one if isinstance(one, Happening) else happening(one, timedelta(seconds=short)) for one in calls)
    return task(NUMBER, [one for one in told if one], lambda missed: missed + HOUR)


def settled(*calls: Told | Happening) -> tuple[Kind | None, str]:
    found = made(*calls)
    assert found
    return found.closed, found.closed_by


def test_a_missed_call_is_a_task_with_a_deadline():
    found = made(call("1.1"))
    assert found
    assert (found.call_id, found.open, found.calls, found.name) == ("1.1", True, 1, "Ivanov")
    assert (found.since, found.due_by) == (at(0.5), at(0.5) + HOUR)


def test_who_calls_again_in_vain_stays_one_task_with_the_first_deadline():
    found = made(call("1.1"), call("1.2", 10), call("1.3", 20, disposition=Disposition.UNKNOWN))
    assert found
    assert (found.call_id, found.calls, found.last_at, found.due_by) == ("1.1", 3, at(20.5), at(60.5))


def test_who_gets_through_at_the_moment_at_which_another_call_of_his_is_missed_is_settled():
    missed, through = call("1.2"), answered("1.1", 0)
    assert missed.ended_at
    assert settled(missed, replace(through, ended_at=missed.ended_at)) == (Kind.THROUGH, "1.1")


@pytest.mark.parametrize(
    ("settling", "how"),
    [
        (answered("2.1", 5), Kind.THROUGH),
        (answered("2.1", 5, direction=Direction.OUTBOUND), Kind.CALLED),
        (answered(f"{MISSED}1-1.1", 5), Kind.CALLED),
        (answered("ccd-callback-1-1-1", 5), Kind.CALLED),
        (call("2.1", 5, disposition=Disposition.CALLBACK), Kind.PROMISED),
        (call("2.1", 5, disposition=Disposition.VOICEMAIL), Kind.MESSAGE),
        (
            answered("2.1", 5, state=State.CONNECTED, ended_at=None, disposition=Disposition.OPEN),
            Kind.THROUGH,
        ),
    ],
)
def test_it_closes_by_itself(settling, how):
    assert settled(call("1.1"), settling) == (how, settling.call_id)


def test_it_closes_by_hand_and_opens_again_when_he_calls_again():
    by_hand = done(at(5), "anna")
    assert settled(call("1.1"), by_hand) == (Kind.DONE, "anna")
    again = made(call("1.1"), by_hand, call("1.2", 10))
    assert again
    assert (again.call_id, again.open, again.calls) == ("1.2", True, 1)


def test_calls_of_the_clinic_in_vain_are_counted():
    found = made(call("1.1"), outbound("2.1", 5), outbound("2.2", 7))
    assert found
    assert (found.open, found.attempts, found.tried_at) == (True, 2, at(7.5))


def test_who_was_on_the_line_meanwhile_lost_nothing():
    """A second call of the number, missed while somebody talks with him on the first."""
    assert settled(answered("1.1", 0), call("1.2", 2)) == (Kind.THROUGH, "1.1")


@pytest.mark.parametrize(
    "nothing",
    [
        answered("1.1", 0),
        outbound("1.1", 0),
        call("1.1", state=State.WAITING, ended_at=None, disposition=Disposition.OPEN),
        call("1.1", disposition=Disposition.CALLBACK),
        call("1.1", seconds=4),
    ],
)
def test_no_task(nothing):
    assert made(nothing, short=5) is None


def test_only_who_hung_up_himself_is_short():
    assert made(call(seconds=4, disposition=Disposition.UNANSWERED), short=5)
    assert made(call(seconds=5), short=5)
    assert made(replace(call(seconds=1), arrived_at=None), short=5)


_KINDS = st.sampled_from(Kind)


@st.composite
def happenings(draw: st.DrawFn) -> list[Happening]:
    """Whatever may happen with a number in an hour."""
    rows = draw(st.lists(st.tuples(_KINDS, st.integers(0, 60), st.booleans()), max_size=12))
    return [
        Happening(kind=kind, at=at(minute), until=_until(kind, minute, live=live), by=f"{place}.1")
        for place, (kind, minute, live) in enumerate(rows)
    ]


def _until(kind: Kind, minute: int, *, live: bool) -> datetime:
    """A talk may still last."""
    return LIVE if live and kind in {Kind.THROUGH, Kind.CALLED} else at(minute)


@pytest.mark.hypothesis
@given(happenings(), st.randoms())
def test_the_order_of_telling_and_telling_twice_change_nothing(told, random):
    mixed = told + [one for one in told if random.random() < 0.5]
    random.shuffle(mixed)
    assert made(*mixed) == made(*told)


@pytest.mark.hypothesis
@given(happenings())
def test_a_task_is_open_exactly_when_nothing_settled_it_after_the_last_missed_call(told):
    found = made(*told)
    missed = [one for one in told if one.kind is Kind.MISSED]
    settling = [one for one in told if one.kind not in {Kind.MISSED, Kind.TRIED}]
    assert (found is None) == (not missed)
    if found:
        last = max(one.until for one in missed)
        assert found.open == all(one.until < last for one in settling)
        assert NOON <= found.since <= found.last_at
        assert found.call_id in {one.by for one in missed}
        assert found.calls <= len(missed)
