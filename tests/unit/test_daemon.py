"""The daemon's parts: begun in order, ended in the opposite one, and none takes another down."""

import asyncio
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from ccd import notify, supervision
from ccd.calls.record import CallRecord
from ccd.daemon import process, storage
from ccd.daemon import running as module
from ccd.daemon.running import Daemon
from ccd.directory.booking import Order, SlotTakenError
from ccd.routing.question import Decision, StepRequest
from ccd.settings.models import Agi, Desk, Settings
from ccd.store import lookup, writer
from ccd.store import sqlite_keeper as migrating
from ccd.store.calls import CallStore
from ccd.store.clock import utc_now
from ccd.store.database import Database
from ccd.store.patients import BuiltinDirectory
from ccd.supervision import kept_up
from tests.fakes.agi import Channel, agi
from tests.unit.import_rows import import_rows
from tests.unit.store.other_process import locked
from tests.unit.store.samples import FAMILY, call, family


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "PAUSE", 0.01)
    monkeypatch.setattr(supervision, "_RETRY", 0.01)
    monkeypatch.setattr(migrating, "_WAIT_SECONDS", 0.01)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database=tmp_path / "ccd.db", agi=Agi(port=0), desk=Desk(port=0))


@pytest.fixture
def notices(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []
    monkeypatch.setattr(notify, "notify", said.append)
    return said


class Link:
    """Asterisk's link: fails as often as told, and gives a last event when it ends."""

    def __init__(self, last: Callable[[], None] = lambda: None, failures: int = 0) -> None:
        self.last = last
        self.failures = failures
        self.up = asyncio.Event()

    async def run(self) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("a bug")
        self.up.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.last()


def with_link(settings: Settings, link: Link) -> Daemon:
    daemon = Daemon(settings, "secret", settings.beside.with_name("ccd.yaml"))
    daemon.telephony.link = link  # type: ignore[assignment]
    return daemon


@asynccontextmanager
async def running(daemon: Daemon) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    task = asyncio.create_task(daemon.run(stopping))
    try:
        yield
    finally:
        stopping.set()
        async with asyncio.timeout(20):
            await task


async def reaches(port: Callable[[], int]) -> None:
    """Wait until something listens there."""
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port())
            except (OSError, RuntimeError):
                await asyncio.sleep(0.01)
            else:
                writer.close()
                return


async def saved(path: Path) -> list[CallRecord]:
    database = await Database.open(path)
    try:
        return list(await CallStore(database).calls())
    finally:
        await database.close()


async def test_the_last_events_of_the_link_are_saved(settings: Settings) -> None:
    daemon = with_link(settings, link := Link())
    link.last = lambda: daemon.storage.calls.save(call())
    async with running(daemon):
        await link.up.wait()
    assert await saved(settings.beside) == [call()]
    assert daemon.storage.calls.waiting == 0


