"""From files to the directory; the demo clinic as of any day."""

import runpy
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ccd.directory.csv_problems import CsvError
from ccd.directory.model import Answer
from ccd.store.database import Database
from ccd.store.files import import_files
from ccd.store.import_result import ImportResult
from ccd.store.patients import BuiltinDirectory

MOSCOW = ZoneInfo("Europe/Moscow")
DEMO = Path(__file__).parents[3] / "config" / "demo"


async def test_the_demo_clinic_of_any_day(database: Database, tmp_path: Path) -> None:
    make = runpy.run_path(str(DEMO / "make.py"))["make"]
    files = make(tmp_path / "demo", date(2030, 2, 28))
    async with BuiltinDirectory.open(
        database, now=lambda: datetime(2030, 2, 28, 12, tzinfo=MOSCOW)
    ) as directory:
        imported = await import_files(directory, files, region="RU", tz=MOSCOW)
        assert (imported.result.added, imported.notes) == (31, ())
        again = await import_files(directory, files, region="RU", tz=MOSCOW)
        assert again.result == ImportResult(added=0, updated=0, unchanged=31)
        (maria,) = await directory.patients("+79161234567")
        assert maria.full_name == "Иванова Мария Петровна"
        assert maria.visits[0].starts_at == datetime(2030, 2, 28, 16, 30, tzinfo=MOSCOW)
        answers = {said.service: (said.answer, said.copay_percent) for said in maria.policies[0].coverage}
        assert answers["УЗИ брюшной полости"] == (Answer.COVERED, None)
        assert answers["МРТ"] == (Answer.COPAY, 30)
        assert answers["Стоматология"] == (Answer.NOT_COVERED, None)
        assert len(await directory.patients("+79031112233")) == 3


async def test_later_files_may_name_who_is_known_and_a_wrong_one_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    patients, visits, wrong = (tmp_path / name for name in ("patients.csv", "visits.csv", "wrong.csv"))
    patients.write_text("patient_id,full_name,phones\n1,Мария,+79161234567\n")
    visits.write_text("patient_id,starts_at,status\n1,2026-11-21 16:30,booked\n")
    wrong.write_text("patient_id,starts_at,status\n1,2026-11-21 17:30,booked\n2,2026-11-21 17:30,booked\n")
    async with BuiltinDirectory.open(database) as directory:
        await import_files(directory, [patients], region="RU", tz=MOSCOW)
        await import_files(directory, [visits], region="RU", tz=MOSCOW)
        with pytest.raises(CsvError, match=r"wrong.csv:3 patient_id: there is no patient"):
            await import_files(directory, [wrong], region="RU", tz=MOSCOW)
        (maria,) = await directory.patients("+79161234567")
    assert [visit.starts_at for visit in maria.visits] == [datetime(2026, 11, 21, 16, 30, tzinfo=MOSCOW)]


async def test_policies_that_say_the_same_and_nearly_the_same(database: Database, tmp_path: Path) -> None:
    said = {"1": "МРТ = 500", "2": "МРТ = 500", "3": "МРТ = 500.00", "4": "", "5": "МРТ = 500"}
    patients, policies = tmp_path / "patients.csv", tmp_path / "policies.csv"
    patients.write_text("patient_id,full_name,phones\n" + "".join(f"{n},М,+7916123456{n}\n" for n in said))
    policies.write_text(
        "patient_id,insurer,number,copay\n" + "".join(f"{n},А,{n},{text}\n" for n, text in said.items())
    )
    async with BuiltinDirectory.open(database) as directory:
        await import_files(directory, [patients, policies], region="RU", tz=MOSCOW)
        people = [(await directory.patients(f"+7916123456{n}"))[0] for n in said]
        again = await import_files(directory, [patients, policies], region="RU", tz=MOSCOW)
    assert again.result.unchanged == len(said)
    amounts = [[str(one.copay_amount) for one in person.policies[0].coverage] for person in people]
    assert amounts == [["500"], ["500"], ["500.00"], [], ["500"]]


def csv(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


async def test_every_wrong_row_is_told_whatever_the_file_and_nothing_is_written(
    database: Database, tmp_path: Path
) -> None:
    people = csv(tmp_path / "p.csv", "patient_id,full_name\n1,Мария\n2,Анна\n1,Мария\n3,\n1,Ещё\n")
    visits = csv(tmp_path / "v.csv", "patient_id,starts_at,status\n3,2026-11-21 16:30,booked\n4,x,booked\n")
    async with BuiltinDirectory.open(database) as directory:
        with pytest.raises(CsvError) as refused:
            await import_files(directory, [visits, people], region="RU", tz=MOSCOW)
        assert str(refused.value).replace(f"{tmp_path}/", "").splitlines() == [
            'p.csv:4 patient_id: "1" stands already in p.csv:2',
            "p.csv:5 full_name: is empty",
            'p.csv:6 patient_id: "1" stands already in p.csv:2',
            'v.csv:3 starts_at: "x" is no date; write 2026-11-21 or 21.11.2026',
            'v.csv:3 patient_id: there is no patient "4", neither in these files nor in ccd',
        ]
        csv(people, "patient_id,full_name\n1,Мария\n")
        imported = await import_files(directory, [people], region="RU", tz=MOSCOW)
        assert imported.result.added == 1


async def test_complete_files_remove_who_and_what_is_not_in_them(database: Database, tmp_path: Path) -> None:
    people = csv(
        tmp_path / "p.csv", "patient_id,full_name,phones\n1,Мария,+79161234567\n2,Анна,+79161234567\n"
    )
    visits = csv(
        tmp_path / "v.csv",
        "patient_id,starts_at,status\n1,2026-11-21 16:30,booked\n2,2026-11-21 17:30,booked\n",
    )
    async with BuiltinDirectory.open(database) as directory:
        await import_files(directory, [people, visits], region="RU", tz=MOSCOW)
        csv(visits, "patient_id,starts_at,status\n2,2026-11-21 17:30,booked\n")
        less = await import_files(directory, [visits], region="RU", tz=MOSCOW)
        assert less.result == ImportResult(added=0, updated=0, unchanged=1)
        less = await import_files(directory, [visits], region="RU", tz=MOSCOW, replace=True)
        assert less.result == ImportResult(added=0, updated=1, unchanged=1)
        csv(people, "patient_id,full_name,phones\n1,Мария,+79161234567\n")
        with pytest.raises(CsvError, match="there is no patient"):
            await import_files(directory, [people, visits], region="RU", tz=MOSCOW, replace=True)
        less = await import_files(directory, [people], region="RU", tz=MOSCOW, replace=True)
        assert less.result == ImportResult(added=0, updated=0, unchanged=1, removed=1)
        (maria,) = await directory.patients("+79161234567")
        assert (maria.patient_id, maria.visits) == ("1", ())


async def test_an_empty_export_removes_nobody(database: Database, tmp_path: Path) -> None:
    people = csv(tmp_path / "p.csv", "patient_id,full_name\n1,Мария\n")
    async with BuiltinDirectory.open(database) as directory:
        await import_files(directory, [people], region="RU", tz=MOSCOW)
        csv(people, "patient_id,full_name\n")
        with pytest.raises(CsvError, match="--replace would remove all"):
            await import_files(directory, [people], region="RU", tz=MOSCOW, replace=True)
        result = (await import_files(directory, [people], region="RU", tz=MOSCOW)).result
        assert result == ImportResult(added=0, updated=0, unchanged=0)
