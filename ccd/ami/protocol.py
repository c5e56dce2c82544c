"""One connection to Asterisk's manager: bytes, pending actions, nothing else.

Its one rule: reading never waits and never ends because of a handler.  Answers are matched by
``ActionID`` only; when the link goes, what is unanswered fails as "outcome unknown" and is never
sent again.
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import structlog
from panoramisk.ami_protocol import AMIProtocol

from ccd.ami.action import Action, encode
from ccd.ami.errors import ActionTimeout, BadAction, LinkDown, OutcomeUnknown, ProtocolError
from ccd.ami.framing import Framer
from ccd.ami.message import Message

_log = structlog.get_logger(__name__)

Handler = Callable[[bytes], None]
_ACTION_ID = b"\r\nActionID: "


class Protocol(AMIProtocol):  # type: ignore[misc]
    """panoramisk's protocol with its byte layer replaced.

    ``routes`` maps a frame's first line to who wants the frame; it answers every ``[]``.
    ``on_read`` is called once after each batch of bytes.
    """

    def __init__(
        self,
        routes: Mapping[bytes, Handler | None] | None = None,
        on_read: Callable[[], None] | None = None,
    ) -> None:
        self.routes = _Nobody() if routes is None else routes
        self.on_read = on_read or _nothing
        self.responses: dict[str, Action] = {}
        self.closed = False
        self.choked = False
        self.transport: asyncio.Transport | None = None
        self._framer = Framer()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The link is up; nothing is known of the peer yet."""
        self.transport = transport  # type: ignore[assignment]
        self.lost: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()

    @property
    def version(self) -> str:
        """AMI's version from the banner (``11.0.0`` is Asterisk 22); empty before it came."""
        return self._framer.version

    def send(
        self,
        data: Mapping[str, Any],
        as_list: bool | None = None,
        timeout: float = 10,
    ) -> asyncio.Future[Any]:
        """Send an action now.  Raises BadAction or LinkDown; then nothing was sent.

        The future fails with ActionTimeout after ``timeout`` seconds, with OutcomeUnknown when
        the link is lost first.
        """
        action = Action(dict(data), as_list=as_list)
        payload = encode(action)
        if self.closed or self.transport is None or self.transport.is_closing():
            raise LinkDown("there is no link to Asterisk")
        if self.choked:
            raise LinkDown("Asterisk does not read what it is sent")
        if action.id in self.responses:
            raise BadAction("an action with this ActionID is under way")
        self._expect(action, timeout)
        self.transport.write(payload)
        future: asyncio.Future[Any] = action.future
        return future

    def _expect(self, action: Action, timeout: float) -> None:
        key = action.id
        self.responses[key] = action
        late = partial(ActionTimeout, f"{action['Action']}: no answer within {timeout:g} s")
        timer = asyncio.get_running_loop().call_later(timeout, _fail, action.future, late)

        def forget(future: asyncio.Future[Any]) -> None:
            timer.cancel()
            self.responses.pop(key, None)
            if not future.cancelled():
                future.exception()  # whoever sent and forgot need not hear of it

        action.future.add_done_callback(forget)

    def data_received(self, data: bytes) -> None:
        """Cut, hand over, answer.  Nothing in here waits."""
        try:
            frames = self._framer.feed(data)
        except ProtocolError as error:
            _log.error("ami_protocol_error", reason=str(error))
            self.close(error)
            return
        routes, pending = self.routes, self.responses
        for frame in frames:
            handler = routes[frame.partition(b"\r")[0]]  # first_line(frame), in place: for every frame
            if handler is not None:
                try:
                    handler(frame)
                except Exception:  # noqa: BLE001 - the boundary to whoever registered it
                    _log.exception("ami_handler_failed")
            if pending and _ACTION_ID in frame:
                self.handle_message(Message.from_frame(frame))
        try:
            self.on_read()
        except Exception:  # noqa: BLE001 - the same
            _log.exception("ami_handler_failed")

    def handle_message(self, message: Message) -> None:
        """Give a message to the action that it answers, if that still waits."""
        key = message.get("ActionID")
        action = self.responses.get(key) if isinstance(key, str) else None
        if action is not None and action.add_message(message):
            self.responses.pop(action.id, None)

    def pause_writing(self) -> None:
        """Asterisk does not read: sending is refused until it does."""
        self.choked = True

    def resume_writing(self) -> None:
        """Asterisk reads again."""
        self.choked = False

    def connection_lost(self, exc: BaseException | None) -> None:
        """The link is gone: every pending action fails, none is kept."""
        if self.closed:
            return
        self.closed = True
        unknown = partial(OutcomeUnknown, "the link was lost before the answer came")
        for action in tuple(self.responses.values()):
            _fail(action.future, unknown)
        if not self.lost.done():
            self.lost.set_result(exc)

    def close(self, reason: BaseException | None = None) -> None:
        """End the link at once, whatever the peer does."""
        if self.transport is not None:
            self.transport.abort()
            self.connection_lost(reason)


class _Nobody(dict[bytes, Handler | None]):
    """Routes that lead nowhere."""

    def __missing__(self, _first_line: bytes) -> None:
        return None


def _nothing() -> None:
    pass


def _fail(future: asyncio.Future[Any], error: Callable[[], Exception]) -> None:
    if not future.done():
        future.set_exception(error())
