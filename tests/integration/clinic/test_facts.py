"""What a call is routed by beside its number: what the number did before, and who waits now."""

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from ccd.ami.link import AmiLink
from ccd.calls.ids import QueueName
from ccd.directory.lookup import Lookup
from ccd.ports.screens import Board, CardShown
from ccd.routing.facts import QueueState
from ccd.settings.models import Ami
from ccd.tracking import Tracker
from tests.integration.clinic.support import Clinic, until
from tests.testbed.ami_probe import PATIENCE, AmiProbe

pytestmark = pytest.mark.asterisk


async def test_who_hung_up_before_anybody_answered_is_known_again(clinic, probe):
    first = await clinic.dial(probe, "facts")
    await clinic.saved(first, "waiting")
    await clinic.hang_up(probe, first)
    await clinic.saved(first, "ended")
    again = await clinic.dial(probe, "facts", number=first.number)
    before, after = await clinic.records(first, again)
    assert (before["rule"], before["disposition"]) == ("facts", "abandoned")
    assert after["rule"] == "hung up before"


async def test_who_calls_again_soon_is_known_however_the_number_is_written(clinic, probe):
    number = "+79161112233"
    first = await clinic.dial(probe, "ends", number=number)
    await clinic.saved(first, "ended")
    again = await clinic.dial(probe, "facts", number="89161112233")
    assert [one["rule"] for one in await clinic.records(first, again)] == ["ends", "calls again"]


async def test_who_finds_two_waiting_goes_elsewhere(clinic, probe):
    waiting = [await clinic.dial(probe, "empty") for _ in range(2)]
    for call in waiting:
        await clinic.saved(call, "waiting")
    third = await clinic.dial(probe, "facts")
    assert [one["rule"] for one in await clinic.records(third)] == ["crowd"]
    await clinic.hang_up(probe, waiting[0])
    await clinic.saved(waiting[0], "ended")
    fourth = await clinic.dial(probe, "facts")
    await clinic.saved(fourth, "waiting")
    await clinic.hang_up(probe, fourth)
    assert [one["rule"] for one in await clinic.records(fourth)] == ["facts"]


class Nothing:
    """Neither a database nor a desk."""

    def save(self, record: object) -> None: ...

    def show(self, card: CardShown) -> None: ...

    def board(self, board: Board) -> None: ...


async def asked(probe: AmiProbe) -> dict[str, tuple[int, int, int]]:
    """Of each queue: who waits, who is there, who is free, as Asterisk itself says."""
    waiting, there, free = Counter[str](), Counter[str](), Counter[str]()
    rows = await probe.list({"Action": "QueueStatus"})
    for row in rows:
        if row["Event"] == "QueueEntry":
            waiting[row["Queue"]] += 1
        elif row["Event"] == "QueueMember" and row["Paused"] == "0" and row["Status"] not in {"4", "5"}:
            there[row["Queue"]] += 1
            free[row["Queue"]] += row["Status"] in {"0", "1"} and row["InCall"] == "0"
    names = [row["Queue"] for row in rows if row["Event"] == "QueueParams"]
    return {name: (waiting[name], there[name], free[name]) for name in names}


def counted(state: QueueState) -> tuple[int, int, int]:
    return state.waiting, state.on_duty, state.free


async def agree(tracker: Tracker, probe: AmiProbe) -> None:
    """Wait until both say the same: an event may still be on its way."""
    theirs: dict[str, tuple[int, int, int]] = {}
    ours: dict[QueueName, tuple[int, int, int]] = {}
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while not ours or ours != theirs:
                theirs = await asked(probe)
                ours = {name: counted(state) for name, state in (tracker.queues() or {}).items()}
    assert ours == theirs


async def test_the_queues_are_as_asterisk_says(clinic: Clinic, probe: AmiProbe):
    nothing, operators = Nothing(), QueueName("operators")
    lookup = Lookup([], "RU", 1)
    tracker = Tracker(saver=nothing, screens=nothing, lookup=lookup, doctors_queue=operators)
    link = AmiLink(Ami(port=clinic.asterisk.ami_port), clinic.ccd.ami_secret, tracker.handle)
    running = asyncio.create_task(link.run())
    try:
        await until(lambda: tracker.queues() is not None, "Asterisk is heard")
        await agree(tracker, probe)
        began = datetime.now(UTC)
        calls = [await clinic.dial(probe, rule) for rule in ("empty", "rings", "answers", "local")]
        for call, state in zip(calls, ("waiting", "offered", "connected", "connected"), strict=True):
            await clinic.saved(call, state)
        await agree(tracker, probe)
        queues = tracker.queues()
        assert queues
        assert [queues[QueueName(name)].waiting for name in ("Empty", "rings", "answers")] == [1, 1, 0]
        (joined,) = queues[QueueName("empty")].waits
        assert began <= joined <= datetime.now(UTC)
        await probe.action({"Action": "QueuePause", "Interface": "PJSIP/113", "Paused": "true"})
        await agree(tracker, probe)
        await clinic.hang_up(probe, *calls)
        await probe.action({"Action": "QueuePause", "Interface": "PJSIP/113", "Paused": "false"})
        await agree(tracker, probe)
        queues = tracker.queues()
        assert queues
        assert {state.waiting for state in queues.values()} == {0}
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
