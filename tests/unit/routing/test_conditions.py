"""Each condition of the rule language, at its edges."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.unit.routing.facts import ANONYMOUS, MOSCOW, caller, facts, matches, person


@pytest.mark.parametrize(
    ("pattern", "dialled", "expected"),
    [
        ("+74951234567", "+74951234567", True),
        ("+74951234567", "74951234567", True),
        ("+74951234567", "84951234567", True),
        ("+74951234567", "4951234567", True),
        ("84951234567", "+74951234567", True),
        ("+74951234567", "+74951234568", False),
        ("+7495*", "84951234567", True),
        ("8495*", "84951234567", True),
        ("8495*", "+74951234567", False),
        ("+7499*", "84951234567", False),
        ("112", "112", True),
        ("112", "1123", False),
        ("11*", "112", True),
        ("clinic", "clinic", True),
        ("*", "", False),
        ("*", "anything", True),
        ("s", "", False),
    ],
)
def test_called_number_in_any_spelling(pattern, dialled, expected):
    assert matches({"called": pattern}, facts(called=dialled)) is expected


def test_any_called_number_of_a_list():
    when = {"called": ["+74951111111", "+7812*"]}
    assert matches(when, facts(called="88121234567"))
    assert not matches(when, facts(called="84951234567"))


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        (caller(person()), "known"),
        (caller(person(), failed=("fhir",)), "known"),
        (caller(), "unknown"),
        (caller(failed=("built-in",)), "failed"),
        (ANONYMOUS, "anonymous"),
        (caller(raw="+7916"), "unknown"),
    ],
)
def test_each_caller_is_of_exactly_one_kind(who, kind):
    kinds = ("known", "unknown", "anonymous", "failed")
    assert [each for each in kinds if matches({"caller": each}, facts(who))] == [kind]


def test_tags_are_any_of_and_without_case():
    who = caller(person("VIP"), person("дети"))
    assert matches({"tag": "vip"}, facts(who))
    assert matches({"tag": ["staff", "Дети"]}, facts(who))
    assert not matches({"tag": "staff"}, facts(who))
    assert not matches({"tag": "vip"}, facts())


def test_all_conditions_must_hold():
    when = {"called": "+74951234567", "caller": "known", "tag": "vip"}
    assert matches(when, facts(caller(person("vip"))))
    assert not matches(when, facts(caller(person())))
    assert not matches(when, facts(caller(person("vip")), called="+74951234568"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("hours", "clock", "expected"),
    [
        ("08:00-20:00", "07:59:59", False),
        ("08:00-20:00", "08:00:00", True),
        ("08:00-20:00", "19:59:59", True),
        ("08:00-20:00", "20:00:00", False),
        ("20:00-08:00", "20:00:00", True),
        ("20:00-08:00", "23:59:59", True),
        ("20:00-08:00", "00:00:00", True),
        ("20:00-08:00", "07:59:59", True),
        ("20:00-08:00", "08:00:00", False),
        ("00:00-24:00", "00:00:00", True),
        ("00:00-24:00", "23:59:59", True),
        ("20:00-24:00", "23:59:59", True),
        ("20:00-24:00", "00:00:00", False),
        ("20:00-00:00", "23:59:59", True),
        ("20:00-00:00", "00:00:00", False),
        ("8:00 - 9:30", "09:29:00", True),
        (["08:00-12:00", "13:00-17:00"], "12:30:00", False),
        (["08:00-12:00", "13:00-17:00"], "13:30:00", True),
    ],
)
def test_hours_begin_with_their_first_minute_and_end_before_their_last(hours, clock, expected):
    assert matches({"hours": hours}, facts(now=at(f"2026-11-18T{clock}"))) is expected


@pytest.mark.parametrize(
    ("days", "days_of_week"),
    [
        ("mon-fri", "12345"),
        (["sat", "sun"], "67"),
        ("fri-mon", "1567"),
        ("Wed", "3"),
        ("mon-mon", "1"),
        (["mon - tue", "2026-11-19"], "124"),
        ("2026-11-17..2026-11-18", "23"),
    ],
)
def test_days_of_one_week(days, days_of_week):
    monday = at("2026-11-16T12:00:00")
    week = [monday + timedelta(days=n) for n in range(7)]
    found = [str(day.isoweekday()) for day in week if matches({"days": days}, facts(now=day))]
    assert "".join(found) == days_of_week


def test_the_moment_is_read_in_the_rules_time_zone():
    almost_midnight = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)  # Saturday 01:30 in Moscow
    assert matches({"days": "sat", "hours": "01:00-02:00"}, facts(now=almost_midnight))
    assert matches({"days": "fri", "hours": "22:00-23:00"}, facts(now=almost_midnight), timezone="UTC")


def test_over_midnight_each_condition_stands_alone():
    when = {"days": "sun", "hours": "20:00-08:00"}
    assert matches(when, facts(now=at("2026-11-22T03:00:00")))  # Sunday, early
    assert matches(when, facts(now=at("2026-11-22T23:00:00")))
    assert not matches(when, facts(now=at("2026-11-23T03:00:00")))  # Monday, early


KYIV = {"timezone": "Europe/Kyiv"}


def kyiv(utc: str) -> datetime:
    return datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_the_hour_that_comes_twice_is_in_both_times():
    when = {"hours": "03:15-03:45"}
    first, second = kyiv("2026-10-25T00:30"), kyiv("2026-10-25T01:30")
    assert first.astimezone(ZoneInfo("Europe/Kyiv")).hour == second.astimezone(ZoneInfo("Europe/Kyiv")).hour
    assert matches(when, facts(now=first), **KYIV)
    assert matches(when, facts(now=second), **KYIV)


def test_the_hour_that_does_not_come_matches_nothing_and_breaks_nothing():
    when = {"hours": "03:15-03:45"}
    night = [kyiv("2026-03-29T00:00") + timedelta(minutes=n) for n in range(180)]
    assert not any(matches(when, facts(now=moment), **KYIV) for moment in night)


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_night_hours_hold_through_a_change_of_clocks(day):
    eve = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=ZoneInfo("Europe/Kyiv"))
    night = [eve.astimezone(UTC) + timedelta(minutes=10 * n) for n in range(-12, 30)]
    assert all(matches({"hours": "20:00-08:00"}, facts(now=moment), **KYIV) for moment in night)


CALENDARS = {
    "calendars": {
        "opening": [
            {"days": "mon-fri", "hours": "08:00-20:00"},
            {"days": "sat", "hours": "09:00-15:00"},
        ],
        "holidays": {"days": "2027-01-01..2027-01-08"},
        "lunch": {"hours": "12:00-13:00"},
    }
}


@pytest.mark.parametrize(
    ("when", "moment", "expected"),
    [
        ({"during": "opening"}, "2026-11-18T12:00", True),
        ({"during": "opening"}, "2026-11-21T12:00", True),
        ({"during": "opening"}, "2026-11-21T16:00", False),
        ({"outside": "opening"}, "2026-11-21T16:00", True),
        ({"outside": "opening"}, "2026-11-18T12:00", False),
        ({"during": ["holidays", "lunch"]}, "2027-01-08T23:59", True),
        ({"during": ["holidays", "lunch"]}, "2027-01-09T12:30", True),
        ({"outside": ["holidays", "lunch"]}, "2027-01-09T12:30", False),
        ({"outside": ["holidays", "lunch"]}, "2027-01-09T13:00", True),
        ({"during": "opening", "outside": "holidays"}, "2027-01-08T12:00", False),
    ],
)
def test_calendars(when, moment, expected):
    assert matches(when, facts(now=at(moment)), **CALENDARS) is expected
