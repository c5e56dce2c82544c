"""Pauses between attempts."""

from ccd.ami.backoff import Backoff


def test_pauses_double_up_to_the_longest_and_begin_again():
    backoff = Backoff(0.5, 3, chance=lambda: 0)
    assert [backoff.next() for _ in range(5)] == [0.5, 1, 2, 3, 3]
    backoff.reset()
    assert backoff.next() == 0.5


def test_chance_shortens_by_up_to_half():
    assert Backoff(2, 30, chance=lambda: 1).next() == 1


def test_a_thousand_attempts_do_not_overflow():
    backoff = Backoff(0.5, 30, chance=lambda: 0)
    assert [backoff.next() for _ in range(1_000)][-1] == 30
