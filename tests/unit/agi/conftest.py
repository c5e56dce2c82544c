"""A running server around any decision, and one FastAGI session seen from both ends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from ccd.agi.application import Application, Counters
from ccd.agi.request import Request
from ccd.agi.server import AgiServer, Decide
from ccd.calls.ids import QueueName
from ccd.routing.question import Decision, StepAnswer, StepRequest
from ccd.routing.step_kinds import QueueStep
from ccd.settings.models import Agi

DEFAULT = StepAnswer(step=QueueStep(queue=QueueName("default")), next_token="default:1")
CHOSEN = StepAnswer(step=QueueStep(queue=QueueName("chosen"), wait=30), next_token="main:1")


class Chooser:
    """A decision that answers CHOSEN, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[StepRequest] = []
        self.settled: list[bool] = []

    async def __call__(self, request: StepRequest) -> Decision:
        self.asked.append(request)
        return Decision(CHOSEN, self.settled.append)


class Blocked(Chooser):
    """A decision that waits until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = asyncio.Event()
        self.release = asyncio.Event()
        self.cancelled = asyncio.Event()

    async def __call__(self, request: StepRequest) -> Decision:
        self.begun.set()
        try:
            await self.release.wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        return await super().__call__(request)


@asynccontextmanager
async def serving(
    decide: Decide, took: Callable[[float], None] = lambda _seconds: None, **settings: Any
) -> AsyncIterator[AgiServer]:
    """A server on a free port; deadlines are far away unless the test is about them."""
    far = {"deadline": 60, "read_timeout": 60}
    server = AgiServer(Agi(port=0, **{**far, **settings}), decide, DEFAULT, took=took)
    await server.start()
    try:
        yield server
    finally:
        await server.stop(0)


Talk = Callable[[Request], Awaitable[Any]]


class Peer:
    """The other end of a session, speaking raw bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, result: Any) -> None:
        self.reader = reader
        self.writer = writer
        self.result: asyncio.Future[Any] = result

    async def command(self) -> str:
        """The next command that the server sends."""
        return (await self.reader.readline()).decode().removesuffix("\n")

    def answer(self, data: bytes) -> None:
        """Whatever this peer likes to say."""
        self.writer.write(data)


@asynccontextmanager
async def session(talk: Talk, *routes: str, opening: bytes = b"\n\n") -> AsyncIterator[Peer]:
    """One session served by ``talk`` on ``routes``, or on every route; its result is the peer's."""
    result = asyncio.get_running_loop().create_future()

    async def endpoint(request: Request) -> None:
        try:
            result.set_result(await talk(request))
        except asyncio.CancelledError:
            result.cancel()
            raise
        except Exception as error:  # noqa: BLE001
            result.set_exception(error)

    async def nobody(_request: Request) -> None:
        result.set_result("nobody")

    fallback = nobody if routes else endpoint
    application = Application(
        fallback=fallback, overflow=nobody, limit=10, read_timeout=60, counters=Counters()
    )
    for route in routes:
        application.add_route(route, endpoint)
    server = await asyncio.get_running_loop().create_server(application.protocol, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1])
    writer.write(opening)
    try:
        yield Peer(reader, writer, result)
    finally:
        writer.close()
        server.close()
        await application.drain(0)
