"""One soak from its first call to what was found."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ccd.calls.record import CallRecord
from ccd.cli import opening
from ccd.store.calls import CallStore
from tests.soak.clinic import SoakClinic
from tests.soak.heard import Heard, heard
from tests.soak.judging import Finding, judge
from tests.soak.plan import Crowd, Plan, Trouble
from tests.soak.troubles import Troubles
from tests.testbed.installation import REPOSITORY
from tests.testbed.proxy import Proxy

_LAST_CALL = 9
"""Seconds after which whoever is still there is hung up on."""
_JUDGED = 11
"""Seconds after its end until ``ccd verify`` judges a call."""
_RECOVERED = 120
"""Seconds after the last call within which ccd must have read Asterisk's logs, however busy the machine."""
_PLACED = 60
"""Seconds for the last patients to dial, whose phones may be late on a busy machine."""

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a soak was, and what is wrong."""

    crowds: list[Crowd]
    calls: Mapping[str, Heard]
    records: list[CallRecord]
    troubles: Mapping[Trouble, int]
    verified: Mapping[str, Any]
    """What ``ccd verify --json`` printed."""
    findings: list[Finding]

    @property
    def played(self) -> bool:
        """Whether everything of the plan happened, and ``ccd verify`` had calls to look at."""
        return (
            len(self.calls) == sum(len(one.numbers) for one in self.crowds) and self.verified["compared"] > 0
        )

    @property
    def disagreements(self) -> list[dict[str, Any]]:
        """What ``ccd verify`` found."""
        return list(self.verified["disagreements"])


async def soak(plan: Plan, home: Path, say: Say) -> Result:
    """Run it in this folder; ``say`` is told how it goes."""
    home.mkdir(parents=True, exist_ok=True)
    clinic = SoakClinic(home)
    try:
        await clinic.open()
        async with Proxy("127.0.0.1", clinic.ami_port) as proxy:
            clinic.ccd.ami_port = proxy.port
            clinic.ccd.configure()
            await clinic.start_ccd()
            troubles = Troubles(clinic, proxy)
            swept = await _play(clinic, plan, troubles, say)
            return await _judge(clinic, plan, troubles, swept)
    finally:
        await clinic.stop()


async def _play(clinic: SoakClinic, plan: Plan, troubles: Troubles, say: Say) -> datetime:
    """Let it all happen; the moment at which whoever was still there was hung up on."""
    progress = asyncio.create_task(_progress(plan, troubles, say))
    try:
        async with asyncio.TaskGroup() as everything:
            everything.create_task(troubles.happen(plan))
            for crowd in plan.crowds():
                everything.create_task(_later(clinic, crowd))
            everything.create_task(asyncio.sleep(plan.seconds))
        with suppress(TimeoutError):
            await asyncio.wait_for(_all_dialled(clinic, plan), _PLACED)
        await asyncio.sleep(_LAST_CALL)
    finally:
        progress.cancel()
    say("the last calls are over")
    swept = datetime.now(UTC)
    await clinic.quiet()
    return swept


async def _later(clinic: SoakClinic, crowd: Crowd) -> None:
    await asyncio.sleep(crowd.after)
    await clinic.let_call(crowd)


async def _all_dialled(clinic: SoakClinic, plan: Plan) -> None:
    while clinic.dialled() < plan.calls:
        await asyncio.sleep(1)


async def _progress(plan: Plan, troubles: Troubles, say: Say) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    while True:
        await asyncio.sleep(5)
        seconds = loop.time() - began
        placed = min(plan.calls, round(seconds * plan.rate))
        done = ", ".join(f"{trouble} {count}" for trouble, count in troubles.happened.items())
        say(f"{seconds:4.0f} s: {placed} calls; {done or 'no trouble yet'}")


async def _judge(clinic: SoakClinic, plan: Plan, troubles: Troubles, swept: datetime) -> Result:
    """Once nothing is wrong any more, or when ccd has had its time."""
    agents = [phone.traffic() for phone in clinic.phones.values()]
    calls = heard([phone.traffic() for phone in clinic.crowds], agents)
    lost = [*troubles.restarts, (swept, swept)]
    verified: dict[str, Any] = {}
    while True:
        records, passed = await _records(clinic), (datetime.now(UTC) - swept).total_seconds()
        findings = judge(records, calls, lost)
        if passed > _RECOVERED:
            break
        if passed > _JUDGED and not findings:
            verified = await _verified(clinic)
            if not verified["disagreements"]:
                break
        await asyncio.sleep(1)
    return Result(
        crowds=plan.crowds(),
        calls=calls,
        records=records,
        troubles=troubles.happened,
        verified=verified or await _verified(clinic),
        findings=findings,
    )


async def _records(clinic: SoakClinic) -> list[CallRecord]:
    async with opening.database(clinic.ccd.database) as database:
        return list(await CallStore(database).calls(limit=100_000))


async def _verified(clinic: SoakClinic) -> dict[str, Any]:
    command = ("-m", "ccd", "verify", "--json", "--config", str(clinic.ccd.config))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=REPOSITORY, stdout=PIPE, stderr=PIPE
    )
    printed, complaint = await process.communicate()
    if not printed:
        raise RuntimeError(f"ccd verify failed: {complaint.decode()}")
    return dict(json.loads(printed))
