"""Times as people type them."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import typer

from ccd.cli.printing import clock, moment
from ccd.cli.times import SINCE, point, since

ZONE = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)  # Sunday 01:30 in Moscow


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "2026-11-22T01:30:00+03:00"),
        ("3:15", "2026-11-22T03:15:00+03:00"),
        ("03:15", "2026-11-22T03:15:00+03:00"),
        ("2026-11-20", "2026-11-20T00:00:00+03:00"),
        ("2026-11-20 08:00", "2026-11-20T08:00:00+03:00"),
        ("2026-11-20T08:00Z", "2026-11-20T11:00:00+03:00"),
    ],
)
def test_points(text, expected):
    assert point(text, ZONE, NOW).isoformat() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2h", NOW - timedelta(hours=2)),
        ("90m", NOW - timedelta(minutes=90)),
        ("3d", NOW - timedelta(days=3)),
        ("1 w", NOW - timedelta(weeks=1)),
        ("today", datetime(2026, 11, 22, tzinfo=ZONE)),
        ("yesterday", datetime(2026, 11, 21, tzinfo=ZONE)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=ZONE)),
        ("", None),
    ],
)
def test_beginnings(text, expected):
    assert since(text, ZONE, NOW) == expected


@pytest.mark.parametrize("text", ["2 fortnights", "soon"])
def test_what_is_no_time(text):
    with pytest.raises(typer.BadParameter, match=f"{text}.*{SINCE}") as wrong:
        since(text, ZONE, NOW)
    assert wrong.value.param_hint == "--since"
    with pytest.raises(typer.BadParameter, match="write 03:15") as wrong:
        point(text, ZONE, NOW)
    assert wrong.value.param_hint == "--at"


def test_a_beginning_is_what_the_help_says():
    for form in re.split(", | or ", SINCE):
        assert since(form, ZONE, NOW)


def test_figures():
    assert clock(75.4) == "1:15"
    assert clock(None) == "-"
    assert moment(NOW, ZoneInfo("Europe/Moscow")) == "2026-11-22 01:30"
    assert moment(None, UTC) == "-"
