"""Whatever the bytes: rows that are all right, or CsvError; never another error, never a half."""

import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccd.directory.common_numbers import plainly_valid
from ccd.directory.csv_cells import phones
from ccd.directory.csv_cleaning import BadCell, all_clean, clean
from ccd.directory.csv_problems import SHOWN, CsvError
from ccd.directory.model import STATUSES
from ccd.directory.phones import normalise
from tests.unit.directory.collected import Read as Reading
from tests.unit.directory.collected import read_all

MOSCOW = ZoneInfo("Europe/Moscow")
HEADERS = (
    "patient_id,full_name,birth_date,phones,language,tags,debt,doctor,kind,notes,medical\n",
    "patient_id,insurer,programme,number,valid_from,valid_until,covered,copay,not_covered,policy_kind,active\n",
    "patient_id;starts_at;doctor;specialty;place;status;preparation;visit_id\n",
    "patient_id,phone,name,relationship,guardian\n",
)
CELLS = st.sampled_from(
    [
        *(
            "1",
            "2",
            "",
            " ",
            "Иванова",
            "+79161234567",
            "2026-11-21",
            "21.11.2026",
            "31.02.2026",
            "2026-11-21 16:30",
        ),
        *(
            "ru",
            "ua",
            "МРТ 30%",
            "КТ = 500 [3.2]",
            "да",
            "staff",
            "1 200,50",
            "-1",
            "%",
            "0001-01-01",
            "9999-12-31 23:59+23:59",
            "7,9E+10",
            '="1"',
            '"',
            "\n",
            "٣",
            "9" * 99,
        ),
        *STATUSES,
    ]
) | st.text(max_size=10)
ROWS = st.lists(
    st.lists(CELLS, max_size=10).map(",".join) | st.lists(CELLS, max_size=10).map(";".join), max_size=6
)


def read(content: bytes) -> Reading | CsvError:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.csv"
        path.write_bytes(content)
        try:
            return read_all([path], region="RU", tz=MOSCOW, known=frozenset({"1"}))
        except CsvError as error:
            return error


@settings(deadline=None)
@given(st.binary() | st.text().map(lambda text: text.encode("utf-8")))
def test_any_bytes(content: bytes) -> None:
    result = read(content)
    if isinstance(result, CsvError):
        assert 0 < len(result.problems) <= min(SHOWN, result.count)


@settings(deadline=None)
@given(st.sampled_from(HEADERS), ROWS, st.sampled_from(["utf-8", "cp1251", "utf-16"]))
def test_any_rows_below_a_right_header(header: str, rows: list[str], encoding: str) -> None:
    match read((header + "\n".join(rows)).encode(encoding, "replace")):
        case Reading(rows=read_rows):
            named = [patient.patient_id for patient in read_rows.patients]
            assert all(patient.full_name for patient in read_rows.patients)
            assert set(read_rows.policies) | set(read_rows.visits) | set(read_rows.relatives) <= {"1"}
            assert len(named) == len(set(named))
        case CsvError() as error:
            assert all(problem.line >= 0 and problem.message for problem in error.problems)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.uuids().map(str), st.text(min_size=1)), unique_by=lambda row: row[0], max_size=5)
)
def test_names_of_any_letters_come_out_clean(rows: list[tuple[str, str]]) -> None:
    quoted = "".join('{},"{}"\n'.format(one, name.replace('"', '""')) for one, name in rows)
    result = read(("patient_id,full_name\n" + quoted).encode("utf-8", "replace"))
    if isinstance(result, Reading):
        kept = {patient.patient_id: patient.full_name for patient in result.rows.patients}
        assert kept == {one: clean(name.encode("utf-8", "replace").decode()) for one, name in rows}


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    try:
        once = clean(text)
    except ValueError:
        return
    if not once.startswith("="):
        assert clean(once) == once


@pytest.mark.parametrize("name", ["patients", "policies", "visits"])
def test_the_demo_clinic_is_right(name: str) -> None:
    folder = Path(__file__).parents[3] / "config" / "demo"
    files = [folder / f"{one}.csv" for one in ("patients", "policies", "visits")]
    reading = read_all(files, region="RU", tz=MOSCOW)
    assert reading.notes == ()
    assert len(getattr(reading.rows, name)) > 15


@given(st.lists(CELLS | st.text(alphabet="a =|\u200b\xa0\"'\t", max_size=4), max_size=4))
def test_a_row_that_is_clean_has_only_clean_cells(cells: list[str]) -> None:
    if all_clean(cells):
        assert [clean(cell) for cell in cells] == cells


def test_a_bad_cell_is_never_clean() -> None:
    assert not all_clean(["1", BadCell("is a formula")])


@given(st.from_regex(r"\A\+(7|380|375|49|1)[0-9]{7,11}\Z"), st.sampled_from(["RU", "UA", "US", "ZZ"]))
def test_a_number_in_e164_is_read_as_any_other(text: str, region: str) -> None:
    if plainly_valid(text):
        assert phones(text, region) == (normalise(text, region).e164,)
