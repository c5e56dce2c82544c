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
from ccd.store.importing import ImportResult
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
