"""Reports for whoever oversees: figures, files, and the calls behind a figure, which are audited."""

import csv
import io
from datetime import date, datetime, timedelta

import pytest
from openpyxl import load_workbook

from ccd.metrics.dimensions import Dimension
from ccd.metrics.formulas import METRICS
from tests.unit.desk.conftest import make_house
from tests.unit.desk.samples import past

PERIOD = "from=2026-11-01&to=2026-11-12"


@pytest.fixture
async def vera(house):
    await house.sign_in("vera", "")
    return house


async def test_a_report_names_its_formula_and_gives_every_figure(vera):
    status, told = await vera.call("GET", f"/api/reports?{PERIOD}&by=queue&service_level=of_answered")
    assert status == 200
    assert told["service_level"] == {
        "name": "of_answered",
        "formula": "answered in / answered",
        "seconds": 20,
    }
    assert [one["name"] for one in told["metrics"]] == list(METRICS)
    (row,) = told["rows"]
    assert (row["key"], row["figures"]["service_level"]) == ("operators", 0.666666667)
    assert row["figures"]["speed_of_answer"] == 10
    assert (told["whole"]["lost_money"], told["currency"], told["complete"]) == (1500, "RUB", True)


async def test_without_days_it_is_todays(vera):
    _status, told = await vera.call("GET", "/api/reports")
    assert (told["from"], told["to"], told["by"]) == ("2026-11-12", "2026-11-12", "all")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-11-31", "from"),
        ("to=tomorrow", "to"),
        ("from=2026-11-02&to=2026-11-01", "to"),
        ("from=2020-01-01&to=2026-01-01", "from"),
        ("from=0001-01-01&to=0001-01-01&by=hour", "from"),
        ("from=9999-12-31&to=9999-12-31&by=hour", "to"),
        ("by=colour", "by"),
        ("where=colour:red", "where"),
        ("by=agent&where=queue:operators", "where"),
        ("service_level=good", "service_level"),
    ],
)
async def test_what_cannot_be_answered_is_said(vera, query, field):
    status, told = await vera.call("GET", f"/api/reports?{query}")
    assert status == 422
    assert field in told["error"]["message"]


@pytest.mark.parametrize("path", ["", ".csv", ".xlsx", "/calls"])
async def test_operators_see_no_reports(house, path):
    await house.sign_in("anna")
    assert (await house.call("GET", f"/api/reports{path}"))[0] == 403


async def test_a_locked_database_is_told(vera):
    vera.figures.locked = True
    assert (await vera.call("GET", "/api/reports"))[0] == 503


async def test_csv_has_the_same_numbers_and_runs_nothing(vera):
    vera.figures.key = "=HYPERLINK(1)"
    answer = await vera.client.get(f"/api/reports.csv?{PERIOD}&by=topic")
    assert answer.content_type == "text/csv"
    assert "report-2026-11-01-2026-11-12-topic.csv" in answer.headers["Content-Disposition"]
    text = (await answer.text()).removeprefix("\ufeff")
    row, whole = csv.DictReader(io.StringIO(text))
    assert (row["topic"], whole["topic"]) == ("'=HYPERLINK(1)", "all")
    assert (row["service_level of_offered"], row["speed_of_answer"], row["promises_kept"]) == (
        "0.5",
        "10",
        "",
    )


async def test_a_workbook_has_numbers_times_and_dates(vera):
    vera.figures.key = "2026-11-02"
    answer = await vera.client.get(f"/api/reports.xlsx?{PERIOD}&by=day")
    book = load_workbook(io.BytesIO(await answer.read()))
    headings, row, _whole = book["report"].iter_rows()
    cells = {heading.value: cell for heading, cell in zip(headings, row, strict=True)}
    assert cells["day"].value == datetime(2026, 11, 2)  # noqa: DTZ001 - a workbook knows no zone
    assert (cells["offered"].value, cells["service_level of_offered"].number_format) == (4, "0.0%")
    assert cells["speed_of_answer"].value == timedelta(seconds=10)
    assert any("answered in / (answered + abandoned)" in str(one[1].value) for one in book["formulas"].rows)


async def test_a_workbook_takes_a_name_for_a_name(vera):
    vera.figures.key = "=1+1\x01"
    answer = await vera.client.get(f"/api/reports.xlsx?{PERIOD}&by=topic")
    cell = load_workbook(io.BytesIO(await answer.read()))["report"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1\ufffd", "s")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_a_name_that_is_no_utf_8_hinders_no_file(vera, kind):
    vera.figures.key = "\udcd0"
    answer = await vera.client.get(f"/api/reports.{kind}?{PERIOD}&by=queue")
    content = io.BytesIO(await answer.read())
    if kind == "csv":
        assert '"\ufffd",' in content.read().decode()
    else:
        assert load_workbook(content)["report"]["A2"].value == "\ufffd"


async def test_the_calls_behind_a_figure_are_listed_and_audited(vera):
    vera.figures.records = [past(1, patient_ids=("17",))]
    query = f"{PERIOD}&by=hour&where=queue:operators&key=09&metric=abandoned"
    status, told = await vera.call("GET", f"/api/reports/calls?{query}")
    assert (status, told["more"]) == (200, False)
    assert [one["id"] for one in told["calls"]] == [vera.figures.records[0].call_id]
    ((question, key, metric),) = vera.figures.asked
    assert (question.by, question.where, key, metric) == (
        Dimension.HOUR,
        (Dimension.QUEUE, "operators"),
        "09",
        "abandoned",
    )
    assert question.begin == date(2026, 11, 1)
    await vera.trail.flush()
    assert [one.patient_ids for one in vera.audit.entries if one.action == "report"] == [("17",)]


@pytest.mark.parametrize(
    ("asked", "shows", "counted"),
    [
        ("", "late", ("answered", "abandoned")),
        ("&service_level=of_answered", "late", ("answered",)),
        ("&in_time=yes", "in_time", ("answered_in",)),
        ("&in_time=yes&service_level=short_as_served", "in_time", ("answered_in", "abandoned_short")),
    ],
)
async def test_behind_the_service_level_are_those_not_in_time(vera, asked, shows, counted):
    query = f"{PERIOD}&by=queue&key=operators&metric=service_level{asked}"
    _status, told = await vera.call("GET", f"/api/reports/calls?{query}")
    assert (told["shows"], vera.figures.counted) == (shows, [counted])


async def test_of_people_there_are_no_figures_that_tell_nothing_of_them(vera):
    _status, told = await vera.call("GET", f"/api/reports?{PERIOD}&by=agent")
    listed = {one["name"]: one["rows"] for one in told["metrics"]}
    (row,) = told["rows"]
    assert (listed["abandoned"], listed["occupancy"]) == (False, True)
    assert row["figures"].keys() == {name for name, rows in listed.items() if rows}
    assert told["whole"]["abandoned"] == 1


async def test_calls_behind_a_figure_say_that_they_lack_their_outcome():
    outcomes = ({"id": "booked", "ru": "a", "uk": "b", "en": "c"},)
    house = make_house(outcomes=outcomes, outcome_required=True)
    async with house.client:
        await house.sign_in("vera", "")
        house.figures.records = [past(1), past(2, outcome="booked")]
        _status, told = await house.call("GET", f"/api/reports/calls?{PERIOD}&metric=without_outcome")
        assert [one["lacks_outcome"] for one in told["calls"]] == [True, False]


async def test_an_unknown_figure_has_no_calls(vera):
    assert (await vera.call("GET", "/api/reports/calls?metric=joy"))[0] == 422
