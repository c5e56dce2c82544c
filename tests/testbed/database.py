"""A database server of the tests' own: a temporary folder, a free port, ended by its pid."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.testbed.ports import free_port

USERS = ("postgres", "mysql", "nobody")
"""Whom the servers run as when the tests are root's: they refuse root."""
_LOG = "server.log"


@dataclass
class Server:
    """One server process and all that it starts."""

    folder: Path
    port: int
    command: Sequence[str | Path]
    popen: "subprocess.Popen[bytes]" = field(repr=False)

    def signal_all(self, number: signal.Signals) -> None:
        """Send it to the server and to its children: SIGSTOP hangs every connection, SIGCONT goes on."""
        here = psutil.Process(self.popen.pid)
        for one in (here, *here.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):  # a connection that was closed just then
                one.send_signal(number)

    @property
    def still(self) -> bool:
        """Whether no thread of the server runs, nor of its children (stopped, or gone)."""
        here = psutil.Process(self.popen.pid)
        return all(_stopped(one.pid) for one in (here, *here.children(recursive=True)))

    def stop(self, number: signal.Signals) -> None:
        """End it as ``halt`` does; remove its folder."""
        self.halt(number)
        shutil.rmtree(self.folder, ignore_errors=True)

    def halt(self, number: signal.Signals) -> None:
        """End it with its signal for a quick end, by force when it does not heed that."""
        if self.popen.poll() is None:
            self.signal_all(signal.SIGCONT)
            self.popen.send_signal(number)
        try:
            self.popen.wait(30)
        except subprocess.TimeoutExpired:
            self.signal_all(signal.SIGKILL)
            self.popen.wait(30)

    def go_on(self, ready: Callable[["Server"], bool]) -> None:
        """Start it again after ``halt``, with the same data on the same port; return when it is ready."""
        self.popen = _launched(self.command, self.folder)
        _wait(self, ready)


@dataclass
class Running:
    """A server that tests ask.  ``host`` and ``port`` are where it listens."""

    server: Server
    host: str = "127.0.0.1"

    @property
    def port(self) -> int:
        """The TCP port on loopback."""
        return self.server.port

    def freeze(self) -> None:
        """Hang every process of the server: it accepts connections (the kernel does), and says nothing."""
        deadline = time.monotonic() + 30
        self.server.signal_all(signal.SIGSTOP)
        while (
            not self.server.still
        ):  # a thread may answer once more before it stops, or a child be born meanwhile
            if time.monotonic() > deadline:
                raise TimeoutError("the server did not stop")
            time.sleep(0.01)
            self.server.signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self.server.signal_all(signal.SIGCONT)


def _stopped(pid: int) -> bool:
    """Whether every thread of the process is stopped (its state as proc(5) tells it, after the name)."""
    states = []
    with suppress(FileNotFoundError, ProcessLookupError):
        for stat in Path(f"/proc/{pid}/task").glob("*/stat"):
            with suppress(FileNotFoundError, ProcessLookupError):
                states.append(stat.read_text().rpartition(")")[2].split()[0])
    return set(states) <= set("TtZX")


def new_folder() -> Path:
    """A folder that belongs to whom the server runs as."""
    folder = Path(tempfile.mkdtemp(prefix="ccd-db-"))
    if user := runs_as():
        account = pwd.getpwnam(user)
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


def run(command: Sequence[str | Path], folder: Path, text: str = "") -> str:
    """Run one of the server's tools to its end; RuntimeError with what it said when it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, input=text, capture_output=True, text=True, cwd=folder, check=False,
        user=runs_as(), group=_group(), extra_groups=_no_groups(),
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{words[0]} failed: {done.stdout}{done.stderr}")
    return done.stdout


def start(
    command: Callable[[int], Sequence[str | Path]], folder: Path, ready: Callable[[Server], bool]
) -> Server:
    """Start a server on a free port, return when it is ready."""
    words = command(port := free_port())
    server = Server(folder, port, words, _launched(words, folder))
    _wait(server, ready)
    return server


def _launched(command: Sequence[str | Path], folder: Path) -> "subprocess.Popen[bytes]":
    with (folder / _LOG).open("ab") as out:
        return subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            cwd=folder, start_new_session=True, user=runs_as(), group=_group(), extra_groups=_no_groups(),
        )  # fmt: skip


def _wait(server: Server, ready: Callable[[Server], bool]) -> None:
    deadline = time.monotonic() + 60
    while not ready(server):
        if server.popen.poll() is not None or time.monotonic() > deadline:
            said = (server.folder / _LOG).read_text(errors="replace")
            server.stop(signal.SIGKILL)
            raise RuntimeError(f"the server does not start: {said}")
        time.sleep(0.02)


def runs_as() -> str | None:
    """The first of USERS that this machine has; None when the tests are an ordinary user's."""
    if os.geteuid() != 0:
        return None
    known = {account.pw_name for account in pwd.getpwall()}
    return next(user for user in USERS if user in known)


def _group() -> int | None:
    user = runs_as()
    return pwd.getpwnam(user).pw_gid if user else None


def _no_groups() -> list[int] | None:
    return [] if runs_as() else None
