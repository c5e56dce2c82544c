"""The order of candidates: its rules one by one, and that it only ever is an order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from ccd.directory.model import Patient, Reach, Visit
from ccd.directory.ranking import ranked
from tests.unit.directory.people import patients

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOBODY = Patient(patient_id="0", full_name="никто")


def visit(away: timedelta, status: str = "booked") -> Visit:
    return Visit(starts_at=NOW + away, doctor="", specialty="", place="", status=status)


def seen(name: str, *visits: Visit, reach: Reach = Reach.OWN) -> Patient:
    return replace(NOBODY, patient_id=name, visits=visits, reach=reach)


TODAY = visit(timedelta(hours=3))
TOMORROW = visit(timedelta(days=1))
IN_A_WEEK = visit(timedelta(days=7))
AN_HOUR_AGO = visit(timedelta(hours=-1), "fulfilled")
LAST_WEEK = visit(timedelta(days=-7), "fulfilled")
LAST_YEAR = visit(timedelta(days=-365), "fulfilled")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (seen("own"), seen("child", TODAY, reach=Reach.GUARDIAN)),
        (seen("child", reach=Reach.GUARDIAN), seen("aunt", TODAY, reach=Reach.RELATIVE)),
        (seen("aunt", reach=Reach.RELATIVE), seen("firm", TODAY, reach=Reach.ORGANISATION)),
        (seen("firm", reach=Reach.ORGANISATION), seen("nurse", TODAY, reach=Reach.STAFF)),
        (seen("today", TODAY), seen("tomorrow", TOMORROW)),
        (seen("tomorrow", TOMORROW), seen("last week", LAST_WEEK)),
        (seen("an hour ago", AN_HOUR_AGO), seen("today", TODAY)),
        (seen("last week", LAST_WEEK), seen("last year", LAST_YEAR, IN_A_WEEK)),
        (seen("last year", LAST_YEAR), seen("never")),
        (seen("last year", LAST_YEAR), seen("cancelled", visit(timedelta(hours=1), "cancelled"))),
        (seen("last year", LAST_YEAR), seen("stayed away", visit(timedelta(days=-1), "noshow"))),
    ],
)
def test_who_comes_first(first, second):
    assert ranked((second, first), NOW) == ranked((first, second), NOW) == (first, second)


def test_who_cannot_be_told_apart_stays_in_order():
    assert ranked((seen("b"), seen("a")), NOW) == (seen("b"), seen("a"))


@given(patients(most=6))
def test_nobody_is_left_out_and_nobody_is_changed(people):
    order = ranked(people, NOW)
    assert sorted(map(repr, order)) == sorted(map(repr, people))
    assert ranked(order, NOW) == order
