"""A clinic's own database on real servers: what it says, and every way in which it does not."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from ccd.directory.model import DirectoryError, Reach
from ccd.sources.sql import SqlSource
from tests.testbed.ports import free_port
from tests.unit.sources.sql_clinic import ANNA
from tests.unit.sources.test_sql import HOSTILE

SLEEP = {"postgres": "pg_sleep(30)", "mariadb": "sleep(30)"}


async def trouble(one: SqlSource) -> str:
    with pytest.raises(DirectoryError) as caught:
        await one.patients(ANNA)
    return str(caught.value)


async def test_everything_that_is_known_of_a_caller(clinic):
    anna, peter = await clinic.source().patients(ANNA)
    assert (anna.patient_id, anna.full_name, anna.debt) == ("17", "Иванова Анна", Decimal("1200.50"))
    assert [one.service for one in anna.policies[0].coverage] == ["УЗИ", "МРТ"]
    assert [one.text for one in anna.remarks] == ["Просит каталку"]
    assert (peter.reach, peter.visits[0].visit_id) == (Reach.GUARDIAN, "1")
    assert peter.visits[0].starts_at.isoformat() == "2026-11-23T07:30:00+00:00"


async def test_a_moment_with_its_zone_is_that_moment(clinic):
    """Whatever zone the server itself lives in: here it is UTC, and the clinic's is Moscow."""
    moment = {"postgres": "to_timestamp({})", "mariadb": "from_unixtime({})"}[clinic.kind].format(
        1_795_419_000
    )
    visits = f"SELECT id AS patient_id, {moment} AS starts_at, 'booked' AS status FROM person"
    (anna, _) = await clinic.source(visits=f"{visits} WHERE id IN :patient_ids").patients(ANNA)
    assert anna.visits[0].starts_at == datetime.fromtimestamp(1_795_419_000, UTC)


async def test_the_server_itself_refuses_writing(clinic):
    """Whatever the check of the settings does not see."""
    async with clinic.source()._database.engine.connect() as connection:
        with pytest.raises(Exception, match=r"read-only transaction|READ ONLY transaction"):
            await connection.exec_driver_sql("DELETE FROM person")
    assert len(await clinic.source().patients(ANNA)) == 2


async def test_the_server_itself_gives_up_a_slow_query(clinic):
    slow = f"SELECT 1 AS patient_id, :e164 AS full_name, {SLEEP[clinic.kind]} AS debt"
    said = await trouble(clinic.source(patients=slow, settings={"query_timeout": 1}))
    assert said.startswith("query patients: ")
    assert "statement timeout" in said or "max_statement_time" in said


async def test_a_hung_server_is_not_waited_for(clinic):
    one = clinic.source(settings={"query_timeout": 2, "connect_timeout": 2})
    await one.patients(ANNA)
    clinic.server.freeze()
    try:
        assert await trouble(one) == "the database: no answer in time"
    finally:
        clinic.server.thaw()
    assert len(await one.patients(ANNA)) == 2


async def test_questions_that_are_given_up_leave_their_connections_usable(clinic):
    one = clinic.source(settings={"connections": 2})
    clinic.server.freeze()
    try:
        for _ in range(6):
            task = asyncio.create_task(one.patients(ANNA))
            await asyncio.wait([task], timeout=0.02)
            task.cancel()
    finally:
        clinic.server.thaw()
    assert len(await one.patients(ANNA)) == 2


async def test_connections_are_made_anew_after_the_server_ended_them(clinic):
    one = clinic.source()
    await one.patients(ANNA)
    ends = {
        "postgres": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ccd'",
        "mariadb": "KILL USER ccd",
    }[clinic.kind]
    if clinic.kind == "postgres":
        clinic.run(ends)
    else:
        for (number,) in clinic.run("SELECT id FROM information_schema.processlist WHERE db = database()"
                                    " AND id <> connection_id()"):  # fmt: skip
            clinic.run(f"KILL {number}")
    assert len(await one.patients(ANNA)) == 2


async def test_nobody_listens_and_the_wrong_password(clinic):
    port = clinic.url.replace(f":{clinic.server.port}/", f":{free_port()}/")
    said = await trouble(clinic.source(settings={"url": port}))
    assert said.startswith("the database: ")
    said = await trouble(clinic.source(settings={"password": "hunter2"}))
    assert "password authentication failed" in said or "Access denied" in said
    assert "hunter2" not in said


async def test_more_connections_than_there_may_be_wait_their_turn(clinic):
    one = clinic.source(settings={"connections": 2})
    answers = await asyncio.gather(*(one.patients(ANNA) for _ in range(20)))
    assert {len(answer) for answer in answers} == {2}


async def test_a_table_that_is_not_there(clinic):
    said = await trouble(clinic.source(remarks="SELECT 1 FROM notes WHERE person IN :patient_ids"))
    assert said.startswith("query remarks: ")
    assert "notes" in said


async def test_too_many_rows_are_not_fetched(clinic):
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT a.i * b.i"
    many += " AS patient_id, :e164 AS full_name FROM n a, n b"
    one = clinic.source(patients=many, settings={"most_rows": 50})
    assert await trouble(one) == "query patients: finds more than 50 rows"


async def test_percent_signs_and_colons_in_a_query(clinic):
    like = r"SELECT id AS patient_id, '10\:30 %s %%' AS full_name FROM person WHERE phone LIKE '%(916)%'"
    like += " AND :e164 <> ''"
    one = clinic.source(
        patients=like, relatives="SELECT 1 AS patient_id, 'x' AS full_name WHERE :digits = ''"
    )
    assert [found.full_name for found in await one.patients(ANNA)] == ["10:30 %s %%"]


@pytest.mark.parametrize("text", [one for one in HOSTILE if "\x00" not in one and len(one) < 200])
async def test_data_is_never_sql(clinic, text):
    """Ids come back from the database as parameters of the next queries."""
    one = clinic.source(
        patients="SELECT :e164 AS full_name, note.words AS patient_id FROM note",
        relatives="SELECT words AS patient_id, words AS full_name FROM note WHERE words IN :patient_ids",
        remarks="SELECT words AS patient_id, words AS text FROM note WHERE words = :patient_id",
        policies="SELECT 'x' AS patient_id, '' AS insurer, '' AS number FROM note WHERE words = :patient_id"
        " AND 1 = 0",
        coverage="SELECT 'x' AS patient_id, '' AS policy_number, 'x' AS service, '' AS answer FROM note"
        " WHERE words = :patient_id AND 1 = 0",
        visits="SELECT 'x' AS patient_id, '' AS starts_at, '' AS status FROM note WHERE words = :patient_id"
        " AND 1 = 0",
    )
    escaped = text.replace("'", "''")
    if clinic.kind == "mariadb":
        escaped = escaped.replace("\\", "\\\\")
    clinic.run(f"UPDATE note SET words = '{escaped}'")
    (found,) = await one.patients(ANNA)
    assert (found.patient_id, [remark.text for remark in found.remarks]) == (text, [text])
    assert len(await clinic.source().patients(ANNA)) == 2
