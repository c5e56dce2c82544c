"""panoramisk's FastAGI application, hardened: bounded, timed, drained, and never without an answer.

The rule: a session may fail in any way it likes, and nothing else notices.  Beyond ``limit``
sessions at once a new one goes to ``overflow`` without its environment being read; beyond twice as
many it is closed at once: both leave the caller to the default queue, the first lets the
dialplan hear it from us.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

import structlog
from asterisk.agi import AGIHangup
from panoramisk import fast_agi

from ccd.agi.environment import HostileEnvironment, route
from ccd.agi.replies import OutOfStep
from ccd.agi.request import LIMIT, Reader, Request

Endpoint = Callable[[Request], Awaitable[None]]

_CANCELLED_WITHIN = 1.0
"""Seconds that a cancelled session has to end at the stop; one that does not is left behind."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Counters:
    """Sessions since the start.  ``shed`` and ``lost`` are among ``accepted``, as are the others.

    ``lost`` ended by the peer before an answer; ``hostile`` had an environment that is not believed;
    ``failed`` got the default route because the decision failed or came too late.
    """

    accepted: int = 0
    shed: int = 0
    lost: int = 0
    hostile: int = 0
    failed: int = 0


class Application(fast_agi.Application):  # type: ignore[misc]  # panoramisk has no types
    """Sessions by route.  ``fallback`` gets those without a route, or without a believed environment.

    ``read_timeout`` is the time in seconds for the environment block to arrive.
    """

    def __init__(
        self, *, fallback: Endpoint, overflow: Endpoint, limit: int, read_timeout: float, counters: Counters
    ) -> None:
        super().__init__(loop=asyncio.get_running_loop())
        self._fallback = fallback
        self._overflow = overflow
        self._limit = limit
        self._read_timeout = read_timeout
        self._counters = counters
        self._sessions: set[asyncio.Task[Any]] = set()

    def add_route(self, path: str, endpoint: Endpoint | Callable[[Request], None]) -> None:
        """Serve ``agi://host:port/path`` by a coroutine function, or by a plain function."""
        super().add_route(
            route(path), endpoint if asyncio.iscoroutinefunction(endpoint) else _async(endpoint)
        )

    def protocol(self) -> asyncio.StreamReaderProtocol:
        """A new connection's protocol, for ``loop.create_server``."""
        reader = Reader(limit=LIMIT, loop=self.loop)
        return asyncio.StreamReaderProtocol(reader, self.handler, loop=self.loop)

    async def handler(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its first byte to its end.  Raises nothing.

        A cancellation ends here, at the outermost level: asyncio of Python 3.11 would log it as an
        "Exception in callback" otherwise.
        """
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  for the type checker
        self._sessions.add(task)
        self._counters.accepted += 1
        try:
            await self._session(Request(self, cast("Reader", reader), writer))
        except asyncio.CancelledError:
            _log.warning("AGI session cut off by the stop")
        except AGIHangup:
            self._counters.lost += 1
        except Exception:  # noqa: BLE001  the task's boundary
            _log.exception("AGI session broke")
        finally:
            self._sessions.discard(task)
            writer.close()

    async def _session(self, request: Request) -> None:
        if len(self._sessions) <= self._limit:
            endpoint = await self._endpoint(request)
            return await endpoint(request)
        self._counters.shed += 1
        if len(self._sessions) <= 2 * self._limit:
            await self._overflow(request)
        return None

    async def _endpoint(self, request: Request) -> Endpoint:
        """Who serves this session, once its environment is read."""
        try:
            async with asyncio.timeout(self._read_timeout):
                environment = await request.read_environment()
        except (HostileEnvironment, OutOfStep, TimeoutError) as error:
            self._counters.hostile += 1
            _log.warning("AGI environment is not believed", reason=str(error) or "it did not arrive in time")
            return self._fallback
        endpoint: Endpoint = self._route.get(environment.script, self._fallback)
        return endpoint

    async def drain(self, seconds: float) -> None:
        """Let running sessions end by themselves for so long, then cancel them."""
        if self._sessions:
            await asyncio.wait(self._sessions, timeout=seconds)
        for task in self._sessions:
            task.cancel()
        if self._sessions:
            await asyncio.wait(self._sessions, timeout=_CANCELLED_WITHIN)


def _async(function: Callable[[Request], Any]) -> Endpoint:
    """What panoramisk did with ``asyncio.coroutine``, which Python 3.11 no longer has."""

    async def endpoint(request: Request) -> None:
        function(request)

    return endpoint
