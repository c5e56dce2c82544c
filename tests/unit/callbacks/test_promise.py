"""What can become of a promise, whatever is told, twice, late or in a strange order."""

from datetime import timedelta

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ccd.callbacks import promise as change
from ccd.callbacks.promise import PAUSES, Promise, Standing
from ccd.calls.ids import LinkedId
from tests.unit.callbacks.samples import NOW, ago, promise

OURS = LinkedId("ccd-callback-1-1-0")


class Life(RuleBasedStateMachine):
    """One promise, to which anything may happen at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.promise = promise()
        self.calls: list[str] = []
        self.ids: set[str] = set()
        self.asked_again = False
        self.ended: Promise | None = None

    def become(self, after: Promise) -> None:
        if not self.promise.live:
            assert after is self.promise, "what ended stays as it is"
        self.promise = after

    @rule(minutes=st.integers(0, 20))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes, seconds=1)

    @rule()
    def tried(self) -> None:
        waited = self.promise.state is Standing.WAITING
        self.now = max(self.now, self.promise.next_attempt_at or self.now)  # nobody is called in a pause
        self.become(change.tried(self.promise, self.now))
        if waited:
            assert self.promise.attempt_id not in self.ids, "no two calls have one id"
            self.ids.add(self.promise.attempt_id)
            self.calls.append(self.promise.attempt_id)

    @rule()
    def not_begun(self) -> None:
        if self.promise.state is Standing.CALLING:
            self.calls.pop()
        self.become(change.not_begun(self.promise, self.now))
        self.forget_if_asked_again()

    @rule()
    def missed(self) -> None:
        again = self.asked_again
        self.become(change.missed(self.promise, self.now))
        assert not (again and self.promise.state is Standing.UNREACHABLE), "he was promised a call anew"
        self.forget_if_asked_again()

    @precondition(lambda self: self.promise.live)
    @rule()
    def promised_again(self) -> None:
        self.now += timedelta(seconds=1)
        pause, attempt = self.promise.next_attempt_at, self.promise.attempt_id
        due_by = self.now + timedelta(hours=1)
        self.become(change.joined(self.promise, promise(promise_id=0, promised_at=self.now, due_by=due_by)))
        self.asked_again = True
        assert self.promise.next_attempt_at == pause
        assert self.promise.state is Standing.WAITING or self.promise.attempt_id == attempt
        self.forget_if_asked_again()

    def forget_if_asked_again(self) -> None:
        if self.asked_again and self.promise.state is Standing.WAITING:
            self.calls, self.asked_again = [], False

    @rule()
    def kept(self) -> None:
        self.become(change.kept(self.promise, OURS))

    @rule()
    def superseded(self) -> None:
        self.become(change.superseded(self.promise))

    @rule()
    def cancelled(self) -> None:
        self.become(change.cancelled(self.promise))

    @rule()
    def expired(self) -> None:
        calling = self.promise.state is Standing.CALLING
        self.become(change.expired(self.promise, self.now))
        assert not (calling and self.promise.state is Standing.EXPIRED), "he is on the line"

    @invariant()
    def never_called_more_often_than_promised(self) -> None:
        assert len(self.calls) == self.promise.attempts <= len(PAUSES) + 1

    @invariant()
    def only_the_patience_is_gone_when_unreachable(self) -> None:
        if self.promise.state is Standing.UNREACHABLE:
            assert self.promise.attempts == len(PAUSES) + 1
        if self.promise.state is Standing.EXPIRED:
            assert self.now >= self.promise.due_by
        assert bool(self.promise.answered_by) == (self.promise.state is Standing.KEPT)


Life.TestCase.settings = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestLife = Life.TestCase


def test_a_missed_call_is_tried_again_after_longer_and_longer_pauses():
    one, now, pauses = promise(), NOW, []
    while one.live:
        one = change.missed(change.tried(one, now), now)
        pauses.append(one.next_attempt_at and one.next_attempt_at - now)
    assert (pauses[:3], one.state) == ([timedelta(minutes=m) for m in (1, 5, 15)], Standing.UNREACHABLE)


def test_who_asks_again_keeps_the_older_place_and_gets_the_newer_deadline():
    first = promise(joined_at=ago(30), due_by=NOW, attempts=2, next_attempt_at=NOW)
    again = change.joined(first, promise(promise_id=0, joined_at=ago(1), due_by=NOW + timedelta(hours=2)))
    assert (again.promise_id, again.joined_at, again.due_by) == (1, ago(30), NOW + timedelta(hours=2))
    assert (again.attempts, again.next_attempt_at) == (0, NOW), "the pause stays"


def test_who_is_promised_a_call_anew_while_the_last_one_rings_is_called_again():
    last = change.tried(promise(attempts=len(PAUSES)), NOW)
    again = change.joined(last, promise(promise_id=0, promised_at=NOW + timedelta(seconds=1)))
    assert again.attempt_id == last.attempt_id, "its channel is still found"
    after = change.missed(again, NOW + timedelta(seconds=3))
    assert (after.state, after.attempts) == (Standing.WAITING, 0)
    assert after.next_attempt_at == NOW + timedelta(seconds=3) + PAUSES[-1]
    assert change.missed(last, NOW).state is Standing.UNREACHABLE


def test_the_id_of_a_call_is_known_before_it_is_begun():
    assert promise().attempt_id == ""
    assert change.tried(promise(), NOW).attempt_id == f"ccd-callback-1-1-{int(NOW.timestamp())}"
