"""What ccd has heard and saved, read off its log and its database."""

import asyncio
import sqlite3
from contextlib import closing

from tests.testbed.bed import Testbed


def states(bed: Testbed) -> list[str]:
    """In which states the database has the calls that go on."""
    with closing(sqlite3.connect(f"file:{bed.ccd.database}?mode=ro", uri=True)) as connection:
        return [row[0] for row in connection.execute("SELECT state FROM calls WHERE state <> 'ended'")]


def words(bed: Testbed, rule: str) -> set[str]:
    """In which states, and with which dispositions, the database has the calls of this rule."""
    with closing(sqlite3.connect(f"file:{bed.ccd.database}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT state, disposition FROM calls WHERE rule = ?", [rule])
        return {word for row in rows for word in row}


def heard(bed: Testbed) -> int:
    """How often ccd has asked Asterisk for the whole picture."""
    return bed.ccd.log.read_text().count('"ami_resynchronised"')


async def hears(bed: Testbed, before: int) -> None:
    """Wait until ccd has asked for it once more."""
    async with asyncio.timeout(20):
        while heard(bed) == before:
            await asyncio.sleep(0.05)
