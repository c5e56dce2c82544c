"""kill -9 in the middle of writing: rows are whole, one each, and what was durable is there."""

import asyncio
import sys
from pathlib import Path

from ccd.store.calls import CallStore
from ccd.store.database import Database
from ccd.store.migrate import migrate
from tests.unit.store.other_process import select
from tests.unit.store.saver import CALLS, STATES


async def test_killed_in_mid_write(path: Path) -> None:
    saver = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.unit.store.saver", str(path), stdout=asyncio.subprocess.PIPE
    )
    assert saver.stdout
    for _ in range(7):
        await saver.stdout.readline()
    saver.kill()
    rest = (await saver.communicate())[0].split()
    durable = max(map(int, rest), default=6)

    await migrate(path)
    database = await Database.open(path)
    records = await CallStore(database).calls(limit=10 * CALLS)
    await database.close()
    assert select(path, "PRAGMA integrity_check") == [("ok",)]
    assert sorted(int(record.call_id) for record in records) == list(range(CALLS))
    (turn,) = {int(record.rules_version) for record in records}
    assert turn in {durable, durable + 1}
    assert {record.state for record in records} == {STATES[turn % len(STATES)]}
