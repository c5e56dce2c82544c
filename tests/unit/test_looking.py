"""Keepers look again and again, whatever is away meanwhile."""

import pytest
from structlog.testing import capture_logs

from ccd.looking import keep_looking


async def test_every_outage_is_told_once_and_a_fault_is_raised() -> None:
    ends = iter([OSError("away"), OSError("away"), None, OSError("away again"), None, ValueError("a fault")])

    async def look() -> None:
        if end := next(ends):
            raise end

    with capture_logs() as logs, pytest.raises(ValueError, match="a fault"):
        await keep_looking(look, 0, outages=(OSError,), waits="work waits")
    assert [(one["event"], one["reason"]) for one in logs] == [
        ("work waits", "away"),
        ("work waits", "away again"),
    ]
