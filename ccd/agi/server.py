"""The FastAGI server: a question of the dialplan in, one ``EXEC MSet`` out.

The rule: **an answer in time, always**.  Whatever happens to the decision (late, raising, unsafe),
to the environment (hostile, torn) or to the load (too many), the caller is sent to the default
route; and where not even that can be said, the dialplan does the same by itself.

The way of one session, and what makes it believed:

1. the environment block, parsed strictly; nothing may follow it;
2. the decision; 3. the command and its one answer; nothing else may have come.

Whoever breaks 1 to 3 has written into the environment (see ``environment.py``), so the same is done
again with values asked of the channel, behind a random mark.  The second answer overwrites the first.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog
from asterisk.agi import AGIError, AGIHangup

from ccd.agi import translate
from ccd.agi.application import Application, Counters
from ccd.agi.environment import HostileEnvironment
from ccd.agi.replies import OutOfStep
from ccd.agi.request import Request
from ccd.routing.question import Decision, StepAnswer, StepRequest
from ccd.settings.models import Agi

Decide = Callable[[StepRequest], Awaitable[Decision]]

_BACKLOG = 4096
"""Connections waiting to be accepted; the default of 100 cost a p99 of 1.1 s at 500 callers at once."""

_LAST_WORD = 0.4
"""Seconds for the default route to be taken, after the deadline: Asterisk itself gives up after 2."""

_log = structlog.get_logger(__name__)


class AgiServer:
    """Asks ``decide`` for every question; answers ``default`` when that gives nothing usable.

    ``took`` is told the seconds of each answer that was given.

    Raises UnsafeAnswer when not even the default can be said to a dialplan.
    """

    def __init__(
        self,
        settings: Agi,
        decide: Decide,
        default: StepAnswer,
        *,
        took: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        self._settings = settings
        self._took = took
        self._decide = decide
        self.default(default)
        self._server: asyncio.Server | None = None
        self._application: Application | None = None
        self.counters = Counters()

    def default(self, answer: StepAnswer) -> None:
        """From now on the default is this one.  Raises UnsafeAnswer when it cannot be said."""
        self._default = translate.mset(answer)

    async def start(self) -> None:
        """Listen.  Raises OSError when the address cannot be had."""
        self._application = Application(
            fallback=self._step,
            overflow=self._give_default,
            limit=self._settings.max_sessions,
            read_timeout=self._settings.read_timeout,
            counters=self.counters,
        )
        self._application.add_route("step", self._step)
        self._server = await asyncio.get_running_loop().create_server(
            self._application.protocol, self._settings.host, self._settings.port, backlog=_BACKLOG
        )

    @property
    def port(self) -> int:
        """The port that is listened on, also when the settings left it to the system with 0.

        Raises RuntimeError while none is.
        """
        if self._server is None:
            raise RuntimeError("the AGI server is not listening")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self, drain: float) -> None:
        """Refuse new questions at once; let running ones end for ``drain`` seconds, then cut them off."""
        if self._server is not None and self._application is not None:
            self._server.close()
            await self._application.drain(drain)

    async def _step(self, request: Request) -> None:
        """One question, answered within the deadline, with the default route if need be."""
        try:
            async with asyncio.timeout_at(request.started + self._settings.deadline):
                await self._answered(request)
        except AGIHangup:
            raise
        except TimeoutError:
            self._failed("too late")
        except Exception as error:  # noqa: BLE001  the task's boundary: the call must go on
            self._failed("failed", error)
        else:
            return self._took(asyncio.get_running_loop().time() - request.started)
        await self._give_default(request)
        return self._took(asyncio.get_running_loop().time() - request.started)

    async def _answered(self, request: Request) -> None:
        if request.environment is not None:
            try:
                return await self._decided(request, translate.asked(request.environment))
            except (HostileEnvironment, OutOfStep) as error:
                self.counters.hostile += 1
                _log.warning("AGI environment is not believed", reason=str(error))
        asked = translate.asked_of_channel(await request.evaluate(translate.QUESTION))
        return await self._decided(request, asked)

    async def _decided(self, request: Request, asked: StepRequest) -> None:
        decision = await self._decide(asked)
        try:
            await request.send_command(translate.mset(decision.answer))
            await request.confirm()
        except OutOfStep:
            raise  # the question was not this call's: nobody is told anything
        except BaseException:
            decision.settle(False)
            raise
        decision.settle(True)

    async def _give_default(self, request: Request) -> None:
        """The default route, also to a session out of step; failing to give it is no failure of ours."""
        with contextlib.suppress(AGIError, TimeoutError):
            async with asyncio.timeout(_LAST_WORD):
                await request.insist(self._default)

    def _failed(self, how: str, error: Exception | None = None) -> None:
        self.counters.failed += 1
        _log.error("routing decision " + how + ": default route", exc_info=error)
