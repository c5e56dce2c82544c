"""Messages that callers left become entries: the folder is looked through, now and again.

A keeper: whoever hangs up while speaking sends no word to ccd, but his recording is there.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import structlog

from ccd.callbacks.voicemail import Voicemail
from ccd.calls.events import MessageLeft
from ccd.calls.ids import LinkedId, UniqueId
from ccd.calls.record import CallRecord, State
from ccd.looking import keep_looking
from ccd.recordings import look_through

log = structlog.get_logger()

EVERY = 10.0
"""Seconds between two looks."""
RECENT = timedelta(days=1)
"""How old a message may be that ccd, when it starts, looks for in the record of its call."""


class VoicemailBook(Protocol):
    """Where messages are written down; may raise."""

    async def put(self, found: Iterable[Voicemail]) -> Sequence[Voicemail]:
        """Write those that are new; those."""
        ...

    async def since(self, moment: datetime) -> Sequence[Voicemail]:
        """Those left since then, the oldest first."""
        ...


class Calls(Protocol):
    """The calls' records (``ccd.tracking.Tracker``)."""

    def restore(self, records: Iterable[CallRecord]) -> None:
        """Take up calls of the last run, those that ended too."""
        ...

    def handle(self, event: MessageLeft) -> None:
        """Write it into the call's record."""
        ...


Find = Callable[[LinkedId], Awaitable[CallRecord | None]]
"""The call whose caller has this channel; may raise."""


class Mailroom:
    """Looks through ``folder``, tells ``calls`` of what is new; ``outages`` are what book and find raise."""

    def __init__(
        self,
        folder: Path,
        book: VoicemailBook,
        calls: Calls,
        find: Find,
        outages: tuple[type[Exception], ...] = (),
    ) -> None:
        self._folder = folder
        self._book = book
        self._calls = calls
        self._find = find
        self._outages: tuple[type[Exception], ...] = (*outages, OSError)
        self._written: set[Voicemail] = set()
        self._untold: list[Voicemail] | None = None
        self._unread: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Look until cancelled."""
        await keep_looking(self.look, EVERY, outages=self._outages, waits="voicemail not read")

    async def look(self) -> None:
        """Write down what is new, then tell the calls.  Raises what the book and the records raise."""
        if self._untold is None:  # ccd may have been stopped between the row and the record
            self._untold = [*await self._book.since(datetime.now(UTC) - RECENT)]
        found = await asyncio.to_thread(look_through, self._folder, datetime.now(UTC))
        self._complain(found.unread)
        fresh = [one for one in found.messages if one not in self._written]
        for one in await self._book.put(fresh) if fresh else ():
            log.info("voicemail", call=one.call_id, box=one.box, seconds=round(one.seconds))
            self._untold.append(one)
        self._written = set(found.messages)
        while self._untold:
            await self._tell(self._untold[0])
            del self._untold[0]

    def _complain(self, unread: dict[str, str]) -> None:
        """Each place that cannot be read is told once, until it could be read again."""
        for place in sorted(unread.keys() - self._unread):
            log.warning("voicemail not read", place=place, reason=unread[place])
        self._unread = frozenset(unread)

    async def _tell(self, message: Voicemail) -> None:
        """The record of its call learns of it, also when that has ended and ccd was started since."""
        record = await self._find(message.call_id)
        if record is not None and any(step.detail == message.file for step in record.path):
            return
        try:
            if record is not None and record.state is State.ENDED:
                self._calls.restore([record])
            self._calls.handle(_event(message, record))
        except Exception:
            log.exception("voicemail not in the call's record", call=message.call_id, box=message.box)


def _event(message: Voicemail, record: CallRecord | None) -> MessageLeft:
    """What the call's record learns; the dialplan names the file after the caller's own channel."""
    call_id = record.call_id if record else message.call_id
    return MessageLeft(
        at=message.at, linked_id=call_id, unique_id=UniqueId(message.call_id), file=message.file
    )
