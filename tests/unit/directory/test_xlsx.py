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
