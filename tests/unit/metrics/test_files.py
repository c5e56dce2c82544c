"""Files for spreadsheets: what somebody put into a name is a name there, and never runs."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from ccd.metrics.dimensions import Dimension
from ccd.metrics.document import Frame
from ccd.metrics.files import to_csv
from ccd.metrics.formulas import How
from ccd.metrics.report import Question, Report, Row
from ccd.metrics.totals import Totals
from ccd.metrics.workbook import to_xlsx

FRAME = Frame(how=How(), seconds=20, short=5, zone="Europe/Kyiv")
DAY = date(2026, 11, 22)
RUNS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
COMMAND = "=cmd|' /C calc'!A0"


def report(*names: str) -> Report:
    """By topic: a clinic's own words, and whatever an import brought."""
    question = Question(begin=DAY, end=DAY, by=Dimension.TOPIC)
    rows = tuple(Row(key=one, totals=Totals(inbound=3, answered=2)) for one in names)
    return Report(question=question, rows=rows, whole=Totals(inbound=3))


def cells_of(text: str, delimiter: str) -> list[str]:
    """Every cell as a spreadsheet of a country that parts them so has it."""
    return [cell for row in csv.reader(io.StringIO(text), delimiter=delimiter) for cell in row]


@pytest.mark.parametrize(
    "name",
    [
        *(f"{sign}1+1" for sign in RUNS),
        COMMAND,
        f" {COMMAND}",
        f"price;{COMMAND}",
        f'"{COMMAND}',
        f'";{COMMAND}',
    ],
)
def test_no_name_runs_in_a_spreadsheet(name):
    text = to_csv(report(name), FRAME).removeprefix("\ufeff")
    for delimiter in ",;\t":
        assert not [one for one in cells_of(text, delimiter) if one.strip(" ").startswith(tuple(RUNS))]
    assert cells_of(text, ",").count("3") == 2


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20))
def test_whatever_a_name_is_it_stands_in_its_row(name):
    text = to_csv(report(name), FRAME).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert rows[0]["topic"].removeprefix("'") == name.removeprefix("'")
    assert (rows[0]["inbound"], rows[1]["topic"]) == ("3", "all")


@pytest.mark.parametrize("name", [COMMAND, "-1", "+7916", "@SUM(A1)"])
def test_a_workbook_holds_texts_and_numbers_apart(name):
    book = load_workbook(io.BytesIO(to_xlsx(report(name), replace(FRAME, currency="UAH"))))
    first, second = next(book["report"].iter_rows(min_row=2, max_col=2))
    assert (first.value, first.data_type) == (name, "s")
    assert (second.value, second.data_type) == (3, "n")
