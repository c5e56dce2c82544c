"""The directory in memory: it says what the file says, or nothing; and it says it while the file cannot."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from ccd.directory.booking import NotBookedError, Order, Slot
from ccd.directory.model import Patient, Visit
from ccd.store import lookup, memory_tables
from ccd.store.database import Database
from ccd.store.memory_copy import MemoryCopy
from ccd.store.memory_tables import MemoryTables
from ccd.store.patients import BuiltinDirectory
from ccd.store.reader import Reader
from ccd.store.schedule import Schedule
from tests.unit.directory_rows import DirectoryRows, Relative
from tests.unit.import_rows import import_rows
from tests.unit.store.conftest import until
from tests.unit.store.samples import ALL_COLUMNS, FAMILY, NOON, POLICY, family, patient, visit

PATIENCE = 20.0
HOSTILE = "'; DROP TABLE patients; --\0\udcff␛"
SLOT = Slot(slot_id="s1", starts_at=NOON + timedelta(days=1), ends_at=None, doctor="Белова", specialty="УЗИ")


class Untouchable:
    """A file that nothing comes from, as on a disk that hangs; it counts who asked."""

    asked = 0

    async def rows(self, sql: str, parameters: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        Untouchable.asked += 1
        await asyncio.Event().wait()
        raise AssertionError


@dataclass
class Copied:
    """A directory with its copy, and the same one without."""

    copy: MemoryCopy
    reader: Reader
    file: BuiltinDirectory
    both: BuiltinDirectory
    memory: BuiltinDirectory
    """Whose file cannot be read."""
    schedule: Schedule


@asynccontextmanager
async def opened(
    database: Database, megabytes: int = 10, clock: Callable[[], float] = time.monotonic
) -> AsyncIterator[Copied]:
    copy = MemoryCopy(Path(str(database.place)), megabytes, clock=clock)
    async with Reader.open(database) as reader:

        def directory(reader: Reader, copy: MemoryCopy | None) -> BuiltinDirectory:
            return BuiltinDirectory(database, reader, lambda: NOON, copy)

        yield Copied(
            copy,
            reader,
            file=directory(reader, None),
            both=directory(reader, copy),
            memory=directory(Reader("sqlite", Untouchable()), copy),
            schedule=Schedule(database, now=lambda: NOON, changed=copy.changed),
        )


@pytest.fixture
async def copied(database: Database, path: Path) -> AsyncIterator[Copied]:
    del path
    async with opened(database) as everything:
        yield everything


async def at_once(directory: BuiltinDirectory, e164: str) -> tuple[Patient, ...] | None:
    """What is answered without waiting for anything; None when the file is waited for."""
    asking = asyncio.ensure_future(directory.patients(e164))
    await asyncio.sleep(0)
    if asking.done():
        return asking.result()
    asking.cancel()
    return None


def shared(count: int) -> DirectoryRows:
    """So many patients of one number."""
    people = tuple(patient(f"p{n}", f"Имя {n}") for n in range(count))
    return DirectoryRows(
        patients=people, columns=ALL_COLUMNS, phones={one.patient_id: (FAMILY,) for one in people}
    )


def related() -> DirectoryRows:
    aunt = Relative(phones=(FAMILY,), name="Анна", relationship="тётя")
    father = Relative(phones=(FAMILY, "+79990000001"), name="Пётр", relationship="папа", guardian=True)
    child = (patient("c", "Соколова Варвара"),)
    return DirectoryRows(
        patients=child,
        columns=ALL_COLUMNS,
        phones={"c": ("+74951234567",)},
        relatives={"c": (aunt, father)},
        policies={"c": (POLICY, replace(POLICY, number="2", kind=""))},
    )


EVERYTHING: dict[str, Callable[[], DirectoryRows]] = {
    "family": family,
    "relatives": related,
    "many visits": lambda: replace(family(), visits={"m": tuple(map(visit, range(-40, 40)))}),
    "any text": lambda: DirectoryRows(
        patients=(patient(HOSTILE, HOSTILE, tags=frozenset({HOSTILE})),),
        columns=ALL_COLUMNS,
        phones={HOSTILE: (FAMILY,)},
    ),
    "a number of many": lambda: shared(200),
    "nobody": DirectoryRows,
}


@pytest.mark.parametrize("rows", EVERYTHING.values(), ids=EVERYTHING)
async def test_memory_says_what_the_file_says(copied: Copied, rows: Callable[[], DirectoryRows]) -> None:
    await import_rows(copied.file, rows())
    await copied.copy.look(copied.reader)
    for number in (FAMILY, "+74951234567", "+79990000001", "+79990000009"):
        assert await at_once(copied.memory, number) == await copied.file.patients(number)


async def test_without_a_copy_the_file_is_asked(copied: Copied) -> None:
    await import_rows(copied.file, family())
    assert len(await copied.both.patients(FAMILY)) == 2
    assert await at_once(copied.memory, FAMILY) is None


async def test_callers_are_known_while_the_disk_hangs(copied: Copied, path: Path) -> None:
    await import_rows(copied.file, family())
    hanging = Reader("sqlite", Untouchable())
    following = asyncio.create_task(copied.copy.follow(copied.reader))
    await until(lambda: copied.copy.rows({"e164": FAMILY, "now": ""}))
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    assert await at_once(copied.memory, FAMILY) is None  # whoever follows no more knows nothing

    await copied.copy.look(copied.reader)
    asked = Untouchable.asked
    following = asyncio.create_task(copied.copy.follow(hanging))
    await until(lambda: Untouchable.asked > asked)
    assert len(await at_once(copied.memory, FAMILY) or ()) == 2
    following.cancel()


async def test_an_import_is_seen_soon(copied: Copied) -> None:
    await import_rows(copied.file, family())
    following = asyncio.create_task(copied.copy.follow(copied.reader))
    await until(lambda: copied.copy.rows({"e164": FAMILY, "now": ""}))
    names = DirectoryRows(patients=(patient("t", "Тимофей Великий"),), columns=frozenset({"full_name"}))
    await import_rows(copied.file, names)
    async with asyncio.timeout(PATIENCE):
        while "Тимофей Великий" not in [one.full_name for one in await at_once(copied.memory, FAMILY) or ()]:
            await asyncio.sleep(0.01)
    following.cancel()


async def test_another_file_in_its_place_is_copied(copied: Copied, path: Path, tmp_path: Path) -> None:
    await import_rows(copied.file, family())
    await copied.copy.look(copied.reader)
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(other)) as new:
        old.backup(new)  # its imports are the same
        with new:
            new.execute("DELETE FROM phones")
    for ending in ("", "-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)
    other.rename(path)
    async with asyncio.timeout(PATIENCE):
        while await at_once(copied.memory, FAMILY) != ():
            await copied.copy.look(copied.reader)
            await asyncio.sleep(0.01)


async def test_callers_are_known_while_the_file_is_away(copied: Copied, path: Path, tmp_path: Path) -> None:
    """As while its disk is taken out: what was in it is what will be in it."""
    await import_rows(copied.file, family())
    await copied.copy.look(copied.reader)
    path.rename(tmp_path / "away")
    await copied.copy.look(copied.reader)
    assert len(await at_once(copied.memory, FAMILY) or ()) == 2
    (tmp_path / "away").rename(path)
    with capture_logs() as logs:
        await copied.copy.look(copied.reader)
    assert len(await at_once(copied.memory, FAMILY) or ()) == 2
    assert not logs


async def test_the_loop_does_not_give_the_memory_back_itself(
    copied: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gigabyte of it would hold up every caller."""
    closed, close = [], MemoryTables.close

    def closing_in(tables: MemoryTables) -> None:
        closed.append(threading.current_thread())
        close(tables)

    monkeypatch.setattr(MemoryTables, "close", closing_in)
    for rows in (family(), DirectoryRows()):
        await import_rows(copied.file, rows)
        await copied.copy.look(copied.reader)
    assert len(closed) == 1
    assert threading.current_thread() not in closed


