"""Saves calls until it is killed; prints the round after it is durable.  For test_killed.py."""

import asyncio
import sys
from pathlib import Path

from ccd.calls.record import State
from ccd.store.calls import CallStore
from ccd.store.database import Database
from tests.unit.store.samples import call

CALLS = 50
STATES = list(State)


async def main(path: Path) -> None:
    store = CallStore(await Database.open(path))
    writing = asyncio.create_task(store.run())
    for turn in range(10_000):
        for number in range(CALLS):
            store.save(
                call(
                    f"{number}",
                    rules_version=f"{turn}",
                    state=STATES[turn % len(STATES)],
                    unknown=("x",) * 50,
                )
            )
        await store.flush()
        print(turn, flush=True)
    writing.cancel()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
