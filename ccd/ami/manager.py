"""panoramisk's Manager, hardened: one supervised link, kept up until it is closed.

Its one rule: nothing from outside (a raising callback, a dead peer, a refused login, a lost
link) ends it, and nothing is ever sent twice.
"""

import asyncio
import inspect
import random
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

import structlog
from panoramisk.manager import Manager as PanoramiskManager

from ccd.ami.backoff import Backoff
from ccd.ami.errors import AmiError, BadAction, LinkDown, LoginRefused
from ccd.ami.message import Message
from ccd.ami.protocol import Protocol
from ccd.ami.routes import Handler, Routes, event_name

_log = structlog.get_logger(__name__)

Callback = Callable[["Manager", Message], object]


class Manager(PanoramiskManager):  # type: ignore[misc]
    """panoramisk's public shape; times are seconds.

    Besides panoramisk's own options: ``server_hostname`` (TLS), ``connect_timeout`` (from the
    first packet to the login's answer), ``action_timeout``, ``reconnect_timeout`` (the first
    pause) and ``reconnect_max``, ``refused_pause`` (after a refused login), ``on_read`` (called
    once per batch of bytes), ``sleep`` and ``chance`` (for tests).
    """

    defaults: Mapping[str, Any] = {
        **PanoramiskManager.defaults,
        "events": "call,agent",
        "ssl": None,
        "server_hostname": None,
        "protocol_factory": Protocol,
        "ping_interval": 5.0,
        "connect_timeout": 5.0,
        "action_timeout": 10.0,
        "reconnect_timeout": 0.5,
        "reconnect_max": 30.0,
        "refused_pause": 60.0,
        "on_read": None,
        "sleep": asyncio.sleep,
        "chance": random.random,
    }

    def __init__(self, **config: Any) -> None:
        self.routes = Routes(self._who_wants)
        self._frame_handlers: dict[str, Handler] = {}
        self._task: asyncio.Task[None] | None = None
        super().__init__(**config)
        self.protocol: Protocol | None = None
        self.ping_interval = float(self.config["ping_interval"])
        self._backoff = Backoff(
            self.config["reconnect_timeout"],
            self.config["reconnect_max"],
            self.config["chance"],
        )

    @property
    def connected(self) -> bool:
        """Whether actions can be sent: the link is up and the login was accepted."""
        return bool(self.authenticated and self.protocol and not self.protocol.closed)

    # -- who wants what

    def register_event(self, pattern: str, callback: Callback | None = None) -> Any:
        """Call ``callback(manager, event)`` for every event whose name matches the pattern.

        Coroutine functions are refused with TypeError: run as tasks they would have neither
        order nor bound.  Put the event into a queue of your own instead.
        """
        if inspect.iscoroutinefunction(callback):
            if callback == self.send_awaiting_actions:
                return callback
            raise TypeError("a callback must not be a coroutine function: its order would be lost")
        if callback is None:
            return partial(self.register_event, pattern)
        self.routes.clear()
        return super().register_event(pattern, callback)

    def register_frame(self, name: str, handler: Handler) -> None:
        """Call ``handler(frame)`` with the bytes of every event of exactly this name: the fast way."""
        self.routes.clear()
        self._frame_handlers[name] = handler

    def _who_wants(self, first_line: bytes) -> Handler | None:
        name = event_name(first_line)
        handler = self._frame_handlers.get(name)
        if not name or not any(regexp.match(name) for _, regexp in self.patterns):
            return handler

        def both(frame: bytes) -> None:
            self.dispatch(Message.from_frame(frame))
            if handler is not None:
                handler(frame)

        return both

    def dispatch(self, event: Message) -> list[str]:
        """Call the callbacks of every pattern that matches; what they raise is logged, no more."""
        event.manager = self
        matches = [pattern for pattern, regexp in self.patterns if regexp.match(event["Event"])]
        for pattern in matches:
            for callback in self.callbacks[pattern]:
                self._call(callback, event)
        return matches

    def _call(self, callback: Callable[..., object], *args: object) -> None:
        try:
            result = callback(self, *args)
        except Exception:  # noqa: BLE001 - the boundary to whoever registered it
            _log.exception("ami_callback_failed")
            return
        if inspect.iscoroutine(result):
            result.close()
            _log.error("ami_callback_is_coroutine", callback=getattr(callback, "__qualname__", "?"))

    # -- sending

    def send_action(
        self,
        action: Mapping[str, Any],
        as_list: bool | None = None,
        deadline: float | None = None,
        **kwargs: Any,
    ) -> asyncio.Future[Any]:
        """Send an action; the future gives its answer.

        Raises LinkDown at once when there is no link, BadAction when it must not be sent.  The
        future fails with ActionTimeout or OutcomeUnknown; the action is never sent again.
        """
        if self.protocol is None or not self.connected:
            raise LinkDown("not logged in to Asterisk")
        timeout = self.config["action_timeout"] if deadline is None else deadline
        return self.protocol.send({**action, **kwargs}, as_list=as_list, timeout=timeout)

    def send_command(self, command: str, as_list: bool = False) -> asyncio.Future[Any]:
        """Run a command of Asterisk's console; needs the class ``command``."""
        return self.send_action({"Action": "Command", "Command": command}, as_list=as_list)

    async def send_awaiting_actions(self, *_: object) -> None:
        """Nothing: no action waits for a link here, so none is replayed."""

    # -- the link

    def connect(self, *_: object, **__: object) -> asyncio.Task[None]:
        """Start keeping the link; the task runs until :meth:`close`."""
        self._task = asyncio.get_running_loop().create_task(self.run())
        return self._task

    async def run(self) -> None:
        """Connect, log in, watch, and begin again after a pause; until cancelled or closed."""
        self._task = asyncio.current_task()
        while True:
            try:
                await self._one_link()
            except (LoginRefused, BadAction) as error:
                pause = self._backoff.jittered(self.config["refused_pause"])
                _log.error("ami_login_refused", reason=str(error), retry_in=round(pause, 1))
            except Exception as error:  # noqa: BLE001 - whatever it is, the next attempt may succeed
                pause = self._backoff.next()
                reason = str(error) or type(error).__name__
                unforeseen = not isinstance(error, AmiError | OSError)
                _log.warning("ami_link_down", reason=reason, retry_in=round(pause, 1), exc_info=unforeseen)
            await self.config["sleep"](pause)

    async def log_in(self) -> Protocol:
        """Connect and log in, this once; until :meth:`close`.  Raises AmiError, OSError, TimeoutError."""
        async with asyncio.timeout(self.config["connect_timeout"]):
            protocol = await self._open()
            await self._log_in(protocol)
        return protocol

    async def _one_link(self) -> None:
        """One link from connecting to its loss; always raises why it ended."""
        try:
            protocol = await self.log_in()
            self._call(self.on_login)
            await self._watch(protocol)
        except BaseException as error:
            self._drop(error)
            raise

    async def _open(self) -> Protocol:
        config = self.config
        factory = partial(config["protocol_factory"], self.routes, config["on_read"])
        _, protocol = await asyncio.get_running_loop().create_connection(
            factory,
            config["host"],
            config["port"],
            ssl=config["ssl"] or None,
            server_hostname=config["server_hostname"] if config["ssl"] else None,
        )
        self.protocol = cast("Protocol", protocol)
        self._call(self.on_connect)
        return self.protocol

    async def _log_in(self, protocol: Protocol) -> None:
        answer = await protocol.send(
            {
                "Action": "Login",
                "Username": self.config["username"],
                "Secret": self.config["secret"],
                "Events": self.config["events"],
            },
            timeout=self.config["connect_timeout"],
        )
        if not answer.success:
            raise LoginRefused(answer.refusal or "login not accepted")
        self.authenticated = True
        _log.info("ami_connected", version=protocol.version)

    async def _watch(self, protocol: Protocol) -> None:
        """Ping until the link is lost; a Pong that does not come within its time ends it."""
        while True:
            await asyncio.wait({protocol.lost}, timeout=self.ping_interval)
            if protocol.lost.done():
                raise _reason(protocol.lost.result())
            try:
                await protocol.send({"Action": "Ping"}, timeout=self.ping_interval)
                self._backoff.reset()
            except AmiError as error:
                protocol.close(error)

    def _drop(self, error: BaseException) -> None:
        protocol, self.protocol = self.protocol, None
        was_up, self.authenticated = self.authenticated, False
        if protocol is not None:
            protocol.close(error)
        if was_up:
            self._call(self.on_disconnect, error)

    def fail(self, error: AmiError) -> None:
        """End this link for this reason; a new one is made after the usual pause."""
        if self.protocol is not None:
            self.protocol.close(error)

    def close(self) -> None:
        """End it for good: no timer, no task, no link stays behind."""
        if self._task is not None:
            self._task.cancel()
        self._drop(LinkDown("closed"))


def _reason(lost: BaseException | None) -> Exception:
    if isinstance(lost, AmiError | OSError):
        return lost
    return LinkDown("Asterisk closed the link")
