"""Conditions on earlier calls, on the queues, and on the keys pressed."""

from datetime import timedelta

import pytest

from ccd.calls.ids import QueueName
from ccd.routing.facts import History, PastCall, QueueState
from tests.unit.routing.facts import NOON, facts, matches, why


def ago(disposition="answered", agent="", phone="", **ago) -> PastCall:
    return PastCall(at=NOON - timedelta(**ago), disposition=disposition, agent=agent, phone=phone)


BUSY = History(
    calls=(
        ago("abandoned", minutes=10),
        ago(agent="Анна Ким", phone="PJSIP/101", hours=5),
        ago(agent="Олег", days=8),
    ),
    reminded_at=NOON - timedelta(hours=23),
)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"last_operator": "анна ким"}, True),
        ({"last_operator": "PJSIP/101"}, True),
        ({"last_operator": ["Олег"]}, False),
        ({"last_operator": "any"}, True),
        ({"calls": {"last": "7d", "count": 2}}, True),
        ({"calls": {"last": "8d", "count": ">=3"}}, True),
        ({"calls": {"last": "7d", "count": ">=3"}}, False),
        ({"calls": {"last": "1m", "count": "<1"}}, True),
        ({"abandoned_within": "10m"}, True),
        ({"abandoned_within": "9m"}, False),
        ({"calls_again_within": "15m"}, True),
        ({"calls_again_within": "599s"}, False),
        ({"reminded_within": "24h"}, True),
        ({"reminded_within": "22h"}, False),
    ],
)
def test_earlier_calls(when, expected):
    assert matches(when, facts(history=BUSY)) is expected


def test_without_earlier_calls():
    for when in ({"last_operator": "any"}, {"calls_again_within": "1h"}, {"reminded_within": "1h"}):
        assert not matches(when, facts())
    assert why({"last_operator": "any"}, facts()) == "nobody has talked with this number"
    assert matches({"calls": {"last": "90d", "count": 0}}, facts())


def test_a_history_that_is_not_known_proves_nothing():
    unknown = facts(history=History(complete=False))
    for when in ({"calls": {"last": "90d", "count": 0}}, {"last_operator": "any"}, {"abandoned_within": 60}):
        assert not matches(when, unknown)
        assert why(when, unknown) == "the earlier calls are not known"


QUEUES = {
    QueueName("operators"): QueueState(
        waiting=5, longest_since=NOON - timedelta(minutes=3), on_duty=2, free=0
    ),
    QueueName("duty-doctor"): QueueState(on_duty=1, free=1),
}


@pytest.mark.parametrize(
    ("queue", "expected"),
    [
        ({"name": "operators", "waiting": ">=5"}, True),
        ({"name": "operators", "waiting": ">5"}, False),
        ({"name": "operators", "longest": ">=3m"}, True),
        ({"name": "operators", "longest": ">3m"}, False),
        ({"name": "operators", "free": 0, "on_duty": ">=1"}, True),
        ({"name": "operators", "free": 0, "on_duty": 0}, False),
        ({"name": "duty-doctor", "longest": "0s", "free": ["1", ">3"]}, True),
        ({"name": "elsewhere", "waiting": 0}, False),
        ([{"name": "operators", "waiting": 0}, {"name": "duty-doctor", "waiting": 0}], True),
    ],
)
def test_queues(queue, expected):
    assert matches({"queue": queue}, facts(queues=QUEUES)) is expected


def test_what_is_said_of_queues():
    when = {"queue": {"name": "operators", "waiting": 0, "free": [1, 2]}}
    words = "operators waiting 5, longest 180, free 0, on_duty 2"
    assert why(when, facts(queues=QUEUES)) == words
    assert why(when, facts(queues={})) == "Asterisk has no queue operators"
    assert why(when, facts()) == "the queues cannot be seen now"
    assert not matches(when, facts())


def test_pressed_keys():
    given = facts(pressed={"main": "2", "who": "1"})
    assert matches({"pressed": {"main": 2}}, given)
    assert matches({"pressed": {"main": ["1", "2"], "who": "1"}}, given)
    assert not matches({"pressed": {"main": "2", "who": "2"}}, given)
    assert not matches({"pressed": {"other": "2"}}, given)
    assert why({"pressed": {"other": "2"}}, given) == "nothing"
