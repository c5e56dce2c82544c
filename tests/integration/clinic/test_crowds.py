"""Whoever crowds the AGI port, the others are routed as usual: by their rule.

So in time: Asterisk waits for two seconds and goes on without one, to another queue.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.fakes.agi import Channel, agi
from tests.integration.clinic.support import Clinic, until
from tests.testbed.ami_probe import AmiProbe

pytestmark = pytest.mark.asterisk


async def routed_as_usual(clinic: Clinic, probe: AmiProbe) -> None:
    calls = [await clinic.dial(probe, "answers") for _ in range(3)]
    for call in calls:
        joined = await probe.event("QueueCallerJoin", Linkedid=call.call_id)
        assert joined["Queue"] == "answers"
    await clinic.hang_up(probe, *calls)
    assert {record["rule"] for record in await clinic.records(*calls)} == {"answers"}


@asynccontextmanager
async def crowd(*visitors: "asyncio.Task[None]") -> AsyncIterator[None]:
    """They come while the block runs."""
    try:
        yield
    finally:
        for visitor in visitors:
            visitor.cancel()
        await asyncio.gather(*visitors, return_exceptions=True)


async def connect_and_close(port: int, came: list[int]) -> None:
    while True:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        came.append(port)


async def one_byte_a_second(port: int, came: list[int]) -> None:
    while True:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for byte in b"agi_network: yes\n":
                writer.write(bytes([byte]))
                await writer.drain()
                came.append(port)
                await asyncio.sleep(1)
        except OSError:
            pass  # ccd had enough; again
        finally:
            writer.close()


async def test_a_thousand_connect_and_close(clinic, probe):
    came: list[int] = []
    visitors = [asyncio.create_task(connect_and_close(clinic.agi_port, came)) for _ in range(4)]
    async with crowd(*visitors):
        await routed_as_usual(clinic, probe)
        await until(lambda: len(came) > 1000, "a thousand have come")
        await routed_as_usual(clinic, probe)


async def test_five_hundred_questions_at_once_are_all_answered(clinic, probe):
    questions = [Channel(linked_id=f"1.{number}", unique_id=f"1.{number}") for number in range(500)]
    call, *answered = await asyncio.gather(
        clinic.dial(probe, "answers"), *(agi(clinic.agi_port, one) for one in questions)
    )
    assert all(channel.variables["CCD_READY"] == "1" for channel in answered)
    joined = await probe.event("QueueCallerJoin", Linkedid=call.call_id)
    assert joined["Queue"] == "answers"
    await clinic.hang_up(probe, call)
    (record,) = await clinic.records(call)
    assert record["rule"] == "answers"


async def test_fifty_peers_that_send_a_byte_a_second(clinic, probe):
    came: list[int] = []
    visitors = [asyncio.create_task(one_byte_a_second(clinic.agi_port, came)) for _ in range(50)]
    async with crowd(*visitors):
        await until(lambda: len(came) >= len(visitors), "they are in the middle of it")
        await routed_as_usual(clinic, probe)
        assert not any(visitor.done() for visitor in visitors)
