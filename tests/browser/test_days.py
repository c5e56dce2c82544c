"""Days by the clinic's calendar, also when its clocks are changed: a day then has 23 or 25 hours."""

import pytest

from tests.browser.page import open_page

DAY = """async ([at, now]) => {
  const words = await import("/static/words.js");
  await words.load("en");
  words.setZone("Europe/Kyiv");
  return words.day(Date.parse(at), Date.parse(now));
}"""
SATURDAY_NIGHT, SUNDAY_NIGHT = "2026-03-28T23:30+02:00", "2026-10-25T23:30+02:00"
"""Before the day of 23 hours; at the end of the one of 25."""


@pytest.mark.parametrize(
    ("at", "now", "said"),
    [
        ("2026-03-29T10:00+03:00", SATURDAY_NIGHT, "tomorrow"),
        ("2026-03-30T10:00+03:00", SATURDAY_NIGHT, "Mar 30"),
        ("2026-03-28T10:00+02:00", SATURDAY_NIGHT, "today"),
        ("2026-10-24T10:00+03:00", SUNDAY_NIGHT, "yesterday"),
        ("2026-10-26T10:00+02:00", SUNDAY_NIGHT, "tomorrow"),
        ("2026-12-31T23:59+02:00", "2027-01-01T00:01+02:00", "yesterday"),
        ("2026-12-30T23:59+02:00", "2027-01-01T00:01+02:00", "Dec 30, 2026"),
    ],
)
def test_a_day_is_one_of_the_calendar(chrome, bed, at, now, said):
    assert open_page(chrome, bed).evaluate(DAY, [at, now]) == said
