"""One ccd a database."""

import asyncio
import stat
from pathlib import Path

import pytest

from ccd.store.errors import DatabaseInUseError
from ccd.store.lock import alone


async def test_a_second_one_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    file = tmp_path / "ccd.db"
    link = tmp_path / "link.db"
    link.symlink_to(file)
    async with alone(file, 0):
        for other in (file, link):
            with pytest.raises(DatabaseInUseError, match=f"another ccd runs on {other}"):
                async with alone(other, 0):
                    pass
    async with alone(file, 0), alone(tmp_path / "other.db", 0):
        pass
    assert stat.S_IMODE((tmp_path / "ccd.db.lock").stat().st_mode) == 0o600


async def test_one_that_is_about_to_end_is_waited_for(tmp_path: Path) -> None:
    both = asyncio.Event()

    async def second() -> None:
        async with alone(tmp_path / "ccd.db", 60):
            both.set()

    async with alone(tmp_path / "ccd.db", 0):
        waiting = asyncio.create_task(second())
        await asyncio.sleep(0)
        assert not both.is_set()
    await waiting
    assert both.is_set()
