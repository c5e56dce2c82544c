"""What ends a part, and what does not."""

import asyncio

import pytest
from structlog.testing import capture_logs

from ccd import supervision


async def test_a_part_whose_work_was_cancelled_by_somebody_else_begins_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(supervision, "PAUSE", 0)
    begun, again = list[int](), asyncio.Event()

    async def part() -> None:
        begun.append(1)
        if len(begun) > 1:
            again.set()
            await asyncio.Event().wait()
        theirs = asyncio.get_running_loop().create_future()
        theirs.cancel()
        await theirs

    with capture_logs() as logs:
        async with asyncio.timeout(10), supervision.kept_up("writer", part):
            await again.wait()
    assert [(entry["event"], entry["part"]) for entry in logs] == [("part failed", "writer")]
    assert len(begun) == 2  # and the end of its block is its end
