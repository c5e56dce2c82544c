"""Who is on duty: at a moment, over a period, on the days when the clocks change."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ccd.routing.rosters import DutyRoster, duty_rosters
from ccd.routing.rules import Routing

BERLIN = ZoneInfo("Europe/Berlin")
PEOPLE = ("anna", "boris", "vera")


def roster(*shifts: dict[str, Any], zone: str = "Europe/Moscow", **more: Any) -> DutyRoster:
    people = {one: {"name": one, "phone": f"PJSIP/{n}"} for n, one in enumerate(PEOPLE)}
    written = {"queue": "duty-doctor", "shifts": shifts} | more
    routing = Routing.model_validate({"timezone": zone, "people": people, "rosters": {"r": written}})
    return duty_rosters(routing)[0]


def at(text: str, zone: str = "Europe/Moscow", fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def on(one: DutyRoster, text: str) -> list[str]:
    return list(one.on_duty(at(text)))


def test_a_shift_over_midnight_belongs_to_the_day_on_which_it_begins():
    one = roster({"who": "anna", "days": "fri", "hours": "20:00-08:00"})
    assert on(one, "2026-11-20 19:59") == []
    assert on(one, "2026-11-20 20:00") == ["anna"]
    assert on(one, "2026-11-21 07:59") == ["anna"]
    assert on(one, "2026-11-21 08:00") == []
    assert on(one, "2026-11-20 03:00") == []


def test_a_day_and_night():
    one = roster({"who": "anna", "days": "fri", "hours": "08:00-08:00"})
    assert [on(one, text) for text in ("2026-11-20 07:59", "2026-11-20 08:00")] == [[], ["anna"]]
    assert [on(one, text) for text in ("2026-11-21 07:59", "2026-11-21 08:00")] == [["anna"], []]


def test_weeks_are_iso_weeks():
    one = roster({"who": "anna", "weeks": "odd"}, {"who": "boris", "weeks": ["even", 53]})
    assert on(one, "2026-11-22 12:00") == ["anna"]  # Sunday of week 47
    assert on(one, "2026-11-23 12:00") == ["boris"]
    assert on(one, "2026-12-28 12:00") == ["anna", "boris"]  # week 53
    assert on(one, "2027-01-04 12:00") == ["anna"]  # week 1


def test_seasons():
    summer = roster(
        {"who": "anna", "from": "2026-06-01", "to": "2026-08-31"},
        {"who": "boris", "from": "11-01", "to": "03-31"},
    )
    assert on(summer, "2026-06-01 00:00") == on(summer, "2026-08-31 23:59") == ["anna"]
    assert on(summer, "2027-06-01 12:00") == on(summer, "2026-09-01 00:00") == []
    assert on(summer, "2026-12-31 12:00") == on(summer, "2031-03-31 12:00") == ["boris"]
    assert on(roster({"who": "anna", "from": "2026-06-01"}), "2050-01-01 12:00") == ["anna"]


def test_the_last_night_of_a_season_goes_on_until_morning():
    one = roster({"who": "anna", "hours": "20:00-08:00", "to": "2026-08-31"})
    assert on(one, "2026-09-01 07:00") == ["anna"]
    assert on(one, "2026-09-01 21:00") == []


def test_swaps():
    one = roster(
        {"who": "anna", "hours": "08:00-20:00"},
        {"who": "boris", "hours": "20:00-08:00"},
        swaps=[
            {"date": "2026-12-31", "who": "boris", "instead_of": "anna"},
            {"date": "2026-12-31", "who": "anna", "instead_of": "boris"},
            {"date": "2027-01-02..2027-01-03", "instead_of": "anna"},
        ],
    )
    assert on(one, "2026-12-31 12:00") == ["boris"]
    assert on(one, "2026-12-31 22:00") == on(one, "2027-01-01 06:00") == ["anna"]
    assert on(one, "2027-01-01 12:00") == ["anna"]
    assert on(one, "2027-01-02 12:00") == on(one, "2027-01-03 12:00") == []
    assert on(one, "2027-01-04 12:00") == ["anna"]


def test_the_lowest_penalty_of_several_shifts_counts():
    one = roster({"who": ["anna", "boris"], "penalty": 5}, {"who": "boris", "penalty": 1})
    assert one.on_duty(at("2026-11-20 12:00")) == {"anna": 5, "boris": 1}


def test_gaps_and_overlaps():
    one = roster(
        {"who": "anna", "days": "mon-fri", "hours": "08:00-20:00"},
        {"who": ["boris", "vera"], "days": "mon-fri", "hours": "19:00-08:00"},
        at_most=2,
    )
    week = at("2026-11-16 08:00"), at("2026-11-23 08:00")
    (gap,) = one.gaps(*week)
    assert (gap.begin, gap.end, gap.who) == (at("2026-11-21 08:00"), week[1], ())
    assert [(x.begin, x.end) for x in one.overlaps(*week)] == [
        (at(f"2026-11-{day} 19:00"), at(f"2026-11-{day} 20:00")) for day in range(16, 21)
    ]


def test_the_night_when_the_clock_goes_back_is_an_hour_longer():
    one = roster({"who": "anna", "hours": "20:00-08:00"}, zone="Europe/Berlin")
    night = [x for x in one.stretches(at("2026-10-24 12:00"), at("2026-10-25 12:00")) if x.who]
    assert [x.end - x.begin for x in night] == [timedelta(hours=13)]


def test_a_shift_whose_beginning_does_not_come_begins_when_the_clock_jumps():
    one = roster({"who": "anna", "hours": "02:30-08:00"}, zone="Europe/Berlin")
    (shift,) = (x for x in one.stretches(at("2026-03-29 00:00"), at("2026-03-29 23:00")) if x.who)
    assert shift.begin == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


hours = st.tuples(
    st.integers(0, 23), st.sampled_from([0, 30]), st.integers(0, 23), st.sampled_from([0, 15])
).map(lambda t: "{:02}:{:02}-{:02}:{:02}".format(*t))
shifts = st.fixed_dictionaries(
    {"who": st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2)},
    optional={
        "days": st.sampled_from(["mon", "sat-mon", "2026-10-25", "2026-03-28..2026-03-29"]),
        "hours": hours | st.lists(hours, min_size=1, max_size=2),
        "weeks": st.sampled_from(["odd", "even", [13, 43, 44]]),
        "from": st.sampled_from(["2026-03-29", "2026-01-01"]),
        "to": st.sampled_from(["2026-10-25", "2027-01-01"]),
    },
)
swaps = st.fixed_dictionaries(
    {
        "date": st.sampled_from(["2026-03-28..2026-03-29", "2026-10-25"]),
        "instead_of": st.sampled_from(PEOPLE),
    },
    optional={"who": st.sampled_from(PEOPLE)},
)
starts = st.sampled_from([at("2026-03-28 00:00", "Europe/Berlin"), at("2026-10-24 12:13", "Europe/Berlin")])


@settings(max_examples=20, deadline=None)
@given(
    st.lists(shifts, min_size=1, max_size=4),
    st.lists(swaps, max_size=2),
    starts,
    st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "Europe/Moscow"]),
)
def test_stretches_agree_with_every_minute(shift_list, swap_list, begin, zone):
    """The cuts are found by calculation; every single minute says the same."""
    one = roster(*shift_list, swaps=swap_list, zone=zone)
    end = begin + timedelta(days=2)
    stretches = one.stretches(begin, end)
    assert (stretches[0].begin, stretches[-1].end) == (begin, end)
    assert all(a.end == b.begin and set(a.who) != set(b.who) for a, b in pairwise(stretches))
    minute = begin.astimezone(UTC)
    for stretch in stretches:
        while minute < stretch.end:
            assert set(one.on_duty(minute)) == set(stretch.who), minute
            minute += timedelta(minutes=1)


@pytest.mark.parametrize(
    "shift",
    [
        {"who": []},
        {"who": "anna", "hours": "8-20"},
        {"who": "anna", "hours": "24:00-24:00"},
        {"who": "anna", "weeks": 54},
        {"who": "anna", "weeks": True},
        {"who": "anna", "from": "2026-02-30"},
        {"who": "anna", "from": "06-01"},
        {"who": "anna", "from": "06-01", "to": "2026-08-31"},
        {"who": "anna", "from": "2026-08-31", "to": "2026-06-01"},
    ],
)
def test_what_is_no_shift_is_refused(shift):
    with pytest.raises(ValidationError):
        roster(shift)


def test_bounds_fit_together():
    with pytest.raises(ValidationError, match="at_most"):
        roster({"who": "anna"}, at_least=2, at_most=1)
    with pytest.raises(ValidationError, match="must be a date"):
        roster({"who": "anna"}, swaps=[{"date": "mon", "instead_of": "anna"}])
