"""Whatever ails ccd, the caller is in the default queue at once, alive; by Asterisk's own clock."""

import signal
import sqlite3
from contextlib import closing

import pytest

from ccd.store.migrate import migrate
from tests.integration.clinic.support import Clinic, Dialled, completed, talking, until
from tests.testbed.ami_probe import PATIENCE, AmiProbe
from tests.testbed.fake_agi import FakeAgi, Misbehaviour

pytestmark = pytest.mark.asterisk

PROMISE = 2.9
"""Seconds: the two that ccd has for its answer, and what a busy machine takes for the rest; one more would be
too many."""


def other_process(clinic: Clinic) -> sqlite3.Connection:
    """Somebody else who has the database open."""
    return sqlite3.connect(clinic.ccd.database, isolation_level=None, timeout=PATIENCE)


async def joined(probe: AmiProbe, call: Dialled, queue: str) -> None:
    """The caller's first queue is this one, and was entered in time."""
    event = await probe.event("QueueCallerJoin", Linkedid=call.call_id)
    assert event["Queue"] == queue
    assert float(event["Timestamp"]) - call.began < PROMISE


async def talks_until_the_caller_hangs_up(clinic: Clinic, probe: AmiProbe, call: Dialled) -> None:
    """Alive: someone answers, and no timeout of the rescue is left that ends the call."""
    await talking(probe, call)
    (channel,) = await probe.list({"Action": "Status", "Channel": call.channel})
    assert channel["TimeToHangup"] == "0"
    await clinic.hang_up(probe, call)
    complete = await completed(probe, call.call_id)
    assert complete["Reason"] == "caller"


async def default_queue_alive(clinic: Clinic, probe: AmiProbe) -> Dialled:
    call = await clinic.dial(probe, "answers")
    await joined(probe, call, "operators")
    await talks_until_the_caller_hangs_up(clinic, probe, call)
    return call


async def test_ccd_does_not_run(without_ccd, probe):
    await default_queue_alive(without_ccd, probe)


async def test_something_else_took_the_port_and_is_silent(without_ccd, probe):
    async with FakeAgi(without_ccd.agi_port, lambda _: Misbehaviour.SILENT) as silent:
        await default_queue_alive(without_ccd, probe)
    assert len(silent.questions) == 1


async def test_ccd_is_stopped_and_silent(clinic, probe):
    clinic.ccd.process.send(signal.SIGSTOP)
    try:
        call = await default_queue_alive(clinic, probe)
    finally:
        clinic.ccd.process.send(signal.SIGCONT)
    (record,) = await clinic.known(call)
    assert (record["queue"], record["rule"]) == ("operators", "")


async def test_ccd_is_killed_in_mid_question(with_dying_ccd, probe):
    assert with_dying_ccd.ccd.process.alive
    await default_queue_alive(with_dying_ccd, probe)
    assert not with_dying_ccd.ccd.process.alive


async def test_a_directory_that_takes_ten_seconds_costs_its_deadline(with_slow_ccd, probe):
    clinic = with_slow_ccd
    call = await clinic.dial(probe, "answers")
    await joined(probe, call, "answers")
    await talks_until_the_caller_hangs_up(clinic, probe, call)
    (record,) = await clinic.known(call)
    assert record["rule"] == "answers"


async def test_the_database_is_locked_while_ccd_runs(clinic, probe):
    with closing(other_process(clinic)) as other:
        other.execute("BEGIN EXCLUSIVE")
        call = await clinic.dial(probe, "answers")
        await joined(probe, call, "answers")
        await talks_until_the_caller_hangs_up(clinic, probe, call)
        assert not clinic.rows("call_id = ?", call.call_id)
        other.execute("ROLLBACK")
    (record,) = await clinic.known(call)
    assert record["rule"] == "answers"


async def test_the_database_is_locked_when_ccd_starts(without_ccd, probe):
    clinic = without_ccd
    clinic.ccd.configure()
    await migrate(clinic.ccd.database)
    heard = clinic.resynchronised()
    with closing(other_process(clinic)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        await clinic.ccd.start(desk=False)
        call = await clinic.dial(probe, "answers")
        await joined(probe, call, "answers")
        await talking(probe, call)
    await until(lambda: clinic.resynchronised() > heard, "ccd hears Asterisk")
    await clinic.saved(call, "connected")
    await talks_until_the_caller_hangs_up(clinic, probe, call)
    (record,) = await clinic.known(call, but={"held", "segments"})  # ccd did not hear the beginning
    assert (record["rule"], record["disposition"]) == ("answers", "answered")
