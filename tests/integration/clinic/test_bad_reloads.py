"""A hundred calls in progress, fifty broken files: no call is disturbed, and no broken rule is taken."""

import asyncio

import pytest

from ccd import control
from ccd.reloading import Outcome
from ccd.settings.proving import beside
from tests.integration.clinic import crowd
from tests.integration.clinic.support import Clinic, until
from tests.integration.clinic.wrong_rules import Wrong, wrong_rules

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(360)]

CALLS, FILES = 97, 50
COMING = (10, 20, 30)
"""After so many broken files one more patient calls, whose first queue gives up after two seconds."""


@pytest.fixture
async def rules(clinic):
    """What the rules are now; the next test finds them so."""
    yield clinic.ccd.config.read_text()
    beside(clinic.ccd.config).unlink(missing_ok=True)
    clinic.ccd.configure()
    assert (await reload(clinic)).done


async def reload(clinic: Clinic) -> Outcome:
    return await asyncio.to_thread(control.ask, clinic.ccd.database)


async def spoiled(clinic: Clinic, wrong: Wrong) -> Outcome:
    """What ccd says of these files."""
    expectations = beside(clinic.ccd.config)
    expectations.unlink(missing_ok=True)
    clinic.ccd.config.write_bytes(wrong.settings)
    if wrong.expectations:
        expectations.write_text(wrong.expectations)
    return await reload(clinic)


async def test_a_hundred_calls_and_fifty_broken_files(clinic, probe, rules):
    waiting = await crowd.dial(clinic, probe, "empty", CALLS)
    numbers = {call.call_id for call in waiting}
    await until(lambda: numbers == in_queue(clinic, "empty"), "all wait")
    version, coming = (await reload(clinic)).version, []
    for number, wrong in enumerate(wrong_rules(rules, FILES)):
        if number in COMING:
            coming.append(await clinic.dial(probe, "escalates"))
        outcome = await spoiled(clinic, wrong)
        assert (outcome.done, outcome.version) == (False, version), wrong
        assert outcome.lines[-1] == "the rules stay as they were"
    for call in coming:
        await probe.event("QueueCallerJoin", Linkedid=call.call_id, Queue="duty-doctor")
    assert in_queue(clinic, "empty") == numbers
    alive = {row["Linkedid"] for row in await probe.list({"Action": "CoreShowChannels"})}
    assert alive >= numbers | {call.call_id for call in coming}

    beside(clinic.ccd.config).unlink(missing_ok=True)
    clinic.ccd.config.write_text(rules.replace("[queue: empty]", "[queue: answers]"))
    outcome = await reload(clinic)
    assert outcome.done
    new = await clinic.dial(probe, "empty")
    await clinic.saved(new, "connected")

    await clinic.hang_up(probe, *waiting, *coming, new)
    *old, last = await clinic.records(*waiting, *coming, new)
    assert [one["rule"] for one in old] == ["empty"] * CALLS + ["escalates"] * len(COMING)
    assert {one["rules_version"] for one in old} == {version}
    assert {(one["queue"], one["disposition"]) for one in old[:CALLS]} == {("empty", "abandoned")}
    assert {one["queue"] for one in old[CALLS:]} == {"duty-doctor"}
    assert (last["queue"], last["rules_version"]) == ("answers", outcome.version)


def in_queue(clinic: Clinic, queue: str) -> set[str]:
    """The calls that wait there now, by the database."""
    return {row["call_id"] for row in clinic.rows("state = 'waiting' AND queue = ?", queue)}
