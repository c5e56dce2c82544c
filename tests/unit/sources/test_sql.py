"""What a clinic's database says of a caller, on SQLite; on real servers: tests/integration/databases."""

import asyncio
import socket
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from ccd.directory.model import Answer, DirectoryError, Patient, Reach
from ccd.sources.sql import SqlSource
from ccd.sources.sql_errors import said
from tests.unit.sources.sql_clinic import ANNA, BORIS, QUERIES, source, sqlite_file


@asynccontextmanager
async def asked(url: str, queries: dict[str, Any] | None = None, **others: Any) -> AsyncIterator[SqlSource]:
    one = source(url, queries, **others)
    try:
        yield one
    finally:
        await one.close()


async def found(url: str, number: str = ANNA, **changed: str) -> tuple[Patient, ...]:
    async with asked(url, QUERIES | changed) as one:
        return await one.patients(number)


async def trouble(url: str, **changed: str) -> str:
    with pytest.raises(DirectoryError) as caught:
        await found(url, **changed)
    return str(caught.value)


@pytest.fixture
def clinic(tmp_path) -> str:
    return sqlite_file(tmp_path)


async def test_everything_that_is_known_of_a_caller(clinic):
    anna, peter = await found(clinic)
    assert (anna.patient_id, anna.full_name, anna.debt) == ("17", "Иванова Анна", Decimal("1200.50"))
    assert anna.birth_date == date(1984, 3, 12)
    (policy,) = anna.policies
    assert (policy.insurer, policy.valid_until) == ("Ромашка", None)
    scan, mri = policy.coverage
    assert (scan.service, scan.answer, scan.clause) == ("УЗИ", Answer.COVERED, "3.2")
    assert (mri.answer, mri.copay_percent) == (Answer.COPAY, 30)
    assert [one.text for one in anna.remarks] == ["Просит каталку"]
    assert (peter.reach, peter.relationship) == (Reach.GUARDIAN, "mother")
    (visit,) = peter.visits
    assert visit.starts_at == datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    assert (visit.status, visit.visit_id) == ("booked", "1")


async def test_each_fact_says_which_source_said_it_and_when(clinic):
    before = datetime.now(UTC)
    anna, _ = await found(clinic)
    policy = anna.policies[0]
    for origin in (anna.origin, policy.origin, policy.coverage[0].origin, anna.remarks[0].origin):
        assert origin.source == "mis"
        assert origin.at is not None
        assert before <= origin.at <= datetime.now(UTC)


async def test_nobody_and_somebody_of_whom_little_is_known(clinic):
    assert await found(clinic, "+79165550000") == ()
    (boris,) = await found(clinic, BORIS)
    assert boris == Patient(patient_id="19", full_name="Сидоров Борис")


async def test_a_number_that_only_ends_like_the_callers_is_not_his(clinic):
    loose = "SELECT id AS patient_id, fio AS full_name, phone AS phones FROM person WHERE :digits <> ''"
    assert [one.patient_id for one in await found(clinic, patients=loose)] == ["17", "18"]
    assert await found(clinic, "+380671234567", patients=loose) == ()


async def test_the_order_of_the_query_is_kept(clinic):
    everyone = "SELECT id AS patient_id, fio AS full_name FROM person WHERE :e164 <> '' ORDER BY id DESC"
    assert [one.patient_id for one in await found(clinic, patients=everyone)] == ["19", "18", "17"]


P = "SELECT '1' AS patient_id, 'A' AS full_name, {} FROM person WHERE id = 17 AND :e164 <> ''"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"patients": P.format("'31.02.2020' AS birth_date")},
         'query patients: row 1, column birth_date: "31.02.2020" is not in the calendar'),
        ({"patients": P.format("-1 AS debt")},
         'query patients: row 1, column debt: "-1" is no amount of 0 or more'),
        ({"patients": P.format("'Иванов Ваня' AS birth_date")},
         'query patients: row 1, column birth_date: "И. В." is no date; write 2026-11-21 or 21.11.2026'),
        ({"patients": P.format("x'ff00' AS doctor")},
         "query patients: row 1, column doctor: must be text, not bytes"),
        ({"patients": P.format("'fr' AS language")},
         'query patients: row 1, column language: "fr" is unknown: ru, uk, en'),
        ({"patients": P.format("1 AS birthdate")},
         'query patients: no column "birthdate" is known; did you mean "birth_date"?'),
        ({"patients": P.format("'B' AS full_name")}, 'query patients: column "full_name" is there twice'),
        ({"patients": "SELECT id AS patient_id FROM person WHERE phone = :e164"},
         'query patients: column "full_name" is missing'),
        ({"patients": "SELECT id AS patient_id, NULL AS full_name FROM person WHERE :e164 <> ''"},
         "query patients: row 1, column full_name: is NULL"),
        ({"patients": "SELECT id FROM persons WHERE phone = :e164"},
         "query patients: no such table: persons"),
        ({"remarks": "SELECT id AS patient_id, fio AS text FROM person WHERE :patient_id <> ''"},
         "query remarks: column patient_id: names somebody whom it was not asked about"),
        ({"remarks": "SELECT :patient_id AS patient_id, CAST(x'ff' AS text) AS text"},
         "query remarks: Could not decode to UTF-8 column 'text' with text '\N{REPLACEMENT CHARACTER}'"),
    ],
)  # fmt: skip
async def test_whatever_is_wrong_is_said_with_its_query_and_column(clinic, changed, sentence):
    assert await trouble(clinic, **changed) == sentence


