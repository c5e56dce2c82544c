"""Imports, bookings, copies under way or failing, restarts, in any order: memory says what the file says."""

import asyncio
import sqlite3
import threading
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, closing, suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from structlog.testing import capture_logs

from ccd.directory.booking import NotBookedError, Order, Slot, SlotTakenError
from ccd.store import lookup, memory_tables
from ccd.store.database import Database
from ccd.store.sqlite_reader import SqliteReader
from tests.unit.directory_rows import DirectoryRows
from tests.unit.empty_database import empty_database
from tests.unit.import_rows import import_rows
from tests.unit.store.samples import FAMILY, NOON, patient, visit
from tests.unit.store.test_memory_copy import Copied, opened

_T = TypeVar("_T")
PATIENCE = 20.0
PEOPLE = st.sampled_from("abc")
MEANWHILE = ("booked", "imported", "restored")
SLOTS = [
    Slot(slot_id=f"s{n}", starts_at=NOON + timedelta(days=n), ends_at=None, doctor="Белова", specialty="УЗИ")
    for n in (1, 2, 3)
]


class Gate:
    """Where a copy waits when it has begun to read, and whether it fails then."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.reached, self.open, self.broken = threading.Event(), threading.Event(), False
        self.open.set()
        self._statements = memory_tables._statements
        patch.setattr(memory_tables, "_statements", self._gated)

    def _gated(self, path: Path, megabytes: int) -> Iterator[str]:
        for statement in self._statements(path, megabytes):
            yield statement
            if statement.startswith("INSERT INTO main.patients"):
                self.reached.set()
                assert self.open.wait(PATIENCE)
                if self.broken:
                    raise sqlite3.OperationalError("disk I/O error")


class Interleaved(RuleBasedStateMachine):
    """Nobody is found in memory as the file does not have him; what is not ``seen`` by a look yet aside."""

    def __init__(self) -> None:
        super().__init__()
        self.runner, self.patch, self.folder = asyncio.Runner(), pytest.MonkeyPatch(), TemporaryDirectory()
        self.logs = capture_logs()
        self.logs.__enter__()
        self.gate = Gate(self.patch)
        self.now, self.made = 0.0, dict[str, str]()
        self.seen = False
        self.path = self._do(empty_database(Path(self.folder.name) / "ccd.db"))
        self._do(self._start())
        self._do(self.here.file.replace_slots(SLOTS))
        self.imported(set("abc"), {-1, 1}, whole=True)
        self.looked()

    def teardown(self) -> None:
        self._do(self._end())
        self.runner.close()
        self.patch.undo()
        self.logs.__exit__(None, None, None)
        self.folder.cleanup()

    def _do(self, work: Coroutine[Any, Any, _T]) -> _T:
        async def bounded() -> _T:
            async with asyncio.timeout(PATIENCE):
                return await work

        return self.runner.run(bounded())

    async def _start(self) -> None:
        self.database = await Database.open(self.path)
        self.stack = AsyncExitStack()
        self.here: Copied = await self.stack.enter_async_context(
            opened(self.database, clock=lambda: self.now)
        )

    async def _end(self) -> None:
        if tables := self.here.copy._forgotten():
            tables.close()
        await self.stack.aclose()
        await self.database.close()

    @rule(whose=st.sets(PEOPLE, min_size=1), days=st.sets(st.integers(-2, 2)), whole=st.booleans())
    def imported(self, whose: set[str], days: set[int], whole: bool) -> None:
        rows = DirectoryRows(
            patients=tuple(patient(one, f"Имя {len(days)}") for one in sorted(whose)),
            columns=frozenset({"full_name", "phones"}),
            phones=dict.fromkeys(whose, (FAMILY,)),
            visits={one: tuple(map(visit, sorted(days))) for one in whose},
        )
        self._do(import_rows(self.here.file, rows, whole=frozenset({"patients"} if whole else ())))
        self.seen = False

    @rule(whose=PEOPLE, slot=st.sampled_from(SLOTS))
    def booked(self, whose: str, slot: Slot) -> None:
        self._ordered(self.here.schedule.book(self._order(whose, slot)))

    @precondition(lambda self: self.made)
    @rule(which=st.integers(0, 9), slot=st.sampled_from(SLOTS))
    def moved(self, which: int, slot: Slot) -> None:
        visit_id = sorted(self.made)[which % len(self.made)]
        order = self._order(self.made[visit_id], slot)
        self._ordered(self.here.schedule.move(visit_id, order))

    @precondition(lambda self: self.made)
    @rule(which=st.integers(0, 9))
    def cancelled(self, which: int) -> None:
        visit_id = sorted(self.made)[which % len(self.made)]
        self._ordered(self.here.schedule.cancel(visit_id, "of no account"))

    def _order(self, whose: str, slot: Slot) -> Order:
        order = Order(key=f"k{len(self.made)}", slot_id=slot.slot_id, patient_id=whose)
        self.made[order.key] = whose
        return order

    def _ordered(self, work: Coroutine[Any, Any, object]) -> None:
        with suppress(SlotTakenError, NotBookedError):
            self._do(work)

    @rule(seconds=st.sampled_from([1.0, 61.0, 3_661.0]))
    def passed(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def looked(self) -> None:
        self._do(self.here.copy.look(self.here.reader))
        self.seen = True

    @rule()
    def failed_to_copy(self) -> None:
        self.gate.broken = True
        self.looked()
        self.gate.broken = False
        self.now += 31  # before, it is not tried again

    @rule(whose=PEOPLE, slot=st.sampled_from(SLOTS), meanwhile=st.sampled_from(MEANWHILE))
    def copied(self, whose: str, slot: Slot, meanwhile: str) -> None:
        self.imported({whose}, {1}, whole=False)
        looking = self._do(self._begun())
        self.seen = True
        if meanwhile == "booked":
            self.booked(whose, slot)
        elif meanwhile == "imported":
            self.imported({whose}, {2}, whole=True)
        else:
            self.restored()
        self.gate.open.set()
        self._do(asyncio.wait_for(looking, PATIENCE))

    async def _begun(self) -> asyncio.Task[None]:
        """A look, which stands at the gate if there is anything to copy."""
        self.gate.open.clear()
        self.gate.reached.clear()
        looking = asyncio.create_task(self.here.copy.look(self.here.reader))
        while not (self.gate.reached.is_set() or looking.done()):
            await asyncio.sleep(0.001)
        return looking

    @rule()
    def restored(self) -> None:
        """As it is now, but for what is booked: the imports are the same."""
        self._do(self._opened())
        other = self.path.with_name("other.db")
        with closing(sqlite3.connect(self.path)) as old, closing(sqlite3.connect(other)) as new:
            old.backup(new)
            with new:
                new.execute("DELETE FROM booked_visits")
        for ending in ("", "-wal", "-shm"):
            Path(f"{self.path}{ending}").unlink(missing_ok=True)
        other.rename(self.path)
        self.seen = False

    async def _opened(self) -> None:
        """No connection is being opened: which file, and which log, it has is known."""
        asks = self.here.reader.asks
        assert isinstance(asks, SqliteReader)
        if asks.opening:
            await asks.opening

    @rule()
    def restarted(self) -> None:
        self._do(self._end())
        self._do(self._start())

    @invariant()
    def memory_says_what_the_file_says(self) -> None:
        asked = lookup.parameters(FAMILY, NOON)
        said = self.here.copy.rows(asked)
        if said is not None and self.seen:
            with closing(sqlite3.connect(self.path)) as file:
                assert sorted(map(repr, said)) == sorted(map(repr, file.execute(lookup.SQL["sqlite"], asked)))


TestInterleaved = Interleaved.TestCase
TestInterleaved.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
