"""Whose turn it is."""

from datetime import timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from ccd.callbacks.promise import Standing
from ccd.callbacks.turn import LAST_CALL, Line, Waiter, may_be_called, turn
from tests.unit.callbacks.samples import NOW, ago, promise

FREE = Line(on_duty=2, free=1)
BUSY = Line(on_duty=2)


def line(*waiters: Waiter, free: int = 0) -> Line:
    return Line(waiting=waiters, on_duty=2, free=free)


@pytest.mark.parametrize(
    ("now", "is_called"),
    [
        (FREE, True),
        (BUSY, False),
        (Line(free=1), False),
        (line(Waiter(since=ago(11)), free=1), False),
        (line(Waiter(since=ago(11), priority=5), free=1), False),
        (line(Waiter(since=ago(9)), free=1), True),
        (line(Waiter(since=ago(9))), True),
    ],
    ids=[
        "a member is free",
        "all are busy, nobody waits",
        "nobody is there",
        "somebody has waited longer",
        "somebody more urgent has waited longer",
        "the others came later",
        "the others came later, all are busy: he would be next",
    ],
)
def test_the_place_in_the_line_is_kept(now, is_called):
    assert bool(turn([promise()], now, NOW)) is is_called


def test_who_waits_longer_with_a_lower_priority_is_no_obstacle():
    assert turn([promise(priority=1)], line(Waiter(since=ago(60)), free=1), NOW)


def test_one_at_a_time():
    calling = promise(promise_id=2, state=Standing.CALLING)
    assert turn([promise(), calling], FREE, NOW) is None


def test_the_promised_moment_is_kept_to():
    later = promise(at=NOW + timedelta(minutes=1))
    assert turn([later], FREE, NOW) is None
    assert turn([promise(at=NOW)], line(Waiter(since=ago(60))), NOW)


def test_near_the_deadline_nobody_is_waited_for():
    urgent = promise(promise_id=2, due_by=NOW + LAST_CALL, joined_at=ago(1))
    assert turn([promise(), urgent], line(Waiter(since=ago(60))), NOW) == urgent


def test_the_pause_after_a_missed_call_lets_others_pass():
    resting = promise(next_attempt_at=NOW + timedelta(seconds=1))
    other = promise(promise_id=2, joined_at=ago(1))
    assert turn([resting, other], FREE, NOW) == other


MINUTES = st.integers(-120, 120).map(ago)
PROMISES = st.lists(
    st.builds(
        promise,
        promise_id=st.integers(1, 1000),
        priority=st.integers(0, 2),
        joined_at=MINUTES,
        due_by=MINUTES,
        at=st.none() | MINUTES,
        state=st.sampled_from(Standing),
        next_attempt_at=st.none() | MINUTES,
    ),
    max_size=5,
)
LINES = st.builds(
    Line,
    waiting=st.lists(st.builds(Waiter, since=MINUTES, priority=st.integers(0, 2)), max_size=3).map(tuple),
    on_duty=st.integers(0, 2),
    free=st.integers(0, 2),
)


@given(PROMISES, LINES)
def test_only_who_may_be_called_is_called(promises, now):
    chosen = turn(promises, now, NOW)
    calling = any(one.state is Standing.CALLING for one in promises)
    assert chosen is None or (chosen in promises and may_be_called(chosen, NOW) and now.on_duty)
    assert not (chosen and calling)


@given(PROMISES)
def test_nobody_is_forgotten_when_somebody_is_free(promises):
    """Whoever may be called is called at some time: with each who is served, one less is before him."""
    waiting = [one for one in promises if one.state is not Standing.CALLING]
    chosen = turn(waiting, FREE, NOW)
    assert (chosen is not None) == any(may_be_called(one, NOW) for one in waiting)
