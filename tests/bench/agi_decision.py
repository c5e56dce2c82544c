"""How long a caller waits for the decision: connect to answer received, against a null FastAGI server.

    python -m tests.bench.agi_decision                         our server with a decision made at once
    python -m tests.bench.agi_decision --server "COMMAND"      any other; it prints its port and serves
    python -m tests.bench.agi_decision --port 4573             one that already runs

The load is open-loop (calls come when they come, Poisson, however slow the answers are) and made by
this process, each server being one of its own: on one loop the client's work would be counted as the
server's.  Client and servers run on uvloop.  The null server is the price of FastAGI itself: asyncio
streams, read the environment, one ``EXEC MSet``, read its answer, close.  Short turns of both alternate,
so that other work on the machine disturbs both alike; the environment goes out in one write.
"""

import argparse
import asyncio
import gc
import json
import random
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvloop

from ccd.agi.server import AgiServer
from ccd.agi.translate import mset
from ccd.calls.ids import QueueName
from ccd.routing.question import Decision, StepAnswer, StepRequest
from ccd.routing.step_kinds import QueueStep
from ccd.settings.models import Agi
from tests.fakes.agi import Channel

RATES = (50, 200, 400)
"""Calls in a second."""

ANSWER = StepAnswer(step=QueueStep(queue=QueueName("operators"), wait=40), next_token="main:1")
Number = Callable[[int], bytes]


async def _at_once(_request: StepRequest) -> Decision:
    return Decision(ANSWER)


async def serve_ours() -> int:
    """Our server on a free port; it lives as long as the loop."""
    server = AgiServer(Agi(port=0), _at_once, ANSWER)
    await server.start()
    return server.port


async def serve_null() -> int:
    """The least that FastAGI can be, on a free port."""
    command = mset(ANSWER).encode() + b"\n"

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\n\n")
        writer.write(command)
        await reader.readline()
        writer.close()

    server = await asyncio.start_server(handler, "127.0.0.1", 0, backlog=4096)
    port: int = server.sockets[0].getsockname()[1]
    return port


async def _serve(start: Callable[[], Any]) -> None:
    print(await start(), flush=True)
    await asyncio.Event().wait()


@contextmanager
def running(command: list[str]) -> Iterator[int]:
    """A server process; its port, which it prints first."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def own(kind: str) -> list[str]:
    """The command that runs one of this module's servers: ``null`` or ``ours``."""
    return [sys.executable, "-m", "tests.bench.agi_decision", "--serve", kind]


class Call(asyncio.Protocol):
    """One call: ``waited`` are its seconds from connecting to the decision, None when there was none."""

    def __init__(self, environment: bytes) -> None:
        self._environment = environment
        self._began = time.perf_counter()
        self._received = b""
        self.waited: float | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(self._environment)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self.waited is None and self._received.endswith(b'CCD_READY=1"\n'):
            self.waited = time.perf_counter() - self._began
        self._transport.write(b"200 result=0\n")

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.ended.set_result(None)


def call_id(seed: int, place: int) -> str:
    """The id of a turn's call: no two turns share one."""
    return f"{1_700_000_000 + seed}.{place}"


def _number(place: int) -> bytes:
    return b"+7916%07d" % (place * 7919 % 100_000)


async def _one(port: int, channel: str, number: bytes) -> float | None:
    environment = b"".join(Channel(unique_id=channel, linked_id=channel, number=number).environment())
    _, call = await asyncio.get_running_loop().create_connection(lambda: Call(environment), "127.0.0.1", port)
    await call.ended
    return call.waited


async def _load(port: int, rate: float, seconds: float, number: Number, seed: int) -> list[float | None]:
    """Calls at random times, ``rate`` in a second on average."""
    random_ = random.Random(seed)
    loop = asyncio.get_running_loop()
    due, end = loop.time(), loop.time() + seconds
    tasks: list[asyncio.Task[float | None]] = []
    while due < end:
        await asyncio.sleep(due - loop.time())
        place = len(tasks)
        tasks.append(loop.create_task(_one(port, call_id(seed, place), number(place))))
        due += random_.expovariate(rate)
    return list(await asyncio.gather(*tasks))


def waits(port: int, rate: float, seconds: float = 5, number: Number = _number, seed: int = 1) -> list[float]:
    """The wait of each call in seconds; ``inf`` for a call that got no decision."""
    gc.disable()
    try:
        waited = uvloop.run(_load(port, rate, seconds, number, seed))
    finally:
        gc.enable()
    return [float("inf") if wait is None else wait for wait in waited]


def measure(port: int, rate: float, seconds: float = 5, number: Number = _number) -> dict[str, float]:
    """One server under one load: calls, failed, p50_ms, p99_ms."""
    return figures(waits(port, rate, seconds, number))


def figures(waited: list[float]) -> dict[str, float]:
    """Percentiles in milliseconds over every call, failed ones counting as endless."""
    waited = sorted(waited)
    return {
        "calls": len(waited),
        "failed": waited.count(float("inf")),
        "p50_ms": round(waited[len(waited) // 2] * 1e3, 3),
        "p99_ms": round(waited[int(len(waited) * 0.99)] * 1e3, 3),
    }


def compare(null: int, ours: int, rate: float, *, turns: int = 5, seconds: float = 1) -> dict[str, Any]:
    """Both ports in alternating turns; each side's figures over all turns, and ours / null.

    ``ratio_p99`` is of the p99 over all calls, ``ratio_p99_median`` the median of the turns' ratios:
    one turn that the machine spoilt does not move it.
    """
    sides: tuple[list[float], list[float]] = ([], [])
    ratios = []
    for turn in range(turns):
        order = (0, 1) if turn % 2 == 0 else (1, 0)
        pair = {side: waits((null, ours)[side], rate, seconds, seed=turn) for side in order}
        for side in (0, 1):
            sides[side].extend(pair[side])
        ratios.append(figures(pair[1])["p99_ms"] / figures(pair[0])["p99_ms"])
    base, own_ = (figures(side) for side in sides)
    return {
        "rate": rate,
        "null": base,
        "ours": own_,
        "ratio_p50": round(own_["p50_ms"] / base["p50_ms"], 2),
        "ratio_p99": round(own_["p99_ms"] / base["p99_ms"], 2),
        "ratio_p99_median": round(statistics.median(ratios), 2),
    }


def main() -> None:
    """Print one line of JSON for each rate."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--serve", choices=("null", "ours"), help=argparse.SUPPRESS)
    parser.add_argument("--server", help="command of the server to compare")
    parser.add_argument("--port", type=int, help="port of a running server to compare")
    parser.add_argument("--rates", type=float, nargs="+", default=RATES)
    parser.add_argument("--turns", type=int, default=5, help="turns of each side for each rate")
    parser.add_argument("--seconds", type=float, default=1, help="length of a turn")
    options = parser.parse_args()
    if options.serve:
        uvloop.run(_serve(serve_null if options.serve == "null" else serve_ours))
    elif options.port:
        with running(own("null")) as null:
            _print(null, options.port, options)
    else:
        command = shlex.split(options.server) if options.server else own("ours")
        with running(own("null")) as null, running(command) as ours:
            _print(null, ours, options)


def _print(null: int, ours: int, options: argparse.Namespace) -> None:
    for port in (null, ours):
        waits(port, 100, 1)
    for rate in options.rates:
        print(json.dumps(compare(null, ours, rate, turns=options.turns, seconds=options.seconds)), flush=True)


if __name__ == "__main__":
    main()
