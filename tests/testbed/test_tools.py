"""The testbed's own tools: what tests rely on must itself hold."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.testbed.ports import free_block, free_port
from tests.testbed.process import Process
from tests.testbed.proxy import Proxy


@pytest_asyncio.fixture
async def proxy() -> AsyncIterator[Proxy]:
    """A proxy before a server that says ``one two`` and echoes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"one two")
        while data := await reader.read(100):
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, Proxy("127.0.0.1", server.sockets[0].getsockname()[1]) as proxy:
        yield proxy


async def test_proxy_passes_both_ways(proxy: Proxy) -> None:
    proxy.faults.one_byte = True
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b" three")
    assert await reader.readexactly(13) == b"one two three"
    writer.close()


async def test_proxy_cuts_in_the_middle(proxy: Proxy) -> None:
    proxy.cut_after(b"one t")
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    with pytest.raises(asyncio.IncompleteReadError) as cut:
        await reader.readexactly(7)
    assert cut.value.partial == b"one t"
    writer.close()


async def test_proxy_is_a_black_hole(proxy: Proxy) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    assert await reader.readexactly(7)
    proxy.faults.black_hole = True
    writer.write(b"lost")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.1)
    writer.close()


async def test_proxy_refuses_and_listens_again(proxy: Proxy) -> None:
    await proxy.refuse()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", proxy.port)
    await proxy.listen()
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    assert await reader.readexactly(7)
    writer.close()


async def test_a_recycled_pid_is_left_alone(tmp_path: Path) -> None:
    process = Process.start([sys.executable, "-c", "input()"], output=tmp_path / "out")
    other = Process(process.pid, process.started - 100)
    await other.kill()
    assert not other.alive
    await process.kill()
    assert not process.alive


def test_ports_are_free_and_even() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port()))
        assert free_port() != taken.getsockname()[1]
    assert free_block(10) % 2 == 0


def test_a_long_block_is_found_among_many_servers() -> None:
    with contextlib.ExitStack() as servers:
        for _ in range(500):
            server = servers.enter_context(socket.socket())
            server.bind(("127.0.0.1", free_port()))
        assert free_block(1000) >= 1024
