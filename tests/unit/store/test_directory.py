"""The built-in directory: who is behind a number, and imports that are all or nothing."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ccd.directory.model import Answer, Coverage, DirectoryError, Origin, Policy, Reach, Remark, RemarkKind
from ccd.directory.source import Source
from ccd.store.comparing import Scope
from ccd.store.database import Database
from ccd.store.errors import StoreError
from ccd.store.import_result import ImportResult
from ccd.store.migrate import migrate
from ccd.store.patients import BuiltinDirectory
from ccd.store.sqlite_reader import SqliteReader
from ccd.store.staging import Staging
from tests.unit.directory_rows import DirectoryRows, Relative
from tests.unit.import_rows import feed, import_rows
from tests.unit.store.other_process import locked, select
from tests.unit.store.samples import ALL_COLUMNS, FAMILY, NOON, POLICY, family, patient, visit


@pytest.fixture
async def directory(database: Database) -> AsyncIterator[BuiltinDirectory]:
    async with BuiltinDirectory.open(database, now=lambda: NOON) as opened:
        yield opened


async def test_everyone_behind_a_number_with_all_that_is_known(directory: BuiltinDirectory) -> None:
    source: Source = directory
    await import_rows(directory, family())
    mother, son = await source.patients(FAMILY)
    rows = family()
    visits = rows.visits["m"]
    upcoming_first = (visits[3], visits[1], visits[0], visits[2])
    assert mother == replace(rows.patients[0], policies=rows.policies["m"], visits=upcoming_first)
    assert son == replace(rows.patients[1], visits=rows.visits["t"])
    assert await source.patients("+74951234567") == (mother,)
    assert await source.patients("+79990000000") == ()


@pytest.mark.parametrize(("people", "services", "told"), [(1_001, 0, "1001 people"), (1, 20_000, "facts")])
async def test_a_number_of_too_many_is_refused(
    directory: BuiltinDirectory, people: int, services: int, told: str
) -> None:
    """One that was written for everybody who has none: the making of so many holds up every other call."""
    everybody = tuple(patient(f"p{number}", "Имя") for number in range(people))
    covered = tuple(Coverage(service=f"s{n}", answer=Answer.COVERED) for n in range(services))
    rows = DirectoryRows(
        patients=everybody,
        columns=ALL_COLUMNS,
        phones={one.patient_id: (FAMILY,) for one in everybody},
        policies={"p0": (replace(POLICY, coverage=covered),)},
    )
    await import_rows(directory, rows)
    with pytest.raises(DirectoryError, match=told):
        await directory.patients(FAMILY)
    if people > 1:
        await import_rows(directory, DirectoryRows(patients=everybody[:1], columns=ALL_COLUMNS))
        assert len(await directory.patients(FAMILY)) == 1_000


CHILD = patient(
    "c",
    "Соколова Варвара",
    remarks=(
        Remark(text="боится уколов"),
        Remark(text="аллергия на лидокаин", kind=RemarkKind.MEDICAL),
    ),
)


def with_relatives(*relatives: Relative) -> DirectoryRows:
    return DirectoryRows(
        patients=(CHILD,),
        columns=ALL_COLUMNS | {"notes", "medical", "kind"},
        phones={"c": ("+74951234567",)},
        relatives={"c": relatives},
    )


async def test_a_patient_is_reached_through_a_guardian(directory: BuiltinDirectory) -> None:
    aunt = Relative(phones=(FAMILY,), name="Анна", relationship="тётя")
    father = Relative(phones=(FAMILY, "+79990000001"), name="Пётр", relationship="папа", guardian=True)
    await import_rows(directory, with_relatives(aunt, father))
    through_father = replace(CHILD, reach=Reach.GUARDIAN, relationship="папа", through="Пётр")
    assert await directory.patients(FAMILY) == (through_father,)
    assert await directory.patients("+79990000001") == (through_father,)
    await import_rows(directory, with_relatives(aunt))
    assert await directory.patients(FAMILY) == (
        replace(CHILD, reach=Reach.RELATIVE, relationship="тётя", through="Анна"),
    )
    assert await directory.patients("+79990000001") == ()


async def test_an_own_number_is_own_whoever_else_has_it(directory: BuiltinDirectory) -> None:
    await import_rows(
        directory, with_relatives(Relative(phones=("+74951234567",), name="Анна", guardian=True))
    )
    assert await directory.patients("+74951234567") == (CHILD,)


async def test_organisations_and_staff_say_that_they_are_no_patients(directory: BuiltinDirectory) -> None:
    people = (
        patient("lab", "Лаборатория", reach=Reach.ORGANISATION),
        patient("s", "Сидоров", reach=Reach.STAFF),
    )
    rows = DirectoryRows(
        patients=people,
        columns=frozenset({"full_name", "kind", "phones"}),
        phones=dict.fromkeys(("lab", "s"), (FAMILY,)),
    )
    await import_rows(directory, rows)
    assert await directory.patients(FAMILY) == people


async def test_every_fact_says_when_it_was_last_imported(database: Database) -> None:
    hour = timedelta(hours=1)
    moments = iter((NOON, NOON + hour, NOON + 2 * hour, NOON))
    async with BuiltinDirectory.open(database, now=lambda: next(moments)) as directory:
        await import_rows(directory, replace(family(), visits={}))
        await import_rows(directory, DirectoryRows(visits=family().visits))
        await import_rows(directory, DirectoryRows(policies=family().policies))
        (mother,) = await directory.patients("+74951234567")
    assert mother.origin == Origin("built-in", NOON)
    assert {one.origin.at for one in mother.visits} == {NOON + hour}
    assert {one.origin.at for one in mother.policies} == {NOON + 2 * hour}
    assert {one.origin.at for policy in mother.policies for one in policy.coverage} == {NOON + 2 * hour}


async def test_the_most_recently_seen_come_first(directory: BuiltinDirectory) -> None:
    people = {
        "a": (visit(-1, "noshow"),),
        "b": (visit(-50, "fulfilled"),),
        "c": (visit(-2, "arrived"),),
        "d": (),
    }
    await import_rows(
        directory,
        DirectoryRows(
            patients=tuple(patient(one, one) for one in people),
            columns=ALL_COLUMNS,
            phones=dict.fromkeys(people, (FAMILY,)),
            visits=people,
        ),
    )
    assert [one.patient_id for one in await directory.patients(FAMILY)] == ["c", "b", "a", "d"]


async def test_who_is_late_for_a_visit_sees_it_first(directory: BuiltinDirectory) -> None:
    half_an_hour_ago, long_ago = visit(-0.02), visit(-0.5)
    await import_rows(directory, replace(family(), visits={"m": (long_ago, half_an_hour_ago, visit(1))}))
    mother = (await directory.patients("+74951234567"))[0]
    assert mother.visits == (half_an_hour_ago, visit(1), long_ago)


async def test_many_visits_are_cut_to_the_nearest(directory: BuiltinDirectory) -> None:
    await import_rows(
        directory, replace(family(), visits={"m": tuple(visit(day) for day in range(-100, 100))})
    )
    mother = (await directory.patients("+74951234567"))[0]
    assert mother.visits == (*map(visit, range(20)), *map(visit, range(-1, -21, -1)))


async def test_text_of_any_kind_is_kept(directory: BuiltinDirectory) -> None:
    hostile = "'; DROP TABLE patients; --\0\udcff␛"
    person = patient(hostile, hostile, tags=frozenset({hostile}))
    await import_rows(
        directory, DirectoryRows(patients=(person,), columns=ALL_COLUMNS, phones={hostile: (FAMILY,)})
    )
    assert await directory.patients(FAMILY) == (person,)
    assert await directory.patients(hostile) == ()


async def test_again_finds_everything_unchanged(directory: BuiltinDirectory, path: Path) -> None:
    assert await import_rows(directory, family()) == ImportResult(added=2, updated=0, unchanged=0)
    assert await import_rows(directory, family()) == ImportResult(added=0, updated=0, unchanged=2)
    assert select(path, "SELECT added, updated, unchanged FROM imports") == [(2, 0, 0), (0, 0, 2)]


async def test_what_an_import_does_not_say_stays(directory: BuiltinDirectory) -> None:
    await import_rows(directory, family())
    names_only = DirectoryRows(patients=(patient("t", "Тимофей Великий"),), columns=frozenset({"full_name"}))
    assert await import_rows(directory, names_only) == ImportResult(added=0, updated=1, unchanged=0)
    mother, son = await directory.patients(FAMILY)
    assert mother.policies == family().policies["m"]
    assert son == replace(family().patients[1], full_name="Тимофей Великий", visits=family().visits["t"])


async def test_a_doctor_and_a_debt_are_taken_away_only_by_saying_so(directory: BuiltinDirectory) -> None:
    await import_rows(directory, family())
    mother = patient("m", "Соколова Анна", debt=Decimal(0))
    await import_rows(directory, DirectoryRows(patients=(mother,), columns=frozenset({"debt"})))
    (found,) = await directory.patients("+74951234567")
    assert (found.doctor, found.debt) == ("Белова", Decimal(0))
    await import_rows(
        directory, DirectoryRows(patients=(patient("m", ""),), columns=frozenset({"doctor", "debt"}))
    )
    (found,) = await directory.patients("+74951234567")
    assert (found.doctor, found.debt) == ("", None)


async def test_policies_imported_without_kinds_keep_theirs(directory: BuiltinDirectory) -> None:
    await import_rows(directory, family())
    other = Policy(insurer="ВСК", programme="", number="RK-1")
    silent = DirectoryRows(
        policies={"m": (other, replace(POLICY, kind="", programme="Новая"))}, kindless=frozenset({"m"})
    )
    await import_rows(directory, silent)
    (mother,) = await directory.patients("+74951234567")
    assert mother.policies == (other, replace(POLICY, programme="Новая"))
    await import_rows(directory, DirectoryRows(policies={"m": (replace(POLICY, kind=""),)}))
    assert (await directory.patients("+74951234567"))[0].policies[0].kind == ""


async def test_what_an_import_says_replaces_what_was(directory: BuiltinDirectory) -> None:
    await import_rows(directory, family())
    rows = DirectoryRows(
        patients=family().patients,
        columns=frozenset({"phones"}),
        phones={"m": (FAMILY, FAMILY), "t": ()},
        policies={"m": (POLICY,)},
        visits={"t": family().visits["t"]},
    )
    result = await import_rows(directory, rows, whole=frozenset({"visits"}))
    assert (result.updated, result.changes) == (2, {"phones": 2, "policies": 1, "visits": 1})
    (mother,) = await directory.patients(FAMILY)
    assert (mother.policies, mother.visits) == ((POLICY,), ())
    assert await directory.patients("+74951234567") == ()


async def test_nobody_is_known_by_their_id_alone(directory: BuiltinDirectory) -> None:
    rows = DirectoryRows(patients=(patient("x", "Имя"),), columns=frozenset())
    assert (await import_rows(directory, rows)).added == 1
    assert (await import_rows(directory, rows)).unchanged == 1


async def test_an_import_that_fails_half_way_leaves_no_trace(directory: BuiltinDirectory, path: Path) -> None:
    await import_rows(directory, family())
    with closing(sqlite3.connect(path)) as other, other:
        other.execute(
            "CREATE TRIGGER full BEFORE INSERT ON visits BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
    people = (patient("m", "Другая"), patient("n", "Новая"))
    broken = replace(family(), patients=people, phones={}, visits={"n": (visit(1),)})
    with pytest.raises(StoreError, match="disk is full"):
        await import_rows(directory, broken)
    mother, _ = await directory.patients(FAMILY)
    assert (mother.full_name, mother.policies) == ("Соколова Анна", family().policies["m"])
    assert select(path, "SELECT count(*) FROM patients") == [(2,)]


async def test_facts_of_nobody_are_refused(directory: BuiltinDirectory) -> None:
    with pytest.raises(StoreError, match=r"(?i)foreign key"):
        await import_rows(directory, DirectoryRows(policies={"stranger": (POLICY,)}))


async def test_an_import_that_another_one_overtook_is_refused(
    database: Database, directory: BuiltinDirectory
) -> None:
    overtaking = threading.Event()

    def stage(staging: Staging) -> tuple[Scope, None]:
        feed(staging, family())
        staging.count("SELECT count(*) FROM patients")  # from here on it sees the directory as it is
        overtaking.set()
        while overtaking.is_set():
            time.sleep(0.001)
        return Scope(columns=ALL_COLUMNS), None

    late = asyncio.create_task(directory.importer().run(stage))
    await asyncio.to_thread(overtaking.wait)
    await import_rows(directory, DirectoryRows())
    overtaking.clear()
    with pytest.raises(StoreError, match="another import"):
        await late
    assert await directory.patients(FAMILY) == ()


async def test_an_import_that_is_cancelled_leaves_no_trace(directory: BuiltinDirectory) -> None:
    reading = threading.Event()

    def stage(staging: Staging) -> tuple[Scope, None]:
        feed(staging, family())
        reading.set()
        while True:
            feed(staging, DirectoryRows())

    running = asyncio.create_task(directory.importer().run(stage))
    await asyncio.to_thread(reading.wait)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await directory.patients(FAMILY) == ()


async def test_a_lookup_does_not_wait_for_a_writer(directory: BuiltinDirectory, path: Path) -> None:
    await import_rows(directory, family())
    with locked(path):
        assert len(await directory.patients(FAMILY)) == 2


async def test_a_database_locked_against_readers_is_told_at_once(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=DELETE")
        database = Database(path)
        async with BuiltinDirectory.open(database) as directory:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(DirectoryError, match="locked"):
                await directory.patients(FAMILY)
            other.execute("ROLLBACK")
            assert await directory.patients(FAMILY) == ()
        await database.close()


async def test_cancelled_lookups_leave_the_connection_as_it_was(directory: BuiltinDirectory) -> None:
    await import_rows(directory, family())
    for _ in range(20):
        lookup = asyncio.create_task(directory.patients(FAMILY))
        await asyncio.sleep(0)
        lookup.cancel()
        with pytest.raises(asyncio.CancelledError):
            await lookup
    assert len(await directory.patients(FAMILY)) == 2


async def test_a_broken_row_is_a_directory_error(directory: BuiltinDirectory, path: Path) -> None:
    await import_rows(directory, family())
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE patients SET birth_date = 'yesterday'")
    with pytest.raises(DirectoryError, match="yesterday"):
        await directory.patients(FAMILY)


async def reopened(directory: BuiltinDirectory) -> None:
    assert isinstance(directory._reader.asks, SqliteReader)
    assert directory._reader.asks.opening
    await directory._reader.asks.opening


async def test_a_database_that_was_replaced_is_read(directory: BuiltinDirectory, path: Path) -> None:
    await import_rows(directory, family())
    path.rename(path.with_name("moved.db"))
    for there_again in (False, True):
        if there_again:
            await migrate(path)
        with suppress(DirectoryError):
            await directory.patients(FAMILY)
        await reopened(directory)
    assert await directory.patients(FAMILY) == ()


async def test_a_connection_that_broke_is_made_again(directory: BuiltinDirectory, path: Path) -> None:
    await import_rows(directory, family())
    assert isinstance(directory._reader.asks, SqliteReader)
    await directory._reader.asks.driver.close()
    with pytest.raises(DirectoryError):
        await directory.patients(FAMILY)
    await reopened(directory)
    assert len(await directory.patients(FAMILY)) == 2


async def test_progress_is_told(directory: BuiltinDirectory) -> None:
    told: list[tuple[str, int]] = []
    await import_rows(directory, family(), lambda what, done: told.append((what, done)))
    assert [what for what, _ in told] == [
        *("comparing phones", "comparing relatives", "comparing policies", "comparing visits"),
        *("writing patients", "writing phones", "writing relatives", "writing policies", "writing visits"),
    ]
