"""One call, one record, whatever dies meanwhile: what could be known is in it, what could not says so."""

import asyncio
import sqlite3
from collections.abc import Collection
from contextlib import closing

import pytest

from tests.integration.clinic.agreement import disagreements
from tests.integration.clinic.support import Clinic, Dialled, talking, until
from tests.testbed.ami_probe import PATIENCE, AmiProbe

pytestmark = pytest.mark.asterisk

STATES = {"empty": "waiting", "rings": "offered", "answers": "connected"}
"""What a call to each of these rules comes to, and stays, until the caller hangs up."""
GAP = {"held", "segments"}
"""What any gap leaves open, however little: a hold, a stretch of which no trace remained."""
MAYBE_ANSWERED = {"answered_at", "ended_at", "waited", "talked", "ended_by", "disposition"}
UNSEEN_END = {"empty": MAYBE_ANSWERED, "rings": MAYBE_ANSWERED, "answers": {"ended_at", "talked", "ended_by"}}


async def in_every_state(clinic: Clinic, probe: AmiProbe) -> list[Dialled]:
    """A caller who waits, one whose call rings, one who talks."""
    calls = [await clinic.dial(probe, rule) for rule in STATES]
    for call, state in zip(calls, STATES.values(), strict=True):
        await clinic.saved(call, state)
    await talking(probe, calls[-1])
    return calls


async def agrees(clinic: Clinic, *calls: Dialled, but: Collection[str] = ()) -> None:
    """Nothing else is unknown, and Asterisk's books say the same."""
    records = await clinic.known(*calls, but=but)
    found = {record["rule"]: await disagreements(record, clinic.asterisk) for record in records}
    assert not any(found.values()), found


async def end_unseen(clinic: Clinic, *calls: Dialled) -> None:
    """The end of each is marked as unknown, what was known before is not lost."""
    for rule, record in zip(STATES, await clinic.records(*calls), strict=True):
        assert set(record["unknown"]) - GAP == UNSEEN_END[rule]
        assert (record["ended_at"], record["ended_by"]) == (None, "unknown")
        assert (record["rule"], record["queue"]) == (rule, rule)
        assert record["disposition"] == ("answered" if rule == "answers" else "unknown")


async def test_ccd_killed_in_mid_call_and_started_again(clinic, probe):
    lasting = await in_every_state(clinic, probe)
    ending = await in_every_state(clinic, probe)
    answered_meanwhile = await clinic.dial(probe, "turns")
    rung = "call_id = ? AND state IN ('offered', 'connected')"
    await until(lambda: clinic.rows(rung, answered_meanwhile.call_id), "a phone that rings is saved")
    await clinic.ccd.kill()
    await clinic.hang_up(probe, *ending)
    await talking(probe, answered_meanwhile)
    await clinic.start_ccd()
    await clinic.hang_up(probe, *lasting, answered_meanwhile)
    await agrees(clinic, *lasting, but=GAP)
    await end_unseen(clinic, *ending)
    (record,) = await clinic.known(answered_meanwhile, but=GAP)
    assert (record["agent"], record["queue"], record["ended_by"]) == ("Agent 119", "turns", "caller")


async def test_ccd_stopped_in_mid_call_and_started_again(clinic, probe):
    calls = await in_every_state(clinic, probe)
    await clinic.ccd.stop()
    await clinic.start_ccd()
    await clinic.hang_up(probe, *calls)
    await agrees(clinic, *calls, but=GAP)


async def test_the_link_is_cut_for_five_seconds(with_proxy, probe):
    clinic, proxy = with_proxy
    lasting, ending = await in_every_state(clinic, probe), await in_every_state(clinic, probe)
    heard, over = clinic.resynchronised(), asyncio.get_running_loop().time() + 5
    await proxy.refuse()
    await clinic.hang_up(probe, *ending)
    arrived = await clinic.dial(probe, "answers")
    await talking(probe, arrived)
    missed = await clinic.dial(probe, "empty")
    await probe.event("QueueCallerJoin", Linkedid=missed.call_id)
    await clinic.hang_up(probe, missed)
    await asyncio.sleep(over - asyncio.get_running_loop().time())
    await proxy.listen()
    await until(lambda: clinic.resynchronised() > heard, "ccd hears Asterisk again")
    await clinic.hang_up(probe, *lasting, arrived)
    await agrees(clinic, *lasting, arrived, but=GAP)
    await end_unseen(clinic, *ending)
    (record,) = await clinic.records(missed)
    assert (record["rule"], set(record["unknown"]) - GAP) == ("empty", MAYBE_ANSWERED)


@pytest.mark.parametrize(
    ("event", "rule"), [("AgentCalled", "answers"), ("AgentConnect", "answers"), ("QueueCallerJoin", "empty")]
)
async def test_the_link_is_cut_in_the_middle_of_a_frame(with_proxy, probe, event, rule):
    """Whose coming was not heard is not answered at once, either: nobody could know how long he waited."""
    clinic, proxy = with_proxy
    heard = clinic.resynchronised()
    proxy.cut_after(f"Event: {event}\r\nPriv".encode())
    call = await clinic.dial(probe, rule)
    await until(lambda: clinic.resynchronised() > heard, "ccd hears Asterisk again")
    await clinic.saved(call, STATES[rule])
    await clinic.hang_up(probe, call)
    await agrees(clinic, call, but=GAP)


async def test_asterisk_killed_in_mid_call_and_started_again(clinic, probe):
    calls = await in_every_state(clinic, probe)
    heard = clinic.resynchronised()
    await clinic.asterisk.kill()
    await clinic.asterisk.start()
    await until(lambda: clinic.resynchronised() > heard, "ccd hears Asterisk again")
    await end_unseen(clinic, *calls)
    async with clinic.asterisk.probe() as new_probe:
        after = await clinic.dial(new_probe, "answers")
        await clinic.saved(after, "connected")
        await clinic.hang_up(new_probe, after)
    await agrees(clinic, after)


async def test_the_database_is_locked_for_five_seconds_in_mid_call(clinic, probe):
    lasting, ending = await in_every_state(clinic, probe), await in_every_state(clinic, probe)
    with closing(sqlite3.connect(clinic.ccd.database, isolation_level=None, timeout=PATIENCE)) as other:
        other.execute("BEGIN EXCLUSIVE")
        over = asyncio.get_running_loop().time() + 5
        arrived = await clinic.dial(probe, "answers")
        await talking(probe, arrived)
        await clinic.hang_up(probe, *ending)
        await asyncio.sleep(over - asyncio.get_running_loop().time())
        assert not clinic.rows("call_id = ?", arrived.call_id)
        other.execute("ROLLBACK")
    await clinic.hang_up(probe, *lasting, arrived)
    await agrees(clinic, *lasting, *ending, arrived)
