"""``ccd run``, as a process: whatever is wrong around it, callers are answered."""

import asyncio
import os
import socket
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from tests.fakes.agi import Channel, agi

FULL = Path("/dev/full")


@pytest.fixture
def port(clinic: Path) -> int:
    """A free port that is now AGI's."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        number: int = free.getsockname()[1]
    with (clinic / "ccd.yaml").open("a", encoding="utf-8") as config:
        config.write(f"agi: {{ port: {number} }}\ndesk: {{ port: 0 }}\nami: {{ secret: x, port: 1 }}\n")
    return number


@asynccontextmanager
async def ccd_run(clinic: Path, errors: int | None = None) -> AsyncIterator[Process]:
    """A process that said it is ready."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as systemd:
        systemd.bind(address := str(clinic / "notify"))
        systemd.setblocking(False)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ccd", "run", "--config", clinic / "ccd.yaml",
            env=os.environ | {"NOTIFY_SOCKET": address}, stderr=errors,
        )  # fmt: skip
        try:
            async with asyncio.timeout(60):
                assert await asyncio.get_running_loop().sock_recv(systemd, 100) == b"READY=1"
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def answered(port: int) -> bool:
    channel = await agi(port, Channel())
    return channel.variables.get("CCD_READY") == "1"


async def ended(process: Process) -> int:
    process.terminate()
    async with asyncio.timeout(60):
        return await process.wait()


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")
async def test_a_full_disk_under_the_log_ends_nothing(clinic: Path, port: int) -> None:
    with (clinic / "ccd.yaml").open("a", encoding="utf-8") as config:
        config.write(f"log: {{ file: {FULL}, level: debug }}\n")
    async with ccd_run(clinic) as process:
        assert await answered(port)
        assert await answered(port)
        assert await ended(process) == 0


async def test_nobody_who_reads_the_log_ends_nothing(clinic: Path, port: int) -> None:
    async with ccd_run(clinic, subprocess.PIPE) as process:
        assert process.stderr
        process.stderr._transport.close()  # type: ignore[attr-defined]
        assert await answered(port)
        assert await answered(port)
        assert await ended(process) == 0


async def test_a_taken_agi_port_is_said_in_a_sentence(clinic: Path, port: int) -> None:
    with closing(socket.create_server(("127.0.0.1", port))):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ccd", "run", "--config", clinic / "ccd.yaml", stderr=subprocess.PIPE
        )
        _, said = await process.communicate()
    assert process.returncode == 1
    sentence = (
        f"ccd: the AGI port 127.0.0.1:{port} is taken (address already in use): is another ccd running?"
    )
    assert said.decode().splitlines()[-1].startswith(sentence)
