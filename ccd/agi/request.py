"""panoramisk's FastAGI request, hardened: one command, its one answer, never off by one.

The rule: an answer is believed only while the conversation is in step.  Asterisk writes nothing
unasked but ``HANGUP``, so any other line, before a command or in place of its answer, means that
somebody else (a caller's name with line breaks) is writing too: :class:`OutOfStep`.  Only
:meth:`Request.evaluate`, which asks for a random mark, and :meth:`Request.insist`, which
needs no value back, get through a conversation out of step.
"""

import asyncio
import secrets
from typing import Any

from panoramisk import fast_agi

from ccd.agi import replies
from ccd.agi.environment import END, Environment, parse
from ccd.agi.replies import LinkLost, OutOfStep, Reply

LIMIT = 65_536
"""Bytes: of the environment block, of one line, of all lines read for one answer."""
_TURN = 500
"""Lines read, at most, before others have their turn: what has arrived is read without waiting."""


class Reader(asyncio.StreamReader):
    """A stream that can say what came in and was not read."""

    def unread(self) -> bytes:
        """Bytes already received; reading them would not wait."""
        return bytes(self._buffer)  # type: ignore[attr-defined]


class Request(fast_agi.Request):  # type: ignore[misc]  # panoramisk has no types
    """One session, begun at the loop's time ``started``.

    ``environment`` is None until read, and stays None when it cannot be believed.  ``timeout`` is
    the seconds for each command's answer, None for no limit of its own.  panoramisk's ``headers``
    stay empty: what is not believed is not kept.
    """

    def __init__(
        self,
        app: Any,
        reader: Reader,
        writer: asyncio.StreamWriter,
        *,
        timeout: float | None = None,
    ) -> None:
        super().__init__(app, {}, reader, writer)
        self.reader: Reader = reader
        self.writer: asyncio.StreamWriter = writer
        self.timeout = timeout
        self.started: float = asyncio.get_running_loop().time()
        self.environment: Environment | None = None
        self.hung_up = False
        self._lines = 0

    async def read_environment(self) -> Environment:
        """The block that opens the session.  Raises HostileEnvironment or LinkLost."""
        block = await self._until(END)
        self.environment = parse(block + self._unasked())
        return self.environment

    async def send_command(self, command: str) -> Reply:
        """One command's answer.

        Raises BadCommand, OutOfStep, LinkLost, TimeoutError, or pyst2's exception for what
        Asterisk said instead of a success.  See :func:`ccd.agi.replies.quoted` for arguments.
        """
        line = replies.written(command)
        self.check_in_step()
        async with asyncio.timeout(self.timeout):
            await self._write(line)
            answer: Reply = await self._read_result()
        self.check_in_step()
        return answer

    async def evaluate(self, expression: str) -> str:
        """Have Asterisk substitute an expression of URL-safe values, whatever else lies in the way.

        The random mark in the answer is what nobody could have written in advance; all lines
        before it are dropped.  Raises OutOfStep when there are more than :data:`LIMIT` bytes of them.
        """
        mark = secrets.token_hex(8)
        await self._write(replies.written(f"GET FULL VARIABLE {replies.quoted(f'{mark} {expression}')}"))
        opening = f"200 result=1 ({mark} ".encode()
        answer = await self._skip_to(opening)
        return answer.removeprefix(opening).removesuffix(b")").decode("ascii", "backslashreplace")

    async def confirm(self) -> None:
        """Make sure that the last answer was Asterisk's own.  Raises OutOfStep when it was not.

        A forged environment may bring forged answers along.  From the same machine one ``write`` of
        Asterisk arrives in one piece, so :meth:`check_in_step` has seen them; over a network they
        may come later, and only a random mark tells them from the real ones.
        """
        if self._same_machine():
            return
        mark = secrets.token_hex(8)
        if (await self.send_command(f"GET FULL VARIABLE {replies.quoted(mark)}")).data != mark:
            raise OutOfStep("that answered another command")

    def _same_machine(self) -> bool:
        """True when both ends have the same address."""
        ends = (self.writer.get_extra_info(end) for end in ("peername", "sockname"))
        peer, own = (end[0] for end in ends)
        return bool(peer == own)

    async def insist(self, command: str) -> None:
        """Send a command whose answer does not matter, and wait until something like one is there."""
        await self._write(replies.written(command))
        await self._skip_to(b"200 ")

    def check_in_step(self) -> None:
        """Raise OutOfStep when something arrived that was not asked for."""
        if self._unasked():
            raise OutOfStep("Asterisk writes nothing unasked")

    def _unasked(self) -> bytes:
        """What came in unread, beside the ``HANGUP`` that Asterisk may write at any time, even twice."""
        return self.reader.unread().replace(replies.HANGUP + b"\n", b"")

    async def _read_result(self) -> Reply:
        """The answer to the running command, however many lines it has."""
        answer = await self._line()
        while answer == replies.HANGUP or answer.startswith(replies.TRYING):
            self.hung_up = self.hung_up or answer == replies.HANGUP
            answer = await self._line()
        if answer.startswith(replies.USAGE):
            return replies.parse(answer + b"\n" + await self._skip_to(replies.USAGE_END))
        while replies.incomplete(answer):
            if len(answer) > LIMIT:
                raise OutOfStep("it does not end")
            answer += b"\n" + await self._line()
        return replies.parse(answer)

    async def _skip_to(self, opening: bytes) -> bytes:
        """The first line that begins so; those before it are dropped, up to LIMIT bytes."""
        skipped = 0
        while not (line := await self._line()).startswith(opening):
            skipped += len(line) + 1
            if skipped > LIMIT:
                raise OutOfStep("no answer among what came")
        return line

    async def _line(self) -> bytes:
        self._lines += 1
        if self._lines % _TURN == 0:
            await asyncio.sleep(0)
        return (await self._until(b"\n"))[:-1]

    async def _until(self, end: bytes) -> bytes:
        """Bytes up to and with ``end``.  EOF, a reset, an endless line: LinkLost or OutOfStep."""
        try:
            return await self.reader.readuntil(end)
        except (asyncio.IncompleteReadError, OSError) as error:
            raise LinkLost("Asterisk closed the connection") from error
        except asyncio.LimitOverrunError as error:
            raise OutOfStep("it does not end") from error

    async def _write(self, line: bytes) -> None:
        self.writer.write(line)
        try:
            await self.writer.drain()
        except OSError as error:
            raise LinkLost("Asterisk closed the connection") from error
