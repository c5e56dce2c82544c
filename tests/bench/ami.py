"""AMI intake with every call tracked, beside panoramisk 1.4 with one empty callback.

Both are handed the same bytes, in turn, in the same process and kind of loop, with ccd's settings of
the garbage collector.  ccd is measured to growing depths, each with all of the one before: frames cut
and translated; delivered to the real tracker and its book of calls; every state saved into SQLite,
until the last one is durable; everything on that the daemon has (``ami_whole``), until the records are
durable, and until the last figure is made of them.  Times are CPU times of the whole process, and ratios
are of the least ones: whatever else the machine does only adds to them.  How many records a second are
durable is measured by ``ami_records``.
"""

import asyncio
import logging
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog
import uvloop

from ccd.calls.events import AsteriskEvent, CallOffered, ChannelStarted
from ccd.calls.ids import QueueName
from ccd.calls.record import CallRecord
from ccd.daemon.process import collect_rarely
from ccd.directory.caller import Caller, Number, NumberKind
from ccd.directory.lookup import Lookup
from ccd.ports.calls import CallSaver
from ccd.ports.screens import Board, CardShown
from ccd.store.calls import CallStore
from ccd.store.database import Database
from ccd.store.migrate import migrate
from ccd.tracking import Tracker
from tests.bench import ami_intake, ami_records, quiet
from tests.bench.ami_whole import Whole
from tests.bench.report import Claim, Result, Table, spread
from tests.bench.stream import FILTERED, Stream, stream

ROUNDS = 9
CALLS = 200
STREAMS = {"all events": "queue-call", "filtered events": FILTERED}
"""Everything that Asterisk says of a call, and what ``dialplan/ccd-manager.conf`` lets through of it."""
REQUIRED = "queue-call"
STRANGER = Caller(number=Number("+79160000000", NumberKind.E164, "+79160000000"))

_WARM = 40
"""Calls before those that are measured: SQL is compiled once, and a daemon runs for months."""
_WARM_FROM = 900_000
PANORAMISK = "panoramisk 1.4, one empty callback"
TRANSLATED = "ccd: cut, translated, delivered"
TRACKED = "ccd: every call tracked"
STORED = "ccd: every call tracked and stored"
WHOLE = "ccd: everything on, records durable"
FIGURED = "ccd: ... and every figure of them made"

Side = Callable[[Stream], Coroutine[Any, Any, Mapping[str, float]]]
"""Seconds by depth."""


class Nowhere:
    """Takes records, cards and boards, and keeps none."""

    def save(self, record: CallRecord) -> None: ...

    def show(self, card: CardShown) -> None: ...

    def board(self, board: Board) -> None: ...


def tracking(saver: CallSaver) -> ami_intake.Deliver:
    """A real tracker's handler; each call is also offered to it, as the AGI side does in between."""
    lookup = Lookup([], "RU", 0.8)
    queue = QueueName("duty-doctor")
    return into(Tracker(saver=saver, screens=Nowhere(), lookup=lookup, doctors_queue=queue))


def into(tracker: Tracker) -> ami_intake.Deliver:
    """This tracker's handler."""

    def deliver(event: AsteriskEvent) -> None:
        tracker.handle(event)
        if isinstance(event, ChannelStarted) and str(event.unique_id) == event.linked_id:
            tracker.offered(_offer(event), STRANGER)

    return deliver


def _offer(event: ChannelStarted) -> CallOffered:
    return CallOffered(
        at=event.at, linked_id=event.linked_id, unique_id=event.unique_id, caller_number=event.caller_number,
        caller_name=event.caller_name, called_number=event.called_number, rule="everyone", rules_version="1",
    )  # fmt: skip


async def panoramisk(given: Stream) -> Mapping[str, float]:
    """Stock panoramisk."""
    return {PANORAMISK: await ami_intake.stock(given.banner, list(given.chunks))}


async def translated(given: Stream) -> Mapping[str, float]:
    """Until every event is translated and delivered to nobody."""
    return {TRANSLATED: await ami_intake.ours(given.banner, list(given.chunks))}


async def tracked(given: Stream) -> Mapping[str, float]:
    """Until every call is tracked to its end."""
    return {TRACKED: await ami_intake.ours(given.banner, list(given.chunks), tracking(Nowhere()))}


