"""A short soak: ccd is killed, cut off and locked out; no call is lost, doubled or told otherwise."""

from pathlib import Path

import pytest

from tests.soak.plan import Plan, Trouble
from tests.soak.running import soak
from tests.soak.table import lines


@pytest.mark.asterisk
async def test_no_call_is_lost_doubled_or_told_otherwise(tmp_path: Path) -> None:
    troubles = {Trouble.KILL: 2, Trouble.CUT: 2, Trouble.LOCK: 1}
    plan = Plan(calls=80, troubles=troubles, seed=5)
    result = await soak(plan, tmp_path, print)
    assert not [*result.disagreements, *result.findings], "\n".join(lines(plan, result))
    assert result.played
    assert result.troubles == troubles
