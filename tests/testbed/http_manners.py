"""How an HTTP service answers badly: each manner as the bytes that go over the wire."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable
from enum import StrEnum, auto
from functools import cache
from typing import Any, Protocol

from tests.testbed.http_messages import Asked, Reply, wire

BIG = 50_000_000
"""Bytes of an answer that nobody should read to its end."""


class Manner(StrEnum):
    """How it answers."""

    WELL = auto()
    HUNG = auto()
    """Takes the question, says nothing."""
    SLOW = auto()
    """Answers well, ``delay`` seconds later."""
    DRIPPING = auto()
    """Answers well, one byte each ``delay`` seconds."""
    BROKEN = auto()
    """500, with a page that holds a secret."""
    HTML = auto()
    """A page for people, with 200."""
    CHARSET = auto()
    """The answer in windows-1251, called UTF-8."""
    NONSENSE = auto()
    """No JSON, although it says so."""
    DEEP = auto()
    """A hundred thousand lists in one another."""
    HUGE = auto()
    """``BIG`` bytes of valid JSON."""
    BOMB = auto()
    """The same, gzipped to fifty thousand."""
    ENDLESS = auto()
    """A list that never ends."""
    CUT = auto()
    """Closes in the middle of the answer."""
    GARBAGE = auto()
    """No HTTP at all."""
    TO_A_FILE = auto()
    """Redirects to ``file:///etc/passwd``."""
    ELSEWHERE = auto()
    """Redirects to ``elsewhere``."""


class Serving(Protocol):
    """What a manner needs of the service."""

    delay: float
    elsewhere: str

    def answer(self, asked: Asked, /) -> Any: ...

    def whole(self, asked: Asked) -> bytes: ...


Pieces = AsyncIterator[bytes]
Spoiling = Callable[[Serving, Asked], Pieces]


async def well(service: Serving, asked: Asked) -> Pieces:
    yield service.whole(asked)


async def _hung(_service: Serving, _asked: Asked) -> Pieces:
    await asyncio.Event().wait()
    yield b""


async def _slow(service: Serving, asked: Asked) -> Pieces:
    await asyncio.sleep(service.delay)
    yield service.whole(asked)


async def _dripping(service: Serving, asked: Asked) -> Pieces:
    whole = service.whole(asked)
    for at in range(len(whole)):
        yield whole[at : at + 1]
        await asyncio.sleep(service.delay)


async def _charset(service: Serving, asked: Asked) -> Pieces:
    answer = json.dumps([service.answer(asked), "Иванова"], ensure_ascii=False)
    yield wire(Reply(body=answer.encode("windows-1251"), headers=(_json("; charset=utf-8"),)))


async def _huge(_service: Serving, _asked: Asked) -> Pieces:
    yield _head(f"Content-Length: {BIG}")
    for piece in _many():
        yield piece


async def _bomb(_service: Serving, _asked: Asked) -> Pieces:
    body = await asyncio.to_thread(zeros)
    yield wire(Reply(body=body, headers=(_json(), ("Content-Encoding", "gzip"))))


@cache
def zeros() -> bytes:
    """The bomb; takes a while the first time."""
    return gzip.compress(b"0" * BIG)


async def _endless(_service: Serving, _asked: Asked) -> Pieces:
    yield _head("Connection: close")
    while True:
        for piece in _many():
            yield piece


async def _cut(service: Serving, asked: Asked) -> Pieces:
    yield service.whole(asked)[:-1]
    raise EOFError


async def _garbage(_service: Serving, _asked: Asked) -> Pieces:
    yield b"SSH-2.0-OpenSSH_9.9\r\n\r\n\x00\xff" * 20


async def _elsewhere(service: Serving, _asked: Asked) -> Pieces:
    yield wire(Reply(status=302, headers=(("Location", service.elsewhere),)))


def _always(reply: Reply) -> Spoiling:
    async def pieces(_service: Serving, _asked: Asked) -> Pieces:
        yield wire(reply)

    return pieces


def _many() -> list[bytes]:
    piece = b"[" + b'"xxxxxxxx",' * 10_000
    return [piece[1:]] * (BIG // len(piece))


def _head(*lines: str) -> bytes:
    return "\r\n".join(("HTTP/1.1 200 OK", "Content-Type: application/json", *lines, "", "")).encode()


def _json(parameters: str = "") -> tuple[str, str]:
    return "Content-Type", "application/json" + parameters


_PAGE = b"<html><body>the database says: password=hunter2</body></html>"
SPOILT: dict[Manner, Spoiling] = {
    Manner.HUNG: _hung,
    Manner.SLOW: _slow,
    Manner.DRIPPING: _dripping,
    Manner.CHARSET: _charset,
    Manner.HUGE: _huge,
    Manner.ENDLESS: _endless,
    Manner.CUT: _cut,
    Manner.GARBAGE: _garbage,
    Manner.ELSEWHERE: _elsewhere,
    Manner.BROKEN: _always(Reply(status=500, body=_PAGE)),
    Manner.HTML: _always(Reply(body=_PAGE, headers=(("Content-Type", "text/html; charset=utf-8"),))),
    Manner.NONSENSE: _always(Reply(body=b"{'patients': [}")),
    Manner.DEEP: _always(Reply(body=b"[" * 100_000)),
    Manner.BOMB: _bomb,
    Manner.TO_A_FILE: _always(Reply(status=302, headers=(("Location", "file:///etc/passwd"),))),
}