async def test_the_parts_end_in_order(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []
    daemon = with_link(settings, link := Link(lambda: ended.append("link")))

    def watch(part: object, method: str, name: str) -> None:
        kept = getattr(part, method)

        async def watched(*arguments: object) -> object:
            try:
                return await kept(*arguments)
            finally:
                ended.append(name)

        monkeypatch.setattr(part, method, watched)

    watch(daemon.storage.calls, "flush", "flush")
    watch(daemon.storage.calls, "run", "writer")
    watch(daemon.desk, "stop", "desk")
    watch(daemon.storage.database, "close", "database")
    async with running(daemon):
        await link.up.wait()
        watch(daemon.telephony.agi, "stop", "agi")
    assert ended == ["agi", "link", "flush", "desk", "writer", "agi", "database"]


async def test_ready_while_the_database_is_locked(settings: Settings, notices: list[str]) -> None:
    settings.beside.touch()
    daemon = with_link(settings, link := Link())
    with capture_logs() as logs:
        with locked(settings.beside):
            running_daemon = running(daemon)
            await running_daemon.__aenter__()
            async with asyncio.timeout(20):
                while not any(entry["log_level"] == "error" for entry in logs):
                    await asyncio.sleep(0.01)
            await reaches(lambda: daemon.telephony.agi.port)
            assert notices == [notify.READY]
            assert not link.up.is_set()
        await link.up.wait()
        await running_daemon.__aexit__(None, None, None)
    assert notices == [notify.READY, notify.STOPPING]


async def test_a_folder_that_comes_later_is_waited_for(settings: Settings) -> None:
    later = settings.model_copy(update={"database": settings.beside.parent / "later" / "ccd.db"})
    daemon = with_link(later, link := Link())
    async with running(daemon):
        await reaches(lambda: daemon.telephony.agi.port)
        later.beside.parent.mkdir()
        await link.up.wait()


async def test_callers_are_found_in_memory_until_somebody_is_booked_for(settings: Settings) -> None:
    daemon = with_link(settings, link := Link())
    async with running(daemon):
        await link.up.wait()
        directory = daemon.storage.directory.source
        assert isinstance(directory, BuiltinDirectory)
        await import_rows(directory, family())
        asked = lookup.parameters(FAMILY, utc_now())
        async with asyncio.timeout(20):
            while not daemon.storage.copy.rows(asked):
                await asyncio.sleep(0.01)
        asking = asyncio.ensure_future(daemon.storage.directory.patients(FAMILY))
        await asyncio.sleep(0)
        assert asking.done()
        schedule = daemon.keepers.bookings.owners["built-in"].source
        with pytest.raises(SlotTakenError):
            await schedule.book(Order(key="k", slot_id="none", patient_id="t"))
        assert daemon.storage.copy.rows(asked) is None


@pytest.mark.parametrize(
    ("changed", "megabytes"),
    [
        ({}, 512),
        ({"directory": {"sources": [{"name": "built-in", "builtin": {"memory_mb": 7}}]}}, 7),
        ({"directory": {"sources": [{"name": "cards", "plugin": {"name": "cards"}}]}}, 0),
        ({"database": "postgresql://ccd@127.0.0.1:1/ccd"}, 0),
    ],
)
def test_what_a_copy_of_the_directory_may_take(tmp_path: Path, changed: dict[str, Any], megabytes: int):
    settings = Settings.model_validate({"database": tmp_path / "ccd.db"} | changed)
    assert storage.Storage(settings).copy.megabytes == megabytes


async def test_a_desk_without_its_port_does_not_stop_calls(settings: Settings) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other, capture_logs() as logs:
        port = other.getsockname()[1]
        taken = settings.model_copy(update={"desk": Desk(port=port)})
        daemon = with_link(taken, link := Link())
        async with running(daemon):
            await link.up.wait()
            async with asyncio.timeout(20):
                while not any(entry.get("part") == "desk" for entry in logs):
                    await asyncio.sleep(0.01)
            await reaches(lambda: daemon.telephony.agi.port)
            other.close()
            async with asyncio.timeout(20):
                while not any(entry["event"] == "desk listens" for entry in logs):
                    await asyncio.sleep(0.01)
            await reaches(lambda: port)


async def test_a_link_that_fails_is_made_again(settings: Settings) -> None:
    daemon = with_link(settings, link := Link(failures=2))
    with capture_logs() as logs:
        async with running(daemon):
            await link.up.wait()
    failures = [entry for entry in logs if entry.get("part") == "link"]
    assert [(entry["event"], entry["exc_info"]) for entry in failures] == [("part failed", True)] * 2


async def test_a_writer_that_fails_writes_on(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    daemon = with_link(settings, link := Link())
    forget, failures = daemon.storage.calls._forget, [KeyError("a bug")]

    def failing(*arguments: object) -> None:
        if failures:
            raise failures.pop()
        forget(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(daemon.storage.calls, "_forget", failing)
    async with running(daemon):
        await link.up.wait()
        daemon.storage.calls.save(call())
        async with asyncio.timeout(20):
            while failures:
                await asyncio.sleep(0.01)
    assert await saved(settings.beside) == [call()]
    assert daemon.storage.calls.waiting == 0


async def test_agi_without_its_port_is_the_end(settings: Settings) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other, capture_logs() as logs:
        taken = settings.model_copy(update={"agi": Agi(port=other.getsockname()[1])})
        assert await process.serve(taken, "secret", Path("ccd.yaml")) == 1
    (entry,) = [entry for entry in logs if entry["event"] == "ccd cannot run"]
    assert "address already in use" in entry["reason"]


async def test_a_wrong_database_is_the_end(settings: Settings) -> None:
    with closing(sqlite3.connect(settings.beside)) as other, other:
        other.execute("CREATE TABLE alembic_version (version_num)")
        other.execute("INSERT INTO alembic_version VALUES ('9999')")
    with capture_logs() as logs:
        assert await process.serve(settings, "secret", settings.beside.with_name("ccd.yaml")) == 1
    (entry,) = [entry for entry in logs if entry["event"] == "ccd cannot run"]
    assert "newer ccd" in entry["reason"]


async def test_what_a_locked_database_did_not_take_is_there_after_the_next_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FLUSH", 0.0)
    monkeypatch.setattr(writer, "_PATIENCE", 0.0)
    daemon = with_link(settings, link := Link())
    with capture_logs() as logs, ExitStack() as lock:
        async with running(daemon):
            await link.up.wait()
            lock.enter_context(locked(settings.beside))
            daemon.storage.calls.save(call())
    assert await saved(settings.beside) == []
    assert [entry["count"] for entry in logs if entry["event"] == "calls_kept_for_the_next_start"] == [1]
    daemon = with_link(settings, link := Link())
    async with running(daemon):
        await link.up.wait()
        assert daemon.telephony.tracker.calls() == [call()]
    assert await saved(settings.beside) == [call()]


async def test_a_second_ccd_on_the_database_ends_and_harms_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "LOCK", 0.0)
    daemon = with_link(settings, link := Link())
    async with running(daemon):
        await link.up.wait()
        with capture_logs() as logs:
            assert await process.serve(settings, "secret", settings.beside.with_name("ccd.yaml")) == 1
    (entry,) = [entry for entry in logs if entry["event"] == "ccd cannot run"]
    assert entry["reason"] == f"another ccd runs on {settings.beside}; stop it, or name another file"


async def test_a_restart_waits_for_the_ccd_before_it_and_answers_meanwhile(settings: Settings) -> None:
    before, after = with_link(settings, Link()), with_link(settings, link := Link())
    async with AsyncExitStack() as stack:
        async with running(before):
            await reaches(lambda: before.telephony.agi.port)
            await before.telephony.link.up.wait()  # type: ignore[attr-defined]
            await stack.enter_async_context(running(after))
            await reaches(lambda: after.telephony.agi.port)
            assert not link.up.is_set()
        await link.up.wait()


async def test_a_part_that_fails_as_it_ends_does_not_begin_again() -> None:
    begun: list[str] = []

    async def part() -> None:
        begun.append("once more")
        try:
            await asyncio.Event().wait()
        finally:
            raise RuntimeError("while ending")

    with capture_logs() as logs:
        async with asyncio.timeout(20), kept_up("part", part):
            while not begun:
                await asyncio.sleep(0)
    assert begun == ["once more"]
    assert [entry["event"] for entry in logs] == ["part failed"]


@pytest.mark.parametrize("wanted", [True, False])
async def test_files_of_rules_are_watched_unless_it_is_switched_off(settings, wanted):
    daemon = with_link(settings.model_copy(update={"watch_rules": wanted}), link := Link())
    watched = asyncio.Event()

    async def watch() -> None:
        watched.set()
        await asyncio.Event().wait()

    daemon.reloader.watch = watch  # type: ignore[method-assign]
    async with running(daemon):
        await link.up.wait()
        assert watched.is_set() is wanted


async def test_new_rules_reach_the_next_question(settings):
    daemon = with_link(settings, link := Link())
    path = settings.beside.with_name("ccd.yaml")
    path.write_text("routing: { default_queue: second }\n", encoding="utf-8")
    async with running(daemon):
        await link.up.wait()
        assert (await daemon.reloader.reload()).done
        assert daemon.telephony.tracker.named_queues == {"second"}
        assert daemon.telephony.rules.version == daemon.reloader._rules.version


EVERYTHING = """
routing:
  default_queue: second
  dial: { trunk: "PJSIP/{number}@new" }
  people: { ivanova: { name: Ivanova, phone: PJSIP/301 } }
  rosters: { doctors: { queue: doctors, shifts: [{ who: ivanova, hours: "00:00-24:00" }] } }
  queues: { busy: { longest_wait: 5m } }
  escalation: { queue: chief }
"""


async def test_every_part_takes_its_share_of_new_rules(settings):
    """Rosters, bounds and escalation to whoever keeps them; also the answer that needs no rule."""
    daemon = with_link(settings, link := Link())
    settings.beside.with_name("ccd.yaml").write_text(EVERYTHING, encoding="utf-8")
    async with running(daemon):
        await link.up.wait()
        daemon.telephony.agi._decide = no_decision
        assert (await agi(daemon.telephony.agi.port, Channel())).variables["CCD_QUEUE"] == "operators"
        assert (await daemon.reloader.reload()).done
        assert [roster.queue for roster in daemon.keepers.duty.rosters] == ["doctors"]
        assert daemon.keepers.ageing.limits["busy"].longest_wait == 300
        assert daemon.telephony.rules.current.handover.queue == "chief"
        assert daemon.telephony.dialler.trunk == "PJSIP/{number}@new"
        assert daemon.telephony.tracker.named_queues == {"second", "doctors", "busy", "chief"}
        assert (await agi(daemon.telephony.agi.port, Channel())).variables["CCD_QUEUE"] == "second"


async def no_decision(_ask: StepRequest) -> Decision:
    raise RuntimeError("a bug")
