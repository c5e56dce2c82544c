"""Whatever ails the clinic's systems, 50 calls a second on the real Asterisk: from arrival to queue.

Each ill of ``tests/integration/clinic/spoiling.py`` in turn: first with breakers that ask an ill system once
a second, then with breakers that never open, where every call has to meet the ill.  There a hung or slow one
befalls three systems at once; then each also by itself.  Both moments are Asterisk's own (``Newchannel`` of
the caller, ``QueueCallerJoin``).  The same calls with all sources well stand beside: what is more than that,
the ill has cost.
"""

import asyncio
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.bench import clinic, daemon, quiet, sip_load
from tests.bench.report import Claim, Result, Table, percentile
from tests.bench.sip_load import Exchange, exchange
from tests.integration.clinic.spoiling import ALL, HTTP, ILLS, Ill, Sources, sources
from tests.testbed import postgres
from tests.testbed.ccd_process import CcdProcess
from tests.testbed.http_manners import Manner, zeros
from tests.testbed.ports import free_port

RATE, SECONDS, WARM, AGAIN = 50, 4.0, 10.0, 1.2
"""Calls a second; seconds of them in an ill, before the first, and after each, until it counts no more."""
DEADLINE, MARGIN = 800, 50
"""Milliseconds: of the configuration, and what ccd may need beside it."""
_CONFIG = Path("tests/integration/clinic/sources.yaml")
_WELL = "all well"
_HEARD = "Event: (Newchannel|QueueCallerJoin)"
_batches = count()
Waits = Mapping[str, list[float]]
"""Milliseconds from arrival to queue, by ill."""


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
_BREAKER = "{failures: 1, pause: 0.3}"
USUAL, NEVER = "{failures: 5, pause: 1}", "{failures: 1000, pause: 0.3}"
"""A breaker as by default, but for asking again after 1 second, not 30; one that no ill here opens."""


@contextmanager
def _spoilt(home: Path) -> Iterator[Sources]:
    certificates = home / "certificates"
    certificates.mkdir()
    os.environ["CCD_TEST_MIS"] = postgres.PASSWORD
    zeros()  # else the first bombs would all be made at once
    with postgres.running() as server, sources(server, certificates) as all_:
        yield all_


async def _prepared(home: Path, ami_port: int, all_: Sources, breaker: str) -> CcdProcess:
    (home / "ccd").mkdir(parents=True)
    written = _CONFIG.read_text().replace(_BREAKER, breaker)
    values = {
        "SERVICE": all_.service.service.url, "FHIR": all_.fhir.service.url, "MIS": all_.mis.service.port,
        "SECURE": all_.secure.service.url, "CA": all_.trusted.file,
    }  # fmt: skip
    for name, value in values.items():
        written = written.replace(f"@{name}@", str(value))
    given = home / "ills.yaml"
    given.write_text(daemon.CONFIG.read_text().replace("directory: {region: RU}\n", written))
    ccd = CcdProcess(home / "ccd", free_port(), free_port(), ami_port, given)
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
        await _waits(bed, "well-again", AGAIN)


async def bench(home: Path) -> Result:
    """All of them."""
    async with exchange(home / "ills-exchange") as bed:
        with _spoilt(home) as all_:
            usual = await _met(bed, all_, home / "usual", USUAL, ILLS)
            never = await _met(bed, all_, home / "never", NEVER, (*ALONE, *ILLS))
    return _result(usual, never)


async def _met(bed: Exchange, all_: Sources, home: Path, breaker: str, ills: Iterable[Ill]) -> Waits:
    """Each of these, by name, and beside them all well; by a ccd with such breakers."""
    ccd = await _prepared(home, bed.asterisk.ami_port, all_, breaker)
    async with daemon.running(ccd):
        await bed.ask(ccd.agi_port)
        await _waits(bed, "warm-up", WARM)
        found = {_WELL: await _waits(bed, "well", SECONDS)}
        for ill in ills:
            found[str(ill)] = await _ill(bed, all_, ill)
            print(f"  {ill}: p99 {percentile(found[str(ill)], 0.99):.0f} ms", flush=True)
    return found


def _result(usual: Waits, never: Waits) -> Result:
    alone = {str(ill) for ill in ALONE}
    return Result(
        name="ills",
        claims=[
            _claim("any ill", usual, usual.keys() - {_WELL}),
            _claim("no breaker, one system ill", never, alone),
            _claim("no breaker, all three ill", never, EVERYBODY),
        ],
        tables=[
            _table("the clinic's systems ill, breakers that ask again every second", usual),
            _table("the same, breakers that never open", never),
        ],
        limits=["without a breaker each call waits for the ill system, and reads what floods it"],
    )


def _table(title: str, found: Waits) -> Table:
    rows = [
        (name, str(len(waits)), *(f"{percentile(waits, share):.0f}" for share in (0.5, 0.9, 0.99)))
        for name, waits in found.items()
    ]
    return Table(title=title, headings=("ill", "calls", "p50 ms", "p90 ms", "p99 ms"), rows=rows)


def _claim(whose: str, found: Waits, names: Collection[str]) -> Claim:
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
