"""New rules while callers wait: the right ones reach the next caller, wrong ones nobody."""

import asyncio
import sys
from asyncio.subprocess import PIPE

import pytest

from ccd import control
from tests.testbed.installation import REPOSITORY

pytestmark = pytest.mark.asterisk


@pytest.fixture
async def rules(clinic):
    """What the rules are now; whatever a test makes of them, the next one finds them as they were."""
    yield clinic.ccd.config.read_text()
    clinic.ccd.configure()
    assert (await asyncio.to_thread(control.ask, clinic.ccd.database)).done


async def reload(clinic, text: str) -> tuple[int | None, str]:
    """Write these rules and let ``ccd reload`` take them; its exit code and the error stream."""
    clinic.ccd.config.write_text(text)
    command = ("-m", "ccd", "reload", "--config", str(clinic.ccd.config))
    process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=REPOSITORY, stderr=PIPE)
    _, error = await process.communicate()
    return process.returncode, error.decode()


async def test_new_rules_reach_the_next_caller_and_wrong_ones_nobody(clinic, probe, rules):
    waiting = await clinic.dial(probe, "escalates")
    await probe.event("AgentCalled", Linkedid=waiting.call_id)
    code, error = await reload(clinic, rules.replace("name: empty, when", "name: empty, wenn"))
    assert code == 1
    assert "rules[5].wenn: no such setting" in error
    await probe.event("QueueCallerJoin", Linkedid=waiting.call_id, Queue="duty-doctor")
    old = await clinic.dial(probe, "empty")
    await clinic.saved(old, "waiting")
    changed = rules.replace("[queue: empty]", "[queue: answers]")
    assert await reload(clinic, changed) == (0, "")
    new = await clinic.dial(probe, "empty")
    await clinic.saved(new, "connected")
    await clinic.hang_up(probe, waiting, old, new)
    first, second, third = await clinic.records(waiting, old, new)
    assert (first["rule"], first["disposition"]) == ("escalates", "answered")
    assert (second["queue"], second["disposition"]) == ("empty", "abandoned")
    assert third["queue"] == "answers"
    assert first["rules_version"] == second["rules_version"] != third["rules_version"]
