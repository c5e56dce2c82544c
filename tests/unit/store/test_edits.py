"""Who changed what of a call: nothing is lost between two who write at once, or when ccd is killed."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from ccd.calls.ids import LinkedId
from ccd.ports.calls import Edit, Note
from ccd.store.calls import CallStore
from ccd.store.database import Database
from tests.unit.store.conftest import kept, running
from tests.unit.store.other_process import select
from tests.unit.store.samples import NOON, call

CALL = LinkedId("1.1")


def note(by: str, number: int) -> Note:
    return Note(call_id=CALL, topic="", note=f"{by} {number}", by=by, at=NOON + timedelta(seconds=number))


def follow(edits: Sequence[Edit]) -> bool:
    """Whether each began where the one before had ended."""
    return all(one.after == other.before for one, other in pairwise(edits))


async def test_of_two_who_write_at_once_each_is_kept_with_what_he_found(store: CallStore) -> None:
    async with running(store):
        store.save(call(CALL))
        assert await store.flush(10)
    notes = [note(by, number) for number in range(10) for by in ("vera", "igor")]
    assert all(await asyncio.gather(*map(store.annotate, notes)))
    edits = await store.edits([CALL])
    assert follow(edits)
    assert sorted((one.by, one.after) for one in edits) == sorted((one.by, one.note) for one in notes)
    record = await kept(store)
    assert record is not None
    assert (record.note, record.noted_by) == (edits[-1].after, edits[-1].by)


async def test_killed_in_mid_edit(path: Path) -> None:
    """What was answered is there, and the record says what its last edit says."""
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.unit.store.editor", str(path), stdout=asyncio.subprocess.PIPE
    )
    assert writer.stdout
    for _ in range(20):
        await writer.stdout.readline()
    writer.kill()
    answered = max(map(int, (await writer.communicate())[0].split()), default=19)
    database = await Database.open(path)
    store = CallStore(database)
    edits, record = await store.edits([CALL]), await kept(store)
    await database.close()
    assert select(path, "PRAGMA integrity_check") == [("ok",)]
    assert follow(edits)
    assert len(edits) - 1 in {answered, answered + 1}
    assert record is not None
    assert record.note == edits[-1].after
