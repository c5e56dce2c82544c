"""AMI intake with every call tracked, beside panoramisk 1.4 with one empty callback.

Both are handed the same bytes, in turn, in the same process and kind of loop, with ccd's settings of
the garbage collector.  ccd is measured to three depths, each with all of the one before: frames cut
and translated; delivered to the real tracker and its book of calls; every state saved into SQLite,
until the last one is durable.  Times are CPU times of the whole process.
"""

import asyncio
import logging
import statistics
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
from tests.bench import ami_intake, quiet
from tests.bench.report import Claim, Result, Table, spread
from tests.bench.stream import Stream, stream

ROUNDS = 5
CALLS = 600
STREAMS = {"all events": "queue-call", "filtered events": "answered-caller-hangs-up"}
"""Everything that Asterisk says of a call, and what ``dialplan/ccd-manager.conf`` lets through of it."""
REQUIRED = "queue-call"
STRANGER = Caller(number=Number("+79160000000", NumberKind.E164, "+79160000000"))

Side = Callable[[Stream], Coroutine[Any, Any, float]]


class Nowhere:
    """Takes records, cards and boards, and keeps none."""

    def save(self, record: CallRecord) -> None: ...

    def show(self, card: CardShown) -> None: ...

    def board(self, board: Board) -> None: ...


def tracking(saver: CallSaver) -> ami_intake.Deliver:
    """The real tracker's handler; each call is also offered to it, as the AGI side does in between."""
    lookup = Lookup([], "RU", 0.8)
    tracker = Tracker(saver=saver, screens=Nowhere(), lookup=lookup, doctors_queue=QueueName("duty-doctor"))

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


async def panoramisk(given: Stream) -> float:
    """Seconds of stock panoramisk."""
    return await ami_intake.stock(given.banner, list(given.chunks))


async def translated(given: Stream) -> float:
    """Seconds until every event is translated and delivered to nobody."""
    return await ami_intake.ours(given.banner, list(given.chunks))


async def tracked(given: Stream) -> float:
    """Seconds until every call is tracked to its end."""
    return await ami_intake.ours(given.banner, list(given.chunks), tracking(Nowhere()))


async def stored(given: Stream) -> float:
    """Seconds until every call's record is durable in SQLite."""
    async with _store() as store:
        began = time.process_time()
        await ami_intake.ours(given.banner, list(given.chunks), tracking(store))
        await store.flush()
        took = time.process_time() - began
        ended = await store.calls(limit=given.calls)
        if len(ended) != given.calls or any(record.ended_at is None for record in ended):
            raise AssertionError("a call was lost")
        return took


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


SIDES: Mapping[str, Side] = {
    "panoramisk 1.4, one empty callback": panoramisk,
    "ccd: cut, translated, delivered": translated,
    "ccd: every call tracked": tracked,
    "ccd: every call tracked and stored": stored,
}


def measure(given: Stream, rounds: int) -> dict[str, list[float]]:
    """Seconds of each side, round by round in turn."""
    took = defaultdict(list)
    for number in range(rounds):
        for name, side in SIDES.items():
            quiet.wait()
            took[name].append(uvloop.run(side(given)))
        print(f"  ami: {given.events:,} events, round {number + 1} of {rounds}", flush=True)
    return took


def run(_home: Path, rounds: int = ROUNDS, calls: int = CALLS) -> Result:
    """Measure both streams."""
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
    return Result(name="ami", claims=claims, tables=tables, limits=limits)


def _claims(what: str, took: Mapping[str, Sequence[float]]) -> list[Claim]:
    base, *_, track, store = (statistics.median(seconds) for seconds in took.values())
    return [
        Claim(what=f"events/s, every call tracked, {what}", value=base / track, required=2, goal=4),
        Claim(what=f"events/s, tracked and stored, {what}", value=base / store, required=2, goal=4),
    ]


def _table(title: str, given: Stream, took: Mapping[str, Sequence[float]]) -> Table:
    base = statistics.median(next(iter(took.values())))
    rows = [
        (
            name,
            spread([given.events / one for one in seconds]),
            f"{statistics.median(seconds) / given.events * 1e6:.2f}",
            f"{base / statistics.median(seconds):.2f}",
        )
        for name, seconds in took.items()
    ]
    return Table(title=title, headings=("", "events/s (min - max)", "us/event", "ratio"), rows=rows)


def _shares(given: Stream, took: Mapping[str, Sequence[float]]) -> str:
    """What each depth adds, in microseconds a call."""
    depths = [statistics.median(seconds) / given.calls * 1e6 for seconds in list(took.values())[1:]]
    intake, track, store = depths[0], depths[1] - depths[0], depths[2] - depths[1]
    return (
        f"one core; of {depths[2]:.0f} us a call, {intake:.0f} cut and translate, "
        f"{track:.0f} track, {store:.0f} make SQLite rows"
    )
