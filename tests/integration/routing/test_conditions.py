"""Every condition of the language, in a real call for which it holds and in one for which it does not."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, get_args

import pytest

from ccd.routing.when import CallerKind, PolicyState, QueueState, When
from tests.integration.clinic.support import until
from tests.integration.routing.conditions import (
    BY_CALLED,
    BY_CALLER,
    OF_QUEUES,
    PARKS,
    Placed,
    by_moment,
    written,
)
from tests.integration.routing.known import CLINIC
from tests.integration.routing.premises import Premises

ELSEWHERE = {"pressed": "test_steps.py: it is asked of a step"}
LIVE = [*BY_CALLER, *by_moment(datetime.now(CLINIC))]


@pytest.mark.asterisk
@pytest.mark.timeout(300)
async def test_every_condition_decides_real_calls(premises: Premises) -> None:
    routing, calls = written(datetime.now(CLINIC))
    await premises.run(routing)
    for caller in ("+79161119001", "+79161119002"):
        await premises.place([Placed(caller, PARKS, "parks")], lasting=True)
    await until(lambda: len(premises.rows("called_number = ? AND state = 'waiting'", PARKS)) == 2, "two wait")
    await premises.place(calls)
    rules = await premises.routed(calls)
    went = {(one.caller, one.called, one.rule): rules[one.caller, one.called] for one in calls}
    assert {call: rule for call, rule in went.items() if call[2] != rule} == {}
    await premises.quiet()


def conditions(*, hold: bool) -> set[str]:
    """The conditions that hold in some call, or do not in some."""
    if hold:
        return {live.key for live in LIVE if live.yes} | {key for key, *_ in BY_CALLED}
    return {live.key for live in LIVE if live.no} | {key for key, *_ in BY_CALLED}


@pytest.mark.parametrize("hold", [True, False])
def test_no_condition_is_left_out(hold: bool) -> None:
    keys = {field.alias or name for name, field in When.model_fields.items()}
    assert keys - conditions(hold=hold) == ELSEWHERE.keys()


def values(key: str) -> Iterator[Any]:
    """The values of this condition that hold in some call."""
    yield from (live.when[key] for live in LIVE if live.key == key and live.yes)


def test_no_value_of_a_condition_is_left_out() -> None:
    assert set(values("caller")) == set(get_args(CallerKind))
    assert set(values("policy")) == set(get_args(PolicyState))
    assert set(values("line")) == {"mobile", "landline"}
    assert {key for holds, _ in OF_QUEUES for key in holds} == QueueState.model_fields.keys()