async def test_the_memory_of_one_copy_is_free_before_the_next_is_made(
    copied: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    free, fill = [], MemoryTables.fill

    def filled(tables: MemoryTables, path: Path, megabytes: int) -> list[Any]:
        free.append(copied.copy.rows({"e164": FAMILY, "now": ""}) is None)
        return fill(tables, path, megabytes)

    monkeypatch.setattr(MemoryTables, "fill", filled)
    for rows in (family(), DirectoryRows()):
        await import_rows(copied.file, rows)
        await copied.copy.look(copied.reader)
    assert free == [True, True]


async def test_a_copy_that_is_not_wanted_any_more_ends_soon(
    copied: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n LIMIT 1 OFFSET "
    copying, ended, fill = asyncio.Event(), list[str](), MemoryTables.fill
    loop = asyncio.get_running_loop()

    def statements(_path: Path, _megabytes: int) -> Iterator[str]:
        loop.call_soon_threadsafe(copying.set)
        yield f"{count} 20_000_000".replace("_", "")  # seconds
        raise AssertionError("it went on")

    def filled(tables: MemoryTables, path: Path, megabytes: int) -> list[Any]:
        try:
            return fill(tables, path, megabytes)
        except BaseException as error:
            ended.append(str(error))
            raise

    monkeypatch.setattr(memory_tables, "_statements", statements)
    monkeypatch.setattr(MemoryTables, "fill", filled)
    following = asyncio.create_task(copied.copy.follow(copied.reader))
    await copying.wait()
    following.cancel()
    await until(lambda: ended)
    assert ended == ["interrupted"]


async def test_a_copy_is_of_one_moment(copied: Copied, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await import_rows(copied.file, family())
    before, statements = await copied.file.patients(FAMILY), memory_tables._statements

    def changed_meanwhile(path: Path, megabytes: int) -> Iterator[str]:
        for statement in statements(path, megabytes):
            yield statement
            if statement.startswith("INSERT INTO main.patients"):
                with closing(sqlite3.connect(path)) as other, other:
                    other.execute("DELETE FROM phones")

    monkeypatch.setattr(memory_tables, "_statements", changed_meanwhile)
    await copied.copy.look(copied.reader)
    assert await at_once(copied.memory, FAMILY) == before
    assert await copied.file.patients(FAMILY) == ()


async def test_memory_finds_every_row_by_its_key(copied: Copied, path: Path) -> None:
    """Else a booking of a thousand others would be read for each caller."""
    await import_rows(copied.file, family())
    tables = MemoryTables()
    tables.fill(path, 10)
    plan = tables._memory.execute(f"EXPLAIN QUERY PLAN {lookup.SQL['sqlite']}", {"e164": "", "now": ""})
    steps = [step for _, _, _, step in plan]
    searched = [step.split()[1] for step in steps if step.startswith("SEARCH")]
    assert {table.name for table in memory_tables._COPIED} <= set(searched)
    assert {step for step in steps if step.startswith("SCAN")} <= {"SCAN found", "SCAN few"}
    tables.close()


async def test_a_copy_is_much_smaller_than_its_file(copied: Copied, path: Path) -> None:
    """Its rows are in their index, and nowhere else."""
    await import_rows(copied.file, shared(5_000))
    tables = MemoryTables()
    tables.fill(path, 10)
    with closing(sqlite3.connect(path)) as file:
        ((pages,),) = file.execute("PRAGMA page_count")
    assert tables.megabytes < pages * 4096 / 2**20 / 2
    tables.close()


async def test_a_booking_is_seen_at_once(copied: Copied) -> None:
    await import_rows(copied.file, family())
    await copied.file.replace_slots([SLOT])
    await copied.copy.look(copied.reader)
    other = await at_once(copied.memory, "+74951234567")
    booked = await copied.schedule.book(Order(key="k1", slot_id="s1", patient_id="t"))
    assert booked.visit_id in [one.visit_id for one in visits_of("t", await copied.both.patients(FAMILY))]
    assert await at_once(copied.memory, FAMILY) is None  # so it came from the file
    assert await at_once(copied.memory, "+74951234567") == other is not None  # others' are not concerned

    await copied.schedule.cancel("k1", "k2")
    (cancelled,) = [one for one in visits_of("t", await copied.both.patients(FAMILY)) if one.visit_id == "k1"]
    assert cancelled.status == "cancelled"


async def test_an_hour_that_was_given_back_and_taken_again_is_told_in_one_order(copied: Copied) -> None:
    await import_rows(copied.file, family())
    await copied.file.replace_slots([SLOT])
    for key in ("k9", "k10", "k8"):
        await copied.schedule.book(Order(key=key, slot_id="s1", patient_id="t"))
        await copied.schedule.cancel(key, f"not {key}")
    async with opened(copied.file._database) as later:
        await later.copy.look(later.reader)
        told = (await at_once(later.memory, FAMILY), await later.file.patients(FAMILY))
        memory, file = ([one.visit_id for one in visits_of("t", found) if one.visit_id] for found in told)
        assert memory == file
        assert sorted(file) == ["k10", "k8", "k9"]


async def test_a_cancellation_of_what_was_booked_before_the_copy_is_seen_at_once(copied: Copied) -> None:
    await import_rows(copied.file, family())
    await copied.file.replace_slots([SLOT])
    await copied.schedule.book(Order(key="k1", slot_id="s1", patient_id="t"))
    async with opened(copied.file._database) as later:  # a ccd that was started anew
        await later.copy.look(later.reader)
        assert "k1" in [one.visit_id for one in visits_of("t", await at_once(later.memory, FAMILY))]
        await later.schedule.cancel("k1", "k2")
        found = visits_of("t", await later.both.patients(FAMILY))
        assert [one.status for one in found if one.visit_id == "k1"] == ["cancelled"]


async def test_a_booking_of_any_patient_is_seen_at_once(copied: Copied) -> None:
    await import_rows(copied.file, EVERYTHING["any text"]())
    await copied.file.replace_slots([SLOT])
    await copied.copy.look(copied.reader)
    await copied.schedule.book(Order(key="k1", slot_id="s1", patient_id=HOSTILE))
    assert await at_once(copied.memory, FAMILY) is None


async def test_a_booking_that_failed_is_asked_of_the_file_too(copied: Copied) -> None:
    """Whether anything was written, nobody knows."""
    await import_rows(copied.file, family())
    await copied.copy.look(copied.reader)
    with pytest.raises(NotBookedError):
        await copied.schedule.move("nothing", Order(key="k1", slot_id="s1", patient_id="t"))
    assert await at_once(copied.memory, FAMILY) is None


async def test_a_booking_stays_seen_when_the_copy_is_made_while_it_is_written(
    database: Database, path: Path
) -> None:
    del path
    now = [0.0]
    async with opened(database, clock=lambda: now[0]) as copied:
        await import_rows(copied.file, family())
        copied.copy.changed("t")  # told by somebody who was cancelled: the commit may still be on its way
        now[0] += 30
        await copied.copy.look(copied.reader)
        assert await at_once(copied.memory, FAMILY) is None
        now[0] += 61
        await import_rows(copied.file, DirectoryRows())
        await copied.copy.look(copied.reader)
        assert await at_once(copied.memory, FAMILY) is not None


async def test_who_was_booked_for_is_in_memory_again_within_an_hour_or_so(
    database: Database, path: Path
) -> None:
    """In a clinic that never imports, too."""
    del path
    now = [0.0]
    async with opened(database, clock=lambda: now[0]) as copied:
        await import_rows(copied.file, family())
        await copied.file.replace_slots([SLOT])
        await copied.copy.look(copied.reader)
        await copied.schedule.book(Order(key="k1", slot_id="s1", patient_id="t"))
        for passed, known in ((1_000, False), (3_000, True)):
            now[0] += passed
            await copied.copy.look(copied.reader)
            found = await at_once(copied.memory, FAMILY)
            assert ("k1" in [one.visit_id for one in visits_of("t", found)] if found else False) == known


async def test_what_needs_more_memory_is_asked_in_the_file(database: Database, path: Path) -> None:
    del path
    async with opened(database, megabytes=1) as copied:
        await import_rows(copied.file, shared(20_000))
        with capture_logs() as logs:
            await copied.copy.look(copied.reader)
            await copied.copy.look(copied.reader)
        told = [one for one in logs if one["log_level"] == "warning"]
        assert [(one["event"], one["memory_mb"]) for one in told] == [
            ("the directory does not fit into memory", 1)
        ]
        assert await at_once(copied.memory, FAMILY) is None
        fewer = replace(shared(3), columns=ALL_COLUMNS)
        await import_rows(copied.file, fewer, whole=frozenset({"patients"}))
        await copied.copy.look(copied.reader)
        assert len(await at_once(copied.memory, FAMILY) or ()) == 3


async def test_what_needs_more_memory_is_not_tried_again_for_a_booking(
    database: Database, path: Path
) -> None:
    """Ten times a second, from an hour after it on."""
    del path
    now = [0.0]
    async with opened(database, megabytes=1, clock=lambda: now[0]) as copied:
        await import_rows(copied.file, shared(20_000))
        with capture_logs() as logs:
            for passed in (0, 7_200):
                now[0] += passed
                await copied.copy.look(copied.reader)
                copied.copy.changed("p1")
            now[0] += 7_200
            await copied.copy.look(copied.reader)
        told = [one["event"] for one in logs if one["log_level"] == "warning"]
        assert told == ["the directory does not fit into memory"]


async def test_what_the_log_says_it_takes_is_enough(database: Database, path: Path) -> None:
    del path
    async with opened(database) as copied:
        await import_rows(copied.file, shared(16_000))
        with capture_logs() as logs:
            await copied.copy.look(copied.reader)
    async with opened(database, megabytes=logs[0]["mb"]) as copied:
        with capture_logs() as again:
            await copied.copy.look(copied.reader)
        assert [one["event"] for one in (*logs, *again)] == ["directory copied into memory"] * 2


async def test_a_number_of_thousands_is_asked_in_its_thread(copied: Copied) -> None:
    """The event loop has other calls to answer."""
    await import_rows(copied.file, shared(20_000))
    await copied.copy.look(copied.reader)
    assert await at_once(copied.memory, FAMILY) is None
    for _ in range(2_000):  # SQLite counts on from question to question
        assert await at_once(copied.memory, "+79990000009") == ()


async def test_a_file_that_cannot_be_copied_is_asked_and_tried_again_later(
    database: Database, path: Path
) -> None:
    now = [0.0]
    async with opened(database, clock=lambda: now[0]) as copied:
        await import_rows(copied.file, family())
        with closing(sqlite3.connect(path)) as other:
            other.execute("ALTER TABLE relatives RENAME TO hidden")
            with capture_logs() as logs:
                await copied.copy.look(copied.reader)
            assert "relatives" in logs[0]["error"]
            other.execute("ALTER TABLE hidden RENAME TO relatives")
        for passed, found in ((1, None), (30, 2)):
            now[0] += passed
            await copied.copy.look(copied.reader)
            known = await at_once(copied.memory, FAMILY)
            assert (known and len(known)) == found


def visits_of(patient_id: str, found: Sequence[Patient] | None) -> Sequence[Visit]:
    (one,) = [one for one in found or () if one.patient_id == patient_id]
    return one.visits
