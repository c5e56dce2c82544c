"""Everything that Asterisk tells while the shapes are played: each call's part of it is a capture."""

import asyncio
import re
from collections.abc import Iterable
from typing import Self

from ccd.ami.framing import first_line
from ccd.ami.translate import TABLE

Headers = dict[str, str]
KEPT = {f"Event: {name}".encode() for name in TABLE} | {b"Event: AGIExecStart", b"Event: Newexten"}
"""What ccd hears, and what stands for what ccd knows itself: the dialplan's questions, and ccd's answers."""
_ID = re.compile(rb"\r\n\w*(?:Uniqueid|Linkedid|UniqueID|LinkedID): ([^\r]+)", re.IGNORECASE)
_MEMBER = b"Event: QueueMember"


class Recorder:
    """``async with Recorder(port, secret) as recorder``; ``frames`` are those kept, oldest first."""

    def __init__(self, port: int, secret: str) -> None:
        self.frames: list[bytes] = []
        self._port, self._secret = port, secret
        self._heard = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 24)
        self._writer.write(f"Action: Login\r\nUsername: recorder\r\nSecret: {self._secret}\r\n\r\n".encode())
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._writer.close()

    async def event(self, name: str, *, since: int = 0, seconds: float = 30, **headers: str) -> Headers:
        """The first event of this name, from frame ``since`` on, with these headers; waits for it if need be.

        A value that ends in ``*`` is the beginning of one.
        """
        seen, first = since, f"Event: {name}".encode()
        lines = [f"\r\n{key}: {value}\r\n".replace("*\r\n", "").encode() for key, value in headers.items()]
        async with asyncio.timeout(seconds), self._heard:
            while True:
                for frame in self.frames[seen:]:
                    if first_line(frame) == first and all(line in frame + b"\r\n" for line in lines):
                        return parsed(frame)
                seen = len(self.frames)
                await self._heard.wait()

    async def _listen(self) -> None:
        while frame := (await self._reader.readuntil(b"\r\n\r\n")).removesuffix(b"\r\n\r\n"):
            kind = first_line(frame)
            if kind not in KEPT or (kind == b"Event: Newexten" and b"\r\nApplication: AGI\r\n" not in frame):
                continue
            async with self._heard:
                self.frames.append(frame)
                self._heard.notify_all()


def parsed(frame: bytes) -> Headers:
    """A frame's headers."""
    pairs = (line.partition(": ") for line in frame.decode(errors="replace").split("\r\n"))
    return {name: value for name, _, value in pairs}


def ids_of(frame: bytes) -> set[bytes]:
    """Every channel and call that a frame speaks of."""
    return set(_ID.findall(frame))


def about(frames: Iterable[bytes], begin: set[bytes]) -> list[bytes]:
    """The frames about these channels and whatever had to do with them, in their order."""
    kept = [frame for frame in frames if not frame.startswith(_MEMBER)]
    ids = [ids_of(frame) for frame in kept]
    known, before = set(begin), -1
    while len(known) != before:
        before = len(known)
        known.update(*(some for some in ids if some & known))
    return [frame for frame, some in zip(kept, ids, strict=True) if some & known]
