"""Why somebody may be calling, by what happened with the number lately."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ccd.calls.record import CallRecord, Disposition, State
from ccd.desk.why import causes
from tests.unit.desk.debts import promise
from tests.unit.desk.samples import ago, past

NOW = ago()


def ended(minutes: float, disposition: Disposition = Disposition.ANSWERED) -> CallRecord:
    return replace(past(1), ended_at=ago(minutes=minutes), disposition=disposition)


def kinds(*calls: CallRecord, reminded: datetime | None = None) -> list[str]:
    return [why.cause for why in causes(calls, reminded, (), NOW)]


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (ended(10), ["cut"]),
        (ended(16), []),
        (ended(-1), []),
        (ended(25, Disposition.ABANDONED), ["lost"]),
        (ended(25, Disposition.UNANSWERED), ["lost"]),
        (ended(31, Disposition.ABANDONED), []),
        (ended(5, Disposition.VOICEMAIL), []),
        (replace(ended(5), state=State.CONNECTED), []),
        (replace(ended(5), ended_at=None), []),
    ],
)
def test_the_last_call_explains_the_next_one(call, kind):
    assert kinds(call) == kind


def test_a_talk_after_a_lost_call_settled_it():
    assert kinds(ended(5), ended(20, Disposition.ABANDONED)) == ["cut"]
    assert kinds(ended(20), ended(25, Disposition.ABANDONED)) == []


@pytest.mark.parametrize(("hours", "kind"), [(0, ["reminded"]), (12, ["reminded"]), (13, []), (-1, [])])
def test_a_reminder_counts_for_half_a_day(hours, kind):
    assert kinds(reminded=NOW - timedelta(hours=hours)) == kind


def test_all_causes_the_likeliest_first():
    found = causes([ended(10)], ago(hours=1), [promise(1), promise(2, promised_at=ago(minutes=3))], NOW)
    assert [(why.cause, why.at) for why in found] == [
        ("reminded", ago(hours=1)),
        ("cut", ago(minutes=10)),
        ("promised", ago(minutes=3)),
    ]
    assert found[1].agent == "Анна Петрова"


def test_nothing_lately_explains_nothing():
    assert kinds() == []
