"""How many AMI events a second ccd takes in, beside panoramisk 1.4: ``python -m tests.bench.ami_intake``.

Both read the same bytes: a captured queue call (93 frames, 36 KB), repeated for many calls with ids
of their own, handed to ``data_received`` in chunks of 64 KiB that cut frames anywhere; after each
chunk the loop runs once.  Stock panoramisk has one empty callback on every event and does nothing
else.  ccd's side cuts, translates, buffers and delivers; ``deliver`` is what follows (by default a
callable that does nothing: pass the tracker's to measure tracked calls).  Time is the CPU's, so that
other work on the machine disturbs less; neither side waits for anything.
"""

import argparse
import asyncio
import logging
import re
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

from panoramisk.ami_protocol import AMIProtocol
from panoramisk.manager import Manager as StockManager

from ccd.ami.link import AmiLink
from ccd.calls.events import AsteriskEvent, Resynchronised
from ccd.calls.snapshot import Snapshot
from ccd.settings.models import Ami

CAPTURE = Path(__file__).parents[1] / "captures" / "queue-call.ami"
CHUNK = 65_536
Deliver = Callable[[AsteriskEvent], None]


def nothing(_event: AsteriskEvent) -> None:
    """The handler of whoever wants intake alone."""


def traffic(calls: int) -> tuple[bytes, list[bytes], int]:
    """The banner, the chunks, and how many events are in them."""
    banner, _, call = CAPTURE.read_bytes().partition(b"\r\n")
    call = call[call.index(b"Event: Newchannel") :]
    stream = b"".join(_call(call, number) for number in range(calls))
    chunks = [stream[at : at + CHUNK] for at in range(0, len(stream), CHUNK)]
    return banner + b"\r\n", chunks, stream.count(b"Event: ")


def _call(call: bytes, number: int) -> bytes:
    """The captured call with ids and channels of its own, as many digits as before."""
    renamed = call.replace(b"1795281484.", b"17%08d." % number)
    return re.sub(rb"-0000000([01])", rb"-%07x\1" % number, renamed)


async def stock(banner: bytes, chunks: list[bytes]) -> float:
    """CPU seconds that panoramisk as it comes needs, with one empty callback on every event."""
    manager = StockManager(loop=asyncio.get_running_loop())
    manager.register_event("*", lambda _manager, _event: None)
    protocol = AMIProtocol()
    protocol.connection_made(Mock())
    protocol.factory, protocol.encoding = manager, "utf8"
    return await _feed(protocol, banner, chunks)


async def ours(banner: bytes, chunks: list[bytes], deliver: Deliver = nothing) -> float:
    """CPU seconds that ccd's link needs until the last event is delivered."""
    link = AmiLink(Ami(buffer=10_000_000), "", deliver)
    protocol = link.manager.config["protocol_factory"](link.manager.routes, link.manager.config["on_read"])
    protocol.connection_made(Mock())
    await link.intake.hold()
    link.intake.release(_in_step())
    seconds = await _feed(protocol, banner, chunks)
    begun = time.process_time()
    link.intake.flush()
    return seconds + time.process_time() - begun


def _in_step() -> Resynchronised:
    now = datetime.now(UTC)
    return Resynchronised(
        at=now,
        snapshot=Snapshot(at=now, channels=(), waiting=(), members=()),
    )


async def _feed(protocol: Any, banner: bytes, chunks: list[bytes]) -> float:
    protocol.data_received(banner)
    begun = time.process_time()
    for chunk in chunks:
        protocol.data_received(chunk)
        await asyncio.sleep(0)
    return time.process_time() - begun


def measure(
    rounds: int = 5,
    calls: int = 200,
    deliver: Callable[[], Deliver] = lambda: nothing,
) -> dict[str, float]:
    """Events a second of both sides (medians of alternating rounds) and their ratio.

    ``deliver`` makes the handler anew for every round, so that none sees old calls again.
    """
    logging.getLogger("panoramisk").setLevel(logging.ERROR)
    banner, chunks, events = traffic(calls)
    theirs, own = [], []
    for _ in range(rounds):
        theirs.append(events / asyncio.run(stock(banner, chunks)))
        own.append(events / asyncio.run(ours(banner, chunks, deliver())))
    panoramisk, ccd = statistics.median(theirs), statistics.median(own)
    return {"events": events, "panoramisk": panoramisk, "ccd": ccd, "ratio": ccd / panoramisk}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=int, default=200)
    options = parser.parse_args()
    found = measure(options.rounds, options.calls)
    print(f"{found['events']:,.0f} events a round, medians of {options.rounds} alternating rounds")
    print(f"panoramisk 1.4, one empty callback   {found['panoramisk']:>10,.0f} events/s")
    print(f"ccd: cut, translated, delivered      {found['ccd']:>10,.0f} events/s")
    print(f"ratio                                {found['ratio']:>10.1f}")


if __name__ == "__main__":
    main()
