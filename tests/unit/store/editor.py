"""Edits one call until it is killed; prints each edit's number once it is durable.  For test_edits.py."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from ccd.calls.ids import LinkedId
from ccd.ports.calls import Note
from ccd.store.calls import CallStore
from ccd.store.database import Database
from tests.unit.store.samples import NOON, call


async def main(path: Path) -> None:
    store = CallStore(await Database.open(path))
    writing = asyncio.create_task(store.run())
    store.save(call("1.1"))
    await store.flush()
    for number in range(100_000):
        at = NOON + timedelta(seconds=number)
        await store.annotate(Note(call_id=LinkedId("1.1"), topic="", note=f"{number}", by="vera", at=at))
        print(number, flush=True)
    writing.cancel()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
