"""``ccd db copy`` as an admin runs it; killed in the middle it leaves nothing and may begin again."""

import asyncio
import sys
from pathlib import Path

from ccd.settings.database import Server
from tests.unit.store.other_process import Elsewhere, select
from tests.unit.store.test_copying import filled, rows_of

_WAITS = "SELECT count(*) FROM pg_locks WHERE relation = 'visits'::regclass AND NOT granted"


async def started(*words: object) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "ccd", "db", "copy", *map(str, words)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def ended(*words: object) -> tuple[int | None, str, str]:
    command = await started(*words)
    out, error = await command.communicate()
    return command.returncode, out.decode(), error.decode()


async def test_killed_in_the_middle_and_begun_again(
    tmp_path: Path, server: Server, elsewhere: Elsewhere, emptied_afterwards: None
) -> None:
    source = await filled(tmp_path / "old.db", rows=10)
    elsewhere.run("BEGIN; LOCK TABLE visits IN EXCLUSIVE MODE")
    command = await started(source, server)
    try:
        async with asyncio.timeout(100):
            while elsewhere.select(_WAITS) == [(0,)]:
                await asyncio.sleep(0.02)
    finally:
        command.kill()
        await command.wait()
        elsewhere.run("ROLLBACK")
    assert select(server, "SELECT count(*) FROM patients") == [(0,)]

    code, out, error = await ended(source, server)
    assert (code, error) == (0, "")
    assert "calls                  10 rows  sha256 " in out
    assert await rows_of(server) == await rows_of(source)
