"""The breaker: a plain account of what its docstring says, against any order of questions and answers."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from ccd.directory.breaker import Breaker, State

PAUSE = 10.0


def test_it_opens_after_so_many_failures_in_a_row():
    breaker = Breaker(3, PAUSE)
    for outcome in ("failed", "failed", "succeeded", "failed", "failed"):
        ticket = breaker.admit(0)
        assert ticket
        breaker.succeeded(ticket) if outcome == "succeeded" else breaker.failed(ticket, 0)
    assert breaker.state(0) is State.CLOSED
    ticket = breaker.admit(0)
    assert ticket
    breaker.failed(ticket, 0)
    assert (breaker.state(0), breaker.admit(PAUSE - 1)) == (State.OPEN, None)


def test_one_question_alone_tries_whether_it_works():
    breaker = opened()
    probe = breaker.admit(PAUSE)
    assert probe
    assert breaker.admit(PAUSE) is None
    breaker.failed(probe, PAUSE)
    assert breaker.admit(2 * PAUSE - 1) is None
    probe = breaker.admit(2 * PAUSE)
    assert probe
    breaker.succeeded(probe)
    assert breaker.state(2 * PAUSE) is State.CLOSED


def test_questions_of_before_it_opened_say_nothing_about_the_source_of_today():
    breaker = Breaker(1, PAUSE)
    old, failing, good = (breaker.admit(0) or 0 for _ in range(3))
    breaker.failed(failing, 0)
    breaker.succeeded(good)
    assert breaker.state(0) is State.OPEN
    probe = breaker.admit(PAUSE) or 0
    breaker.succeeded(probe)
    breaker.failed(old, PAUSE)
    assert breaker.state(PAUSE) is State.CLOSED


def opened() -> Breaker:
    breaker = Breaker(1, PAUSE)
    breaker.failed(breaker.admit(0) or 0, 0)
    return breaker


class Account(RuleBasedStateMachine):
    """Questions are asked and end in any order while time goes on."""

    @initialize(limit=st.integers(1, 4))
    def begin(self, limit):
        self.limit, self.breaker, self.now = limit, Breaker(limit, PAUSE), 0.0
        self.asked: list[int] = []
        self.since_opened: float | None = None
        self.probe: int | None = None
        self.row = 0
        self.counts_from = 0

    @rule(seconds=st.sampled_from([0.0, 1.0, PAUSE / 2, PAUSE, 3 * PAUSE]))
    def time_goes_on(self, seconds):
        self.now += seconds

    @rule()
    def ask(self):
        ticket = self.breaker.admit(self.now)
        waiting = self.since_opened is not None and self.now - self.since_opened < PAUSE
        allowed = not waiting and (self.since_opened is None or self.probe is None)
        assert (ticket is not None) == allowed
        if ticket is not None:
            self.asked.append(ticket)
            if self.since_opened is not None:
                self.probe = ticket

    @rule(data=st.data(), works=st.booleans())
    def answer(self, data, works):
        if not self.asked:
            return
        ticket = self.asked.pop(data.draw(st.integers(0, len(self.asked) - 1)))
        if works:
            self.breaker.succeeded(ticket)
            self.works(ticket)
        else:
            self.breaker.failed(ticket, self.now)
            self.fails(ticket)
        assert (self.breaker.open, self.breaker.failures) == (self.since_opened is not None, self.row)

    def works(self, ticket: int) -> None:
        if ticket == self.probe:
            self.since_opened, self.probe, self.row, self.counts_from = None, None, 0, ticket
        elif self.since_opened is None:
            self.row = 0

    def fails(self, ticket: int) -> None:
        if ticket == self.probe:
            self.since_opened, self.probe, self.row = self.now, None, self.row + 1
        elif self.since_opened is None and ticket > self.counts_from:
            self.row += 1
            self.since_opened = self.now if self.row >= self.limit else None


TestAccount = Account.TestCase