async def stored(given: Stream) -> Mapping[str, float]:
    """Until every call's record is durable in SQLite."""
    async with _store() as store:
        deliver = tracking(store)
        await _warm(given, deliver)
        await store.flush()
        began = time.process_time()
        await ami_intake.ours(given.banner, list(given.chunks), deliver)
        await store.flush()
        took = time.process_time() - began
        await _all_there(store, given.calls + _WARM)
        return {STORED: took}


async def whole(given: Stream) -> Mapping[str, float]:
    """With all that the daemon does for a call."""
    with tempfile.TemporaryDirectory() as home:
        parts = Whole(Path(home))
        async with parts.running():
            deliver = into(parts.tracker)
            await _warm(given, deliver)
            await parts.settle()
            began = time.process_time()
            await ami_intake.ours(given.banner, list(given.chunks), deliver)
            await parts.storage.calls.flush()
            durable = time.process_time() - began
            await parts.settle()
            settled = time.process_time() - began
            await _all_there(parts.storage.calls, given.calls + _WARM)
            return {WHOLE: durable, FIGURED: settled}


async def _warm(given: Stream, deliver: ami_intake.Deliver) -> None:
    warm = stream(given.capture, _WARM, _WARM_FROM)
    await ami_intake.ours(warm.banner, list(warm.chunks), deliver)


async def _all_there(store: CallStore, calls: int) -> None:
    ended = await store.calls(limit=calls)
    if len(ended) != calls or any(record.ended_at is None for record in ended):
        raise AssertionError("a call was lost")


@asynccontextmanager
async def _store() -> AsyncIterator[CallStore]:
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "bench.db"
        await migrate(path)
        database = await Database.open(path)
        store = CallStore(database)
        writer = asyncio.create_task(store.run())
        try:
            yield store
        finally:
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
            await database.close()


SIDES: Sequence[Side] = (panoramisk, translated, tracked, stored, whole)


def measure(given: Stream, rounds: int) -> dict[str, list[float]]:
    """Seconds to each depth, round by round in turn."""
    took = defaultdict(list)
    for number in range(rounds):
        for side in SIDES:
            quiet.wait()
            for depth, seconds in uvloop.run(side(given)).items():
                took[depth].append(seconds)
        print(f"  ami: {given.events:,} events, round {number + 1} of {rounds}", flush=True)
    return took


def run(home: Path, rounds: int = ROUNDS, calls: int = CALLS) -> Result:
    """Measure both streams, then the records."""
    logging.getLogger("panoramisk").setLevel(logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    collect_rarely()
    claims, tables, limits = [], [], []
    for what, capture in STREAMS.items():
        given = stream(capture, calls)
        took = measure(given, rounds)
        if capture == REQUIRED:
            claims += _claims(what, took)
        tables.append(_table(f"{what}: {given.events:,} events of {calls} calls", given, took))
        limits.append(f"{what}: {_shares(given, took)}")
    records = uvloop.run(ami_records.bench(home, tracking))
    claims += ami_records.claims(records)
    tables.append(ami_records.table(records))
    return Result(name="ami", claims=claims, tables=tables, limits=limits)


def _claims(what: str, took: Mapping[str, Sequence[float]]) -> list[Claim]:
    return [
        Claim(
            what=f"events/s, {depth.removeprefix('ccd: ')}, {what}",
            value=min(took[PANORAMISK]) / min(took[depth]),
            required=2,
            goal=4,
        )
        for depth in (TRACKED, STORED, WHOLE, FIGURED)
    ]


def _table(title: str, given: Stream, took: Mapping[str, Sequence[float]]) -> Table:
    base = min(took[PANORAMISK])
    rows = [
        (
            name,
            spread([given.events / one for one in seconds]),
            f"{min(seconds) / given.events * 1e6:.2f}",
            f"{base / min(seconds):.2f}",
        )
        for name, seconds in took.items()
    ]
    headings = ("", "events/s (min - max)", "us/event, least", "ratio")
    return Table(title=title, headings=headings, rows=rows)


def _shares(given: Stream, took: Mapping[str, Sequence[float]]) -> str:
    """What each depth takes, in microseconds a call."""
    shares = (
        f"{min(seconds) / given.calls * 1e6:.0f} {name.removeprefix('ccd: ')}"
        for name, seconds in took.items()
    )
    return f"one core; us a call: {'; '.join(shares)}"
