"""Whatever ails the clinic's systems, 50 calls a second on the real Asterisk: from arrival to queue.

Each ill of ``tests/integration/clinic/spoiling.py`` in turn, with breakers that never open: every call has to
meet it.  There a hung or slow one befalls three systems at once; here each also by itself.  Both moments are
Asterisk's own (``Newchannel`` of the caller, ``QueueCallerJoin``).  The same calls with all sources well
stand beside: what is more than that, the ill has cost.
"""

import asyncio
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.bench import clinic, daemon, quiet, sip_load
from tests.bench.report import Claim, Result, Table, percentile
from tests.bench.sip_load import Exchange, exchange
from tests.integration.clinic.spoiling import ALL, HTTP, ILLS, Ill, Sources, sources
from tests.testbed import postgres
from tests.testbed.ccd_process import CcdProcess
from tests.testbed.http_manners import Manner
from tests.testbed.ports import free_port

RATE, SECONDS, WARM = 50, 4.0, 10.0
DEADLINE, MARGIN = 800, 50
"""Milliseconds: of the configuration, and what ccd may need beside it."""
_CONFIG = Path("tests/integration/clinic/sources.yaml")
_WELL = "all well"
_HEARD = "Event: (Newchannel|QueueCallerJoin)"
_batches = count()


def _over_http(name: str, manner: Manner) -> Ill:
    def behaves(how: Manner) -> Callable[[Sources], None]:
        def begin(all_: Sources) -> None:
            source = getattr(all_, name).service
            source.manner, source.delay = how, 5.0

        return begin

    return Ill(f"{name} {manner}", (name,), behaves(manner), behaves(Manner.WELL))


def _mis_hung(all_: Sources) -> None:
    all_.mis.service.faults.black_hole = True


ALONE = (
    *(_over_http(name, manner) for manner in (Manner.HUNG, Manner.SLOW) for name in HTTP),
    Ill("mis hung", ("mis",), _mis_hung, lambda all_: all_.silent(silent=False)),
)
"""One system of three."""
EVERYBODY = {str(ill) for ill in ILLS if len(ill.failed) == len(ALL)}
"""What befalls three systems at once."""


@contextmanager
def _spoilt(home: Path) -> Iterator[Sources]:
    certificates = home / "certificates"
    certificates.mkdir()
    os.environ["CCD_TEST_MIS"] = postgres.PASSWORD
    with postgres.running() as server, sources(server, certificates) as all_:
        yield all_


async def _prepared(home: Path, ami_port: int, all_: Sources) -> CcdProcess:
    written = _CONFIG.read_text().replace("failures: 1, pause: 0.3", "failures: 1000, pause: 0.3")
    values = {
        "SERVICE": all_.service.service.url, "FHIR": all_.fhir.service.url, "MIS": all_.mis.service.port,
        "SECURE": all_.secure.service.url, "CA": all_.trusted.file,
    }  # fmt: skip
    for name, value in values.items():
        written = written.replace(f"@{name}@", str(value))
    given = home / "ills.yaml"
    given.write_text(daemon.CONFIG.read_text().replace("directory: {region: RU}\n", written))
    ccd = CcdProcess(home / "ills", free_port(), free_port(), ami_port, given)
    ccd.configure()
    await clinic.prepare(home, ccd.database, 1_000)
    return ccd


async def _waits(bed: Exchange, name: str, seconds: float) -> list[float]:
    """Milliseconds from each call's arrival to its queue."""
    calls, batch = int(RATE * seconds), next(_batches)
    numbers = "".join(f"+7926{batch:03d}{number:04d};\n" for number in range(calls))
    (bed.home / "callers.csv").write_text("SEQUENTIAL\n" + numbers)
    await asyncio.to_thread(quiet.wait)
    async with bed.asterisk.probe() as probe:
        await probe.action({"Action": "Filter", "Operation": "Add", "Filter": _HEARD})
        load = await bed.load(RATE, seconds, name)
        await bed.idle()
        await probe.command("core show version")  # whatever was told before, is heard now
        joined = [one for one in probe.messages if one.get("Event") == "QueueCallerJoin"]
        born = {one["Uniqueid"]: one for one in probe.messages if one.get("Event") == "Newchannel"}
    assert load.calls == load.complete == len(joined), f"{name}: {load}, {len(joined)} reached the queue"
    return [1e3 * (float(one["Timestamp"]) - float(born[one["Uniqueid"]]["Timestamp"])) for one in joined]


async def _ill(bed: Exchange, all_: Sources, ill: Ill) -> list[float]:
    ill.begin(all_)
    try:
        return await _waits(bed, str(ill).replace(" ", "-"), SECONDS)
    finally:
        ill.end(all_)


async def bench(home: Path) -> Result:
    """All of them."""
    found = dict[str, list[float]]()
    async with exchange(home / "ills-exchange") as bed:
        with _spoilt(home) as all_:
            (home / "ills").mkdir()
            ccd = await _prepared(home, bed.asterisk.ami_port, all_)
            async with daemon.running(ccd):
                await bed.ask(ccd.agi_port)
                await _waits(bed, "warm-up", WARM)
                found[_WELL] = await _waits(bed, "well", SECONDS)
                for ill in (*ALONE, *ILLS):
                    found[str(ill)] = await _ill(bed, all_, ill)
                    print(f"  {ill}: p99 {percentile(found[str(ill)], 0.99):.0f} ms", flush=True)
    return _result(found)


def _result(found: dict[str, list[float]]) -> Result:
    rows = [
        (name, str(len(waits)), *(f"{percentile(waits, share):.0f}" for share in (0.5, 0.9, 0.99)))
        for name, waits in found.items()
    ]
    return Result(
        name="ills",
        claims=[
            _claim("one or two systems ill", found, found.keys() - EVERYBODY - {_WELL}),
            _claim("all three ill", found, EVERYBODY),
        ],
        tables=[
            Table(
                title="the clinic's systems ill",
                headings=("ill", "calls", "p50 ms", "p90 ms", "p99 ms"),
                rows=rows,
            )
        ],
        limits=["breakers that never open: each call waits for the ill system, up to the deadline"],
    )


def _claim(whose: str, found: Mapping[str, list[float]], names: Collection[str]) -> Claim:
    worst = max(names, key=lambda name: percentile(found[name], 0.99))
    return Claim(
        what=f"arrival to queue, p99 at {RATE} calls/s, {whose} ({worst})",
        value=percentile(found[worst], 0.99),
        required=DEADLINE + MARGIN,
        goal=DEADLINE + MARGIN / 2,
        at_most=True,
        unit="ms",
    )


def run(home: Path) -> Result:
    """The bench."""
    assert sip_load.AGENTS >= RATE * (sip_load.TALK + 1), "nobody waits for an agent"
    return asyncio.run(bench(home))
