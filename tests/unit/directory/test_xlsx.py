"""Workbooks: the same rows as in CSV, and nothing in them is calculated or believed."""

import io
import zipfile
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from ccd.directory import xlsx
from ccd.directory.csv_problems import CsvError
from tests.unit.directory.collected import Read, read_all

MOSCOW = ZoneInfo("Europe/Moscow")


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def read(path: Path) -> Read:
    return read_all([path], region="RU", tz=MOSCOW)


def refused(path: Path) -> list[str]:
    with pytest.raises(CsvError) as told:
        read(path)
    return str(told.value).replace(f"{path.parent}/", "").splitlines()


def test_every_sheet_is_a_table(tmp_path: Path) -> None:
    rows = read(
        workbook(
            tmp_path / "clinic.xlsx",
            Визиты=[
                ["Код пациента", "Дата и время", "Статус", "Врач"],
                [7, datetime(2026, 11, 21, 16, 30), "booked", "Белова"],  # noqa: DTZ001
            ],
            Пациенты=[
                [],
                ["Код", "ФИО", "Дата рождения", "Телефон", "Долг"],
                [7, "Иванова Мария", datetime(1984, 3, 12), 79161234567, 1200.5],  # noqa: DTZ001
                [],
                ["8", "Ким", None, None, 0.0],
            ],
            Пустой=[],
            Родные=[["Код", "Телефон", "Имя", "Опекун"], [7, "8 916 765-43-21", "Анна", True]],
        )
    ).rows
    maria, kim = rows.patients
    assert (maria.patient_id, maria.birth_date, str(maria.debt)) == ("7", date(1984, 3, 12), "1200.5")
    assert (kim.patient_id, str(kim.debt)) == ("8", "0")
    assert rows.phones == {"7": ("+79161234567",), "8": ()}
    assert rows.visits["7"][0].starts_at == datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
    assert rows.relatives["7"][0].guardian


def test_a_workbook_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    path = workbook(tmp_path / "c.xlsx", people=[["patient_id", "full_name"], [1, "Ким"]])
    assert read(path.rename(tmp_path / "c.csv")).rows.patients[0].full_name == "Ким"


def test_mistakes_are_told_with_sheet_line_and_column(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "c.xlsx",
        people=[["patient_id", "full_name", "phones", "doctor"], [1, "А", "12"], [], [2, None, None, "x"]],
    )
    assert refused(path) == [
        'c.xlsx[people]:2 phones: "12" is no telephone number (local ones are read as RU)',
        "c.xlsx[people]:4 full_name: is empty",
    ]


def test_a_formula_is_never_taken_for_what_it_gives(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "c.xlsx",
        people=[["patient_id", "full_name"], [1, "=cmd|' /C calc'!A0"], [2, "=A1&B1"], [3, "#N/A"]],
    )
    assert refused(path) == [
        "c.xlsx[people]:2 full_name: is a formula; in the spreadsheet copy the column and paste it as values",
        "c.xlsx[people]:3 full_name: is a formula; in the spreadsheet copy the column and paste it as values",
        "c.xlsx[people]:4 full_name: is an error of the spreadsheet",
    ]


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "_LARGEST_TEXTS", 1_000_000)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/sharedStrings.xml", b" " * 1_000_001)
    assert refused(path) == ["bomb.xlsx: is too large as a workbook; save its sheets as CSV"]


def test_a_workbook_with_nothing_in_it_is_empty(tmp_path: Path) -> None:
    assert refused(workbook(tmp_path / "c.xlsx", one=[])) == ["c.xlsx: is empty"]


def by_hand(path: Path, rows: str) -> Path:
    """A workbook of people with these rows below its header, as another program may write them."""
    head = '<row r="1">' + written(A1="patient_id", B1="full_name") + "</row>"
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{space}"><sheetData>{head}{rows}</sheetData></worksheet>'
    with zipfile.ZipFile(io.BytesIO(GOOD)) as good, zipfile.ZipFile(path, "w") as parts:
        for name in good.namelist():
            parts.writestr(name, sheet if name.endswith("sheet1.xml") else good.read(name))
    return path


def written(**cells: str) -> str:
    return "".join(f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>' for at, text in cells.items())


MARIA = written(A2="1", B2="Мария")
DAMAGED = "the workbook is damaged; open it in the spreadsheet and save it again, or as CSV"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (f'<row r="2">{MARIA}</row><row r="2">{MARIA}</row>', "2: row 2 stands behind this one"),
        (f'<row r="5">{MARIA}</row><row r="3">{MARIA}</row>', "5: row 3 stands behind this one"),
        (f'<row r="-5">{MARIA}</row>', "1: row -5 stands behind this one"),
        (f'<row r="999999999999999">{MARIA}</row>', "1: row 999999999999999 stands behind this one"),
        (f'<row r="2">{written(A2="2")}{MARIA}</row>', "2: has two cells in one place"),
    ],
)
def test_no_row_is_left_out_in_silence(tmp_path: Path, rows: str, told: str) -> None:
    """openpyxl drops rows that are not in order, and makes up all that are missing."""
    path = by_hand(tmp_path / "c.xlsx", rows)
    assert refused(path) == [f"c.xlsx[Sheet]:{told}: {DAMAGED}"]


def test_rows_and_cells_may_leave_out_where_they_are(tmp_path: Path) -> None:
    bare = written(A2="1", B2="Мария").replace('r="A2" ', "").replace('r="B2" ', "")
    turned = written(B9="Ким", A9="2")
    rows = read(by_hand(tmp_path / "c.xlsx", f'<row>{bare}</row><row r="9">{turned}</row>')).rows
    assert [(one.patient_id, one.full_name) for one in rows.patients] == [("1", "Мария"), ("2", "Ким")]


@pytest.mark.parametrize("number", ["1.2345678901234567E+17", "7712345678901230"])
def test_digits_that_the_spreadsheet_made_up_are_nobodys_number(tmp_path: Path, number: str) -> None:
    """A medical policy has sixteen digits; Excel keeps fifteen of a number."""
    row = f'<row r="2"><c r="A2"><v>{number}</v></c>{written(B2="Мария")}</row>'
    reason = "is a number of more digits than a spreadsheet keeps; export the column as text"
    assert refused(by_hand(tmp_path / "c.xlsx", row)) == [f"c.xlsx[Sheet]:2 patient_id: {reason}"]


@pytest.mark.parametrize("number", ["7712345678901234", "771234567890123", "100000000000000"])
def test_all_digits_of_a_number_are_believed_when_none_can_be_missing(tmp_path: Path, number: str) -> None:
    row = f'<row r="2"><c r="A2"><v>{number}</v></c>{written(B2="Мария")}</row>'
    (one,) = read(by_hand(tmp_path / "c.xlsx", row)).rows.patients
    assert one.patient_id == number


def _bytes() -> bytes:
    book = Workbook()
    book.worksheets[0].append(["patient_id", "full_name"])
    book.worksheets[0].append([1, "Мария"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


GOOD = _bytes()


@settings(deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=30), st.booleans())
def test_a_damaged_workbook_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, damage: bytes, cut: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.xlsx"
    path.write_bytes(GOOD[:at] + damage + (b"" if cut else GOOD[at + len(damage) :]))
    with suppress(CsvError):
        assert len(read(path).rows.patients) <= 1
