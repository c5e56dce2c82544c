"""Messages that callers left become entries: the folder is looked through, now and again.

A keeper: whoever hangs up while speaking sends no word to ccd, but his recording is there.
"""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import structlog

from ccd.callbacks.voicemail import Voicemail, recorded
from ccd.calls.events import MessageLeft
from ccd.calls.ids import UniqueId

log = structlog.get_logger()

EVERY = 10.0
"""Seconds between two looks."""
STILL = 6.0
"""Seconds without a change after which a recording has ended: Asterisk ends one after 5 s of silence."""
SHORTEST = 1.0
"""Seconds of speech without which nothing was said."""
_HEADER = 44
_BYTES_A_SECOND = 16_000
"""Of Asterisk's ``wav``: 8 kHz, 16 bits, one channel."""


class VoicemailBook(Protocol):
    """Where messages are written down; may raise."""

    async def put(self, found: Iterable[Voicemail]) -> Sequence[Voicemail]:
        """Write those that are new; those."""
        ...


class Mailroom:
    """Looks through ``folder``, tells ``left`` of what is new; ``outages`` are what the book raises."""

    def __init__(
        self,
        folder: Path,
        book: VoicemailBook,
        outages: tuple[type[Exception], ...] = (),
        left: Callable[[MessageLeft], None] = lambda _event: None,
    ) -> None:
        self._folder = folder
        self._book = book
        self._left = left
        self._outages: tuple[type[Exception], ...] = (*outages, OSError)
        self._out = False
        self._written: set[Voicemail] = set()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except self._outages as error:
                if not self._out:
                    log.warning("voicemail not read", reason=str(error))
                self._out = True
            else:
                self._out = False
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Write down what is new.  Raises OSError for the folder, and what the book raises."""
        found = await asyncio.to_thread(lambda: list(messages(self._folder, datetime.now(UTC))))
        fresh = [one for one in found if one not in self._written]
        for one in await self._book.put(fresh) if fresh else ():
            self._left(_event(one))
            log.info("voicemail", call=one.call_id, box=one.box, seconds=round(one.seconds))
        self._written = set(found)


def _event(message: Voicemail) -> MessageLeft:
    """What the call's record learns of it; the dialplan names the file after the caller's own channel."""
    leg = UniqueId(message.call_id)
    return MessageLeft(at=message.at, linked_id=message.call_id, unique_id=leg, file=message.file)


def messages(folder: Path, now: datetime) -> Iterator[Voicemail]:
    """The finished recordings in the folder.  A folder that is not there has none."""
    for file in folder.glob("*/*.wav"):
        if file.is_symlink():
            continue
        status = os.stat(file)  # noqa: PTH116 - one call for both
        at = datetime.fromtimestamp(status.st_mtime, UTC)
        seconds = max(0, status.st_size - _HEADER) / _BYTES_A_SECOND
        if (now - at).total_seconds() < STILL or seconds < SHORTEST:
            continue
        message = recorded(str(file.relative_to(folder)), at, seconds)
        if message:
            yield message
