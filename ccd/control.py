"""How a command reaches the ccd that runs: a Unix socket beside the database, its owner's alone.

The command sends one line, ``reload`` or ``sources``, and waits; ccd answers with one JSON document.
"""

import asyncio
import json
import os
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ccd.directory.guarded import Condition
from ccd.reloading import Outcome

_MOST = 1 << 22
"""Bytes of an answer at most: thousands of problems."""
_PATIENCE = 120.0
"""Seconds that a command waits for the answer."""
_LINE = 5.0
"""Seconds that ccd waits for the command's line."""
Reload = Callable[[], Awaitable[Outcome]]
Sources = Callable[[], Sequence[Condition]]


class NobodyThereError(Exception):
    """No ccd runs on this database, or it cannot be reached; the sentence says so."""


class Control:
    """Answers commands.  ``database`` says where; only one ccd at a time may run there.

    ``sources`` tells how each source of callers does.
    """

    def __init__(self, database: Path, reload: Reload, sources: Sources = tuple) -> None:
        self._database = database
        self._reload = reload
        self._sources = sources

    async def run(self) -> None:
        """Listen until cancelled; raises OSError where no socket can be made."""
        with _listening(self._database) as sock:
            async with await asyncio.start_unix_server(self._answer, sock=sock) as server:
                await server.serve_forever()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_LINE):
                line = await reader.readline()
            writer.write(json.dumps(await self._said(line), default=str).encode())
            await writer.drain()
        except (OSError, ValueError):  # a time-out among them
            pass  # whoever asked has gone, or asks nothing
        finally:
            writer.close()

    async def _said(self, line: bytes) -> Any:
        if line == b"sources\n":
            return [asdict(one) for one in self._sources()]
        if line == b"reload\n":
            return asdict(await self._reload())
        raise ValueError("no command")


def ask(database: Path) -> Outcome:
    """Have the ccd of this database reload its rules.  Raises NobodyThereError."""
    with _plainly(database):
        said = _asked(database, "reload")
        return Outcome(said["done"], said["version"], tuple(said["lines"]))


def ask_sources(database: Path) -> list[dict[str, Any]]:
    """How the sources of the ccd of this database do (``Condition``, as JSON).  Raises NobodyThereError."""
    with _plainly(database):
        return [dict(one) for one in _asked(database, "sources")]


def _asked(database: Path, command: str) -> Any:
    with closing(socket.socket(socket.AF_UNIX)) as sock, _reachable(database) as place:
        sock.settimeout(_PATIENCE)
        sock.connect(place)
        sock.sendall(f"{command}\n".encode())
        return json.loads(b"".join(iter(lambda: sock.recv(_MOST), b"")))


@contextmanager
def _plainly(database: Path) -> Iterator[None]:
    """Whatever goes wrong is a NobodyThereError with its sentence."""
    try:
        yield
    except (FileNotFoundError, ConnectionRefusedError):
        raise NobodyThereError(f"no ccd runs on {database}") from None
    except OSError as error:
        raise NobodyThereError(f"the ccd on {database} cannot be asked: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError):
        raise NobodyThereError(f"the ccd on {database} gave no answer: did it end?") from None


@contextmanager
def _listening(database: Path) -> Iterator[socket.socket]:
    """A socket that only its owner may use, in place of one that a killed ccd left."""
    with _reachable(database) as place:
        Path(place).unlink(missing_ok=True)
        sock = socket.socket(socket.AF_UNIX)
        os.fchmod(sock.fileno(), 0o600)
        sock.bind(place)
    try:
        yield sock
    finally:
        sock.close()
        _socket(database).unlink(missing_ok=True)


@contextmanager
def _reachable(database: Path) -> Iterator[str]:
    """The socket's path; by way of its open folder, because the address of a socket has 107 bytes."""
    file = _socket(database)
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{file.name}"
    finally:
        os.close(folder)


def _socket(database: Path) -> Path:
    file = database.resolve()
    return file.with_name(f"{file.name}.control")
