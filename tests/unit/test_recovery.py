"""Recovery reads along: what it finds is durable with its mark, once; what is followed is let alone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.event import listen, remove
from structlog.testing import capture_logs

from ccd.asterisk_logs import reading, rebuilding
from ccd.asterisk_logs.reading import AsteriskLogs
from ccd.calls.record import CallRecord, State
from ccd.calls.snapshot import MemberNow
from ccd.completing import PATIENCE
from ccd.recovery import Recovery
from ccd.retold import LogMarks
from ccd.store import ready
from ccd.store.calls import CallStore
from ccd.store.database import Database
from ccd.store.errors import StoreError
from ccd.store.log_marks import LogMarkStore
from ccd.store.migrate import migrate
from ccd.store.tables.calls import calls, log_marks, set_aside
from ccd.supervision import kept_up
from tests.unit.asterisk_logs.captured import FOLDER, from_ami, from_logs

CALLS = ("answered-caller-hangs-up", "abandoned", "hold")
"""As they were captured, one after another."""
BEFORE, LATER = datetime(2026, 11, 22, 6, tzinfo=UTC), datetime(2026, 11, 22, 8, tzinfo=UTC)


class Live:
    """What the tracker follows."""

    def __init__(self) -> None:
        self.records: list[CallRecord] = []
        self.told: list[CallRecord] = []

    def calls(self) -> list[CallRecord]:
        return self.records

    def members(self) -> tuple[MemberNow, ...]:
        return ()

    def recovered(self, record: CallRecord) -> None:
        self.told.append(record)


class Bed:
    """A database, two logs, and ccd reading them."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder, self.database, self.live = folder, database, Live()
        self.calls = CallStore(database)
        self.store = LogMarkStore(database, self.calls)
        self.now = BEFORE
        self.start()

    def start(self) -> None:
        """As after a kill."""
        logs = AsteriskLogs(self.folder / "ccd.csv", self.folder / "queue_log")
        self.recovery = Recovery(logs, self.store, self.live, clock=lambda: self.now, outages=(StoreError,))
        self.calls.listen(self.recovery.saved)

    def write(self, *names: str) -> None:
        for name in names:
            for kind, file in (("cel", "ccd.csv"), ("queue_log", "queue_log")):
                with (self.folder / file).open("ab") as out:
                    out.write((FOLDER / f"{name}.{kind}").read_bytes())

    async def save(self, record: CallRecord) -> None:
        await self.store.recover([record], LogMarks(), BEFORE)

    async def dump(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of what recovery writes."""
        async with self.database.reading() as connection:
            return {
                one.name: [
                    tuple(row)
                    for row in await connection.execute(select(*one.columns).order_by(*one.primary_key))
                ]
                for one in (calls, log_marks, set_aside)
            }

    async def put_back(self, dump: dict[str, list[tuple[object, ...]]]) -> None:
        """All as it was then."""
        async with self.database.writing() as connection:
            for one in (calls, log_marks, set_aside):
                await connection.execute(one.delete())
                names = [column.name for column in one.columns]
                for row in dump[one.name]:
                    await connection.execute(one.insert().values(dict(zip(names, row, strict=True))))

    async def records(self) -> list[CallRecord]:
        return [*await self.calls.known([from_logs(name).call_id for name in CALLS])]


@pytest.fixture
async def bed(tmp_path) -> AsyncIterator[Bed]:
    file = tmp_path / "ccd.db"
    await migrate(file)
    database = await Database.open(file)
    bed = Bed(tmp_path, database)
    await bed.recovery.look()
    bed.now = LATER
    yield bed
    await database.close()


async def test_calls_that_ccd_never_heard(bed):
    bed.write(*CALLS)
    await bed.recovery.look()
    found = {record.call_id: record for record in await bed.records()}
    assert len(found) == len(bed.live.told) == len(CALLS)
    assert all(record.recovered for record in found.values())
    assert {one.disposition for one in found.values()} == {from_logs(name).disposition for name in CALLS}


async def test_killed_and_started_again_nothing_is_found_twice(bed):
    bed.write(*CALLS)
    await bed.recovery.look()
    before = await bed.records()
    bed.start()
    await bed.recovery.look()
    assert (await bed.records(), len(bed.live.told)) == (before, len(CALLS))


async def test_what_is_written_later_is_found_later(bed):
    for name in CALLS:
        bed.write(name)
        await bed.recovery.look()
    assert len(await bed.records()) == len(CALLS)


async def test_killed_in_the_middle_of_a_call(bed):
    """The first half was read by a ccd that is no more: the mark is still before the call."""
    whole = (FOLDER / "hold.cel").read_bytes().splitlines(keepends=True)
    bed.write("abandoned")
    with (bed.folder / "ccd.csv").open("ab") as cel:
        cel.writelines(whole[:6])
    await bed.recovery.look()
    bed.start()
    with (bed.folder / "ccd.csv").open("ab") as cel, (bed.folder / "queue_log").open("ab") as queue:
        cel.writelines(whole[6:])
        queue.write((FOLDER / "hold.queue_log").read_bytes())
    await bed.recovery.look()
    assert len(await bed.records()) == 2


async def test_of_a_call_whose_beginning_is_not_in_the_logs_no_record_is_made(bed):
    """Its file was thrown away: what is left looks like a call that came later and did not wait."""
    name = "operators-timeout-doctor-answers"
    whole = (FOLDER / f"{name}.cel").read_bytes().splitlines(keepends=True)
    (bed.folder / "queue_log").write_bytes((FOLDER / f"{name}.queue_log").read_bytes())
    for first in range(1, len(whole)):
        (bed.folder / "ccd.csv").write_bytes(b"".join(whole[first:]))
        await bed.recovery.look()
    assert await bed.calls.calls() == []


async def test_a_whole_record_is_left_alone(bed):
    heard = replace(from_ami("abandoned"), caller_name="as ccd heard it")
    await bed.save(heard)
    bed.write("abandoned")
    await bed.recovery.look()
    assert (await bed.records(), bed.live.told) == ([heard], [])


async def test_a_call_that_is_still_followed_waits_until_it_is_not(bed):
    bed.live.records = [replace(from_ami("abandoned"), state=State.WAITING)]
    bed.write(*CALLS)
    await bed.recovery.look()
    assert len(await bed.records()) == 2
    bed.start()  # the mark has not passed it
    bed.live.records = []
    await bed.recovery.look()
    assert len(await bed.records()) == 3


async def test_a_state_that_is_not_durable_yet_is_newer(bed):
    bed.calls.save(from_ami("abandoned"))
    bed.write("abandoned")
    await bed.recovery.look()
    assert (await bed.records(), bed.live.told) == ([], [])


async def test_a_state_that_came_and_was_written_meanwhile_is_not_written_over(bed, monkeypatch):
    partly = replace(from_ami("abandoned"), unknown=("segments",), segments=())
    await bed.save(partly)
    known, newer = bed.store.known, [replace(partly, wrapped_up=12.0)]

    async def read_and_then_saved(names):
        found = await known(names)
        if newer:
            bed.calls.save(newer.pop())
            await bed.calls.flush()
        return found

    monkeypatch.setattr(bed.store, "known", read_and_then_saved)
    bed.write("abandoned")
    async with kept_up("writer", bed.calls.run):
        await bed.recovery.look()
        assert [(one.wrapped_up, one.recovered) for one in await bed.records()] == [(12.0, False)]
        await bed.recovery.look()
    assert [(one.wrapped_up, one.recovered) for one in await bed.records()] == [(12.0, True)]


async def test_calls_from_before_ccd_are_not_ccds(bed, tmp_path):
    bed.folder = tmp_path / "older"
    bed.folder.mkdir()
    bed.write(*CALLS)
    bed.start()
    async with bed.database.writing() as connection:
        await connection.execute(log_marks.delete())
    await bed.recovery.look()
    assert await bed.records() == []


async def test_an_outage_of_the_database_loses_nothing(bed, monkeypatch):
    recover, failures = bed.store.recover, [StoreError("locked")]

    async def sometimes(*arguments):
        if failures:
            raise failures.pop()
        return await recover(*arguments)

    monkeypatch.setattr(bed.store, "recover", sometimes)
    monkeypatch.setattr("ccd.recovery.EVERY", 0.01)
    bed.write(*CALLS)
    task = asyncio.create_task(bed.recovery.run())
    async with asyncio.timeout(10):
        while len(await bed.records()) < len(CALLS):
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert failures == []


def ailing(monkeypatch, name: str = "hold") -> None:
    """Nothing can be made of this call."""
    made, bad = rebuilding.rebuilt, from_logs(name).call_id

    def failing(story, agents):
        if bad in story.names():
            raise RuntimeError
        return made(story, agents)

    monkeypatch.setattr(reading, "rebuilt", failing)


async def looks(bed: Bed, for_so_long: timedelta = PATIENCE) -> None:
    await bed.recovery.look()
    bed.now += for_so_long
    await bed.recovery.look()


async def aside(bed: Bed) -> list[tuple[str, str]]:
    async with bed.database.reading() as connection:
        return [(one.call_id, one.error) for one in await connection.execute(select(set_aside))]


async def test_a_call_of_which_no_record_can_be_made_takes_no_other_with_it(bed, monkeypatch):
    ailing(monkeypatch)
    bed.write("hold", "abandoned")
    await bed.recovery.look()
    assert [one.call_id for one in await bed.records()] == [from_logs("abandoned").call_id]


async def test_it_is_set_aside_once_and_the_mark_goes_on(bed, monkeypatch):
    ailing(monkeypatch)
    bed.write("hold", "abandoned")
    with capture_logs() as logs:
        await looks(bed)
        await looks(bed)
    told = [(one["call_id"], one["error"]) for one in logs if one["event"] == "call_set_aside"]
    assert await aside(bed) == told == [(from_logs("hold").call_id, told[0][1])]
    assert told[0][1].startswith("RuntimeError at ")
    marks, _ = await bed.store.log_marks()
    assert marks.cel.offset == (bed.folder / "ccd.csv").stat().st_size
    bed.start()
    await bed.recovery.look()
    assert len(await aside(bed)) == 1


async def test_a_record_that_cannot_be_read_stops_no_other(bed):
    await bed.save(replace(from_ami("hold"), unknown=("segments",)))
    async with bed.database.writing() as connection:
        await connection.execute(calls.update().values(segments=[{}]))
    bed.write(*CALLS)
    await looks(bed)
    assert [call_id for call_id, _ in await aside(bed)] == [from_logs("hold").call_id]
    others = [from_logs(name).call_id for name in CALLS if name != "hold"]
    assert {one.call_id for one in await bed.calls.known(others)} == {*others}


async def test_a_record_that_the_database_never_takes_stops_no_other(bed, monkeypatch):
    endless = replace(from_logs("hold"), hangup_cause=1 << 70)
    made = rebuilding.rebuilt

    def hostile(story, agents):
        return (endless,) if endless.call_id in story.names() else made(story, agents)

    monkeypatch.setattr(reading, "rebuilt", hostile)
    bed.write(*CALLS)
    await bed.recovery.look()
    assert [call_id for call_id, _ in await aside(bed)] == [endless.call_id]
    assert len(await bed.records()) == len(CALLS) - 1
    marks, _ = await bed.store.log_marks()
    assert marks.cel.offset == (bed.folder / "ccd.csv").stat().st_size


async def test_a_newer_ccd_reads_them_again(bed, monkeypatch):
    with monkeypatch.context() as older:
        ailing(older)
        older.setattr("ccd.store.set_aside.VERSION", "0.0.1")
        bed.write(*CALLS)
        await looks(bed)
    bed.start()
    await bed.recovery.look()
    assert (len(await bed.records()), await aside(bed)) == (len(CALLS), [])


async def test_those_of_which_the_logs_tell_no_more_stay_aside(bed, monkeypatch):
    with monkeypatch.context() as older:
        ailing(older, CALLS[0])
        older.setattr("ccd.store.set_aside.VERSION", "0.0.1")
        bed.write(CALLS[0])
        await looks(bed)
    for file in ("ccd.csv", "queue_log"):
        (bed.folder / file).unlink()
    bed.write(*CALLS[1:])
    bed.start()
    await bed.recovery.look()
    assert len(await bed.records()) == len(CALLS) - 1
    assert [call_id for call_id, _ in await aside(bed)] == [from_logs(CALLS[0]).call_id]


async def test_a_fault_that_passes_loses_nothing(bed, monkeypatch):
    async def failing(_call_ids):
        raise RuntimeError

    bed.write(*CALLS)
    with monkeypatch.context() as broken:
        broken.setattr(bed.store, "known", failing)
        await looks(bed, PATIENCE / 2)
    await bed.recovery.look()
    assert (len(await bed.records()), await aside(bed)) == (len(CALLS), [])


STEPS = ("before_cursor_execute", "commit")


class KilledError(BaseException):
    """As if the process ended here."""


class Killing:
    """Ends ccd at one of the steps that it comes by: each statement, each commit, and what is given to it."""

    def __init__(self, bed: Bed, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left: int | None = step
        self.engine = bed.database._background._engine
        for moment in STEPS:
            listen(self.engine, moment, self.pass_by)
        given: list[tuple[Any, str]] = [(bed.store, "known"), (bed.calls, "tell"), (bed.live, "recovered")]
        given.append((ready, "many"))
        for target, name in given:
            monkeypatch.setattr(target, name, self.before(getattr(target, name)))
        monkeypatch.setattr(reading, "rebuilt", self.before(rebuilding.rebuilt))

    def before(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def killed(*arguments: Any) -> Any:
            self.pass_by()
            return work(*arguments)

        return killed

    def pass_by(self, *_arguments: object) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.left = None
                raise KilledError

    def over(self) -> None:
        for moment in STEPS:
            remove(self.engine, moment, self.pass_by)


async def test_killed_at_any_step_nothing_is_lost_and_nothing_doubled(bed, monkeypatch):
    """Between reading, making, each statement, the commit and whoever is told of it."""
    partly = replace(from_ami("hold"), unknown=("segments",), segments=())
    await bed.save(partly)
    bed.write("hold", "abandoned")
    empty = await bed.dump()
    await bed.recovery.look()
    expected = await bed.dump()
    assert expected["calls"] != empty["calls"]
    for step in count():
        await bed.put_back(empty)
        bed.start()
        with monkeypatch.context() as patch:
            killing = Killing(bed, step, patch)
            with suppress(KilledError):
                await bed.recovery.look()
            killing.over()
        if killing.left is not None:
            break
        bed.start()
        await bed.recovery.look()
        assert await bed.dump() == expected, step
    assert step > 10
