"""docs/integrating.md, "A PostgreSQL MIS, step by step": what stands in docs/clinic/mis, really run."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ccd.directory.booking import Order, SlotQuery, SlotTakenError
from ccd.directory.model import Answer, Reach
from ccd.settings.loading import load
from ccd.sources.making import Given, make
from ccd.sources.sql_booking import SqlBooking
from tests.integration.databases.conftest import LIMITS
from tests.testbed.installation import REPOSITORY
from tests.testbed.postgres import Postgres
from tests.unit.sources.sql_booking_cases import NOVEMBER
from tests.unit.sources.test_making import Knows

GUIDE = REPOSITORY / "docs/clinic/mis"
MARIA = "+79161234567"


@pytest.fixture(scope="module")
def mis(postgres: Postgres) -> str:
    """The database of the guide, and its user; the address that the guide's settings have."""
    url = postgres.database((GUIDE / "schema.sql").read_text())
    postgres.run((GUIDE / "role.sql").read_text(), url.rpartition("/")[2])
    return url.replace("//", "//ccd@")


@pytest.fixture
async def source(mis: str, tmp_path: Path, monkeypatch) -> AsyncIterator[SqlBooking]:
    written = (GUIDE / "ccd.yaml").read_text().replace("postgresql://ccd@127.0.0.1:5432/mis", mis)
    (tmp_path / "ccd.yaml").write_text(written)
    monkeypatch.setenv("CCD_MIS_PASSWORD", "change-me")
    (settings,) = load(tmp_path / "ccd.yaml").directory.sources
    assert settings.sql
    patient = settings.model_copy(update={"sql": settings.sql.model_copy(update=LIMITS)})
    one = make(patient, Given(builtin=Knows(), region="RU", zone=ZoneInfo("Europe/Moscow")))
    assert isinstance(one, SqlBooking), one
    yield one
    await one.close()


async def test_the_caller_and_whom_she_cares_for(source):
    maria, peter = await source.patients(MARIA)
    assert (maria.full_name, maria.debt, maria.reach) == ("Иванова Мария Петровна", Decimal(1200), Reach.OWN)
    assert [
        (one.service, one.answer, one.copay_percent, one.clause) for one in maria.policies[0].coverage
    ] == [
        ("УЗИ", Answer.COVERED, None, "3.2"),
        ("МРТ", Answer.COPAY, 30, "4.1"),
    ]
    assert (peter.full_name, peter.reach, peter.through) == ("Иванов Пётр", Reach.GUARDIAN, maria.full_name)
    assert (peter.visits[0].doctor, peter.visits[0].preparation) == ("Ким А. В.", "без линз")


async def test_booking_moving_and_cancelling(source):
    hours = SlotQuery(since=NOVEMBER.since, until=NOVEMBER.until.replace(year=2031))

    async def free() -> list[str]:
        return [slot.slot_id for slot in await source.slots(hours)]

    assert await free() == ["1", "2"]
    orders = [Order(key=f"k{n}", slot_id="1", patient_id="1") for n in range(5)]
    done = await asyncio.gather(*map(source.book, orders), return_exceptions=True)
    (visit,) = [one for one in done if not isinstance(one, SlotTakenError)]
    assert not isinstance(visit, BaseException)
    moved = await source.move(visit.visit_id, Order(key="m", slot_id="2", patient_id="1"))
    assert await free() == ["1"]
    assert await source.booked("m") == moved
    await source.cancel(moved.visit_id, "c")
    assert await free() == ["1", "2"]


def test_ccds_user_may_do_no_more_than_the_guide_says(postgres, mis):
    name = mis.rpartition("/")[2]
    for forbidden in (
        "DELETE FROM appointments",
        "UPDATE patients SET balance = 0",
        "CREATE TABLE x (a int)",
    ):
        with pytest.raises(RuntimeError, match="permission denied"):
            postgres.run(f"SET ROLE ccd; {forbidden}", name)