@pytest.mark.parametrize(
    ("changed", "column", "advice"),
    [
        ({"patients": "SELECT id, fio AS full_name FROM person WHERE phone = :e164"}, "id",
         "leave it out, or say AS what it is meant (missing: patient_id)"),
        ({"patients": "SELECT id AS patient_id, fio || '' FROM person WHERE phone = :e164"}, "fio || ''",
         "leave it out, or say AS what it is meant (missing: full_name)"),
        ({"remarks": "SELECT :patient_id AS patient_id, 'a' AS text, 7 AS remark_no"}, "remark_no",
         "leave it out, or say AS what it is meant (kind)"),
        ({"remarks": "SELECT :patient_id AS patient_id, 'a' AS text, 'note' AS kind, 7 AS txt"}, "txt",
         "leave it out"),
    ],
)  # fmt: skip
async def test_a_column_without_a_known_name_could_be_what_the_query_does_not_say_yet(
    clinic, changed, column, advice
):
    (query,) = changed
    assert await trouble(clinic, **changed) == f'query {query}: no column "{column}" is known; {advice}'


ENDLESS = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
    SELECT {} AS patient_id, :e164 AS full_name FROM n"""


async def test_too_many_rows_are_an_error_not_a_load(clinic):
    assert await trouble(clinic, patients=ENDLESS.format("i")) == "query patients: finds more than 1,000 rows"


async def test_a_query_that_takes_too_long_is_ended(clinic):
    async with asked(clinic, QUERIES | {"patients": ENDLESS.format("sum(i)")}, query_timeout=0.1) as one:
        with pytest.raises(DirectoryError, match="query patients: interrupted"):
            await one.patients(ANNA)


async def test_a_source_only_reads(clinic):
    """Even where the check of the settings is deceived."""
    async with asked(clinic) as one, one._database.engine.connect() as connection:
        for statement in ("DELETE FROM person", "CREATE TABLE x (a)", "PRAGMA user_version = 7"):
            with pytest.raises(Exception, match="readonly"):
                await connection.exec_driver_sql(statement)
    assert len(await found(clinic)) == 2


async def test_a_file_that_is_not_there_is_not_made(tmp_path):
    assert await trouble(f"sqlite:///{tmp_path}/none.db") == "the database: unable to open database file"
    assert not (tmp_path / "none.db").exists()


async def test_a_file_that_is_no_database(tmp_path):
    (tmp_path / "mis.db").write_text("<html>" * 1000)
    assert await trouble(f"sqlite:///{tmp_path}/mis.db") == "query patients: file is not a database"


HOSTILE = ("' OR 1=1 --", "'; DROP TABLE person; --", '"', "%", "\\", ":e164", "\x00", "+7" * 5_000, "Ёж🦔")


@trying(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(HOSTILE) | st.text(max_size=30))
async def test_data_is_never_sql(clinic, text):
    """A patient whose name, id and remark are made to break things is shown as is; nothing else happens."""
    file = clinic.removeprefix("sqlite:///")
    with sqlite3.connect(file) as connection:
        connection.execute("DELETE FROM person")
        connection.execute("INSERT INTO person (id, fio, phone) VALUES (1, ?, ?)", (f"x{text}", ANNA))
    connection.close()
    mine = "SELECT fio AS patient_id, fio AS full_name FROM person WHERE phone = :e164"
    if len(text) > 4_000:
        assert "more than 4,000 characters" in await trouble(clinic, patients=mine)
    else:
        (one,) = await found(clinic, patients=mine)
        assert one.full_name.startswith("x")
        assert not any(control in one.full_name for control in "\x00\x1b\r\n")
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM person").fetchone() == (1,)
    connection.close()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ConnectionRefusedError(111, "Connect call failed"), "nothing listens at its address and port"),
        (socket.gaierror(-2, "Name or service not known"), "its host name cannot be found"),
    ],
)
def test_a_database_that_is_not_there_is_told_in_words(error, sentence):
    assert said(error) == sentence


async def test_what_is_paid_is_of_no_policy_when_two_have_its_number(clinic):
    twice = """SELECT person AS patient_id, insurer, number FROM polis WHERE person IN :patient_ids
        UNION ALL SELECT person, 'Другая', number FROM polis WHERE person IN :patient_ids"""
    anna, _peter = await found(clinic, policies=twice)
    assert [(one.insurer, one.coverage) for one in anna.policies] == [("Ромашка", ()), ("Другая", ())]


async def test_a_thousand_long_texts_do_not_keep_other_calls_waiting(clinic):
    long = "Натощак, с собой полис и выписка. " * 110
    columns = ", ".join(f"'{long}' AS {name}" for name in ("doctor", "specialty", "place", "preparation"))
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
    visits = (
        f"{many} SELECT '17' AS patient_id, '2026-11-23 10:30:00' AS starts_at, 'booked' AS status, "
        f"{columns} FROM n WHERE '17' IN :patient_ids"
    )
    held = 0.0
    async with asked(clinic, QUERIES | {"visits": visits}, query_timeout=30) as one:
        asking = asyncio.ensure_future(one.patients(ANNA))
        last = time.thread_time()  # of this thread's work: a busy machine does not count
        while not asking.done():
            await asyncio.sleep(0)
            last, before = time.thread_time(), last
            held = max(held, last - before)
    assert len((await asking)[0].visits) == 900
    assert held < 0.1
