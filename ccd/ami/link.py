"""The link to Asterisk as the daemon sees it: events out, in order; actions in.

Its one rule: after every (re)connection and every gap, ``Resynchronised`` comes first, live
events after it; when the link goes, ``LinkLost`` says so.  In between, ``QueuesNow`` says now and
then what no event tells: which queues and members a reload has left.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog

from ccd.ami import tls
from ccd.ami.clock import Clock
from ccd.ami.errors import ActionRefused, AmiError, LinkDown, LoginRefused, OutcomeUnknown
from ccd.ami.intake import Intake
from ccd.ami.manager import Manager
from ccd.ami.protocol import Protocol
from ccd.ami.snapshot import take_queues, take_snapshot
from ccd.ami.translate import TABLE, Translator
from ccd.calls.events import AsteriskEvent, ClockSet, LinkLost, MemberChanged, Resynchronised
from ccd.settings.models import Ami

_log = structlog.get_logger(__name__)

QUEUES_EVERY = 60.0
"""Seconds after which Asterisk is asked again for its queues."""
_NO_RIGHTS = "Permission denied"
"""Asterisk's words for an action that the account may not do (``main/manager.c``)."""


class AmiLink:
    """Keeps one link to Asterisk and delivers what happens there.

    ``deliver`` is called on the loop, in order, one event at a time; it must not block.  What it
    raises is logged and stops nothing.  ``options`` go to the Manager (for tests: ``sleep``).
    """

    def __init__(
        self,
        settings: Ami,
        secret: str,
        deliver: Callable[[AsteriskEvent], None],
        **options: Any,
    ) -> None:
        self._out_of_step = asyncio.Event()
        self._meanwhile: list[MemberChanged] | None = None
        """What members did while Asterisk is being asked for its queues."""
        self.intake = Intake(deliver, settings.buffer, self._out_of_step.set)
        self.manager = Manager(
            host=settings.host,
            port=settings.port,
            username=settings.username,
            secret=secret,
            ssl=tls.client_context(settings),
            server_hostname=tls.server_name(settings),
            connect_timeout=settings.connect_timeout,
            ping_interval=settings.ping_interval,
            reconnect_max=settings.reconnect_max,
            on_login=self._on_login,
            on_disconnect=self._on_disconnect,
            on_read=self.intake.drain,
            **options,
        )
        self._clock = Clock()
        for name, translator in TABLE.items():
            self.manager.register_frame(name, partial(self._on_frame, translator))

    @property
    def connected(self) -> bool:
        """Whether Asterisk can be heard and asked."""
        return self.manager.connected

    async def run(self) -> None:
        """Keep the link and deliver, until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.manager.run())
                group.create_task(self._keep_in_step())
        finally:
            self.manager.close()
            self.intake.flush()

    async def action(self, fields: Mapping[str, str], *, deadline: float = 10) -> Mapping[str, str]:
        """Ask Asterisk to do something; its answer's headers.  ``deadline`` is seconds.

        Raises ActionRefused (Asterisk said no), LinkDown (nothing was sent), BadAction (it must
        not be sent), OutcomeUnknown (it may or may not have been done).
        """
        answer = await self.manager.send_action(fields, as_list=False, deadline=deadline)
        if answer.refusal is not None:
            raise ActionRefused(answer.refusal)
        return dict(answer)

    def _on_frame(self, translator: Translator, frame: bytes) -> None:
        event = translator(frame)
        if event is not None:
            if seconds := self._clock.jump(event.at):
                _log.warning("asterisk_clock_set", seconds=round(seconds, 1))
                self.intake.put(ClockSet(at=event.at, seconds=seconds))
            self.intake.put(event)
            if self._meanwhile is not None and isinstance(event, MemberChanged):
                self._meanwhile.append(event)

    def _on_login(self, _manager: Manager) -> None:
        self._out_of_step.set()

    def _on_disconnect(self, _manager: Manager, _error: BaseException) -> None:
        self.intake.lost(LinkLost(at=datetime.now(UTC)))

    async def _keep_in_step(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(QUEUES_EVERY):
                    await self._out_of_step.wait()
            due = self._resynchronise if self._out_of_step.is_set() else self._ask_queues
            self._out_of_step.clear()
            try:
                await due()
            except LinkDown:
                continue  # the next login asks again

    async def _ask_queues(self) -> None:
        """Tell of the queues; what members did meanwhile is told again: the answer may be older."""
        protocol, meanwhile = self.manager.protocol, list[MemberChanged]()
        self._meanwhile = meanwhile
        try:
            queues = await take_queues(self.manager.send_action)
        except (ActionRefused, OutcomeUnknown) as error:
            _log.warning("ami_queues_not_told", reason=str(error))
            return
        finally:
            self._meanwhile = None
        if self.manager.protocol is protocol and not self._out_of_step.is_set():
            self.intake.put(queues)
            for event in meanwhile:
                self.intake.put(event)
            self.intake.drain()

    async def _resynchronise(self) -> None:
        await self.intake.hold()
        protocol = self.manager.protocol
        try:
            snapshot = await take_snapshot(self.manager.send_action)
        except ActionRefused as error:
            rights = _NO_RIGHTS in str(error)  # anything else passes: Asterisk may still be starting
            self._fail(protocol, LoginRefused(f"not enough rights: {error}") if rights else error)
        except OutcomeUnknown as error:
            self._fail(protocol, error)
        else:
            if self.manager.protocol is protocol:
                self.intake.release(Resynchronised(at=snapshot.at, snapshot=snapshot))
                _log.info("ami_resynchronised", channels=len(snapshot.channels))

    def _fail(self, protocol: Protocol | None, error: AmiError) -> None:
        """Without a snapshot this link is of no use; a newer one is not to blame."""
        if self.manager.protocol is protocol:
            self.manager.fail(error)
