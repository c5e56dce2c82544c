"""A ccd's storage: saves a call for each line, and prints it when it is durable.  For test_sqlite_log.py."""

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from ccd.daemon.storage import Storage
from ccd.settings.models import Settings
from ccd.supervision import kept_up
from tests.unit.store.samples import call


async def main(path: Path) -> None:
    async with AsyncExitStack() as stack:
        storage = Storage(Settings(database=path))
        await storage.open(stack)
        await stack.enter_async_context(kept_up("writer", storage.calls.run))
        while line := await asyncio.to_thread(sys.stdin.readline):
            storage.calls.save(call(line.strip()))
            await storage.calls.flush()
            print(line, end="", flush=True)
    await storage.database.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
