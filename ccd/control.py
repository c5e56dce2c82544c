"""How a command reaches the ccd that runs: a Unix socket beside the database, its owner's alone.

The command connects and waits; ccd reloads its rules and answers with one JSON document.
"""

import asyncio
import json
import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

from ccd.reloading import Outcome

_MOST = 1 << 22
"""Bytes of an answer at most: thousands of problems."""
_PATIENCE = 120.0
"""Seconds that a command waits for the answer."""
Reload = Callable[[], Awaitable[Outcome]]


class NobodyThereError(Exception):
    """No ccd runs on this database, or it cannot be reached; the sentence says so."""


class Control:
    """Answers commands.  ``database`` says where; only one ccd at a time may run there."""

    def __init__(self, database: Path, reload: Reload) -> None:
        self._database = database
        self._reload = reload

    async def run(self) -> None:
        """Listen until cancelled; raises OSError where no socket can be made."""
        with _listening(self._database) as sock:
            async with await asyncio.start_unix_server(self._answer, sock=sock) as server:
                await server.serve_forever()

    async def _answer(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            outcome = await self._reload()
            writer.write(json.dumps(asdict(outcome)).encode())
            await writer.drain()
        except OSError:
            pass  # whoever asked has gone
        finally:
            writer.close()


def ask(database: Path) -> Outcome:
    """Have the ccd of this database reload its rules.  Raises NobodyThereError."""
    try:
        with closing(socket.socket(socket.AF_UNIX)) as sock, _reachable(database) as place:
            sock.settimeout(_PATIENCE)
            sock.connect(place)
            said = json.loads(b"".join(iter(lambda: sock.recv(_MOST), b"")))
        return Outcome(said["done"], said["version"], tuple(said["lines"]))
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
