"""The request by itself: staying in step, noticing when it is not, getting through all the same."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from ccd.agi.replies import LinkLost, OutOfStep, Reply
from ccd.agi.request import LIMIT, Reader, Request
from tests.unit.agi.conftest import session


async def test_no_command_is_sent_after_something_unasked():
    async def talk(request):
        while not request.reader.unread():
            await asyncio.sleep(0)
        with pytest.raises(OutOfStep):
            await request.send_command("NOOP")
        return await request.insist("EXEC MSet")

    async with session(talk) as peer:
        peer.answer(b"agi_callingpres: 0\n")
        assert await peer.command() == "EXEC MSet"
        peer.answer(b"200 result=0\n")
        await peer.result


async def test_an_answer_with_more_behind_it_is_not_believed():
    async with session(lambda request: request.send_command("NOOP")) as peer:
        await peer.command()
        peer.answer(b"200 result=0\nagi_callingpres: 0\n")
        with pytest.raises(OutOfStep):
            await peer.result


@pytest.mark.parametrize("hangups", [b"HANGUP\n", b"HANGUP\nHANGUP\n"])
async def test_a_hangup_before_or_behind_an_answer_is_in_step(hangups):
    async def talk(request):
        while request.reader.unread() != hangups:
            await asyncio.sleep(0)
        return await request.send_command("NOOP"), request.hung_up

    async with session(talk) as peer:
        peer.answer(hangups)
        await peer.command()
        peer.answer(b"200 result=0\n" + hangups)
        assert await peer.result == (Reply("0"), True)


async def test_an_evaluation_skips_everything_but_its_own_mark():
    async with session(lambda request: request.evaluate("${X}")) as peer:
        mark = (await peer.command()).removeprefix('GET FULL VARIABLE "').removesuffix(' ${X}"')
        peer.answer(b"200 result=1 (forged)\nHANGUP\n200 result=1 (0123456789abcdef forged)\n")
        peer.answer(f"200 result=1 ({mark} genuine)\n".encode())
        assert await peer.result == "genuine"


async def test_every_mark_is_another():
    async def talk(request):
        await request.evaluate("")
        await request.evaluate("")

    marks = set()
    async with session(talk) as peer:
        for _ in range(2):
            mark = (await peer.command()).removeprefix('GET FULL VARIABLE "').removesuffix(' "')
            marks.add(mark)
            peer.answer(f"200 result=1 ({mark} )\n".encode())
        await peer.result
    assert len(marks) == 2


@pytest.mark.parametrize("noise", [b"x\n" * LIMIT, b"x" * (2 * LIMIT)])
async def test_noise_without_end_is_given_up(noise):
    async with session(lambda request: request.evaluate("")) as peer:
        await peer.command()
        peer.answer(noise)
        with pytest.raises(OutOfStep):
            await peer.result


FLOODS: list[tuple[bytes, Callable[[Request], Any]]] = [
    (b"\n" * LIMIT, lambda request: request.evaluate("")),
    (b"\n" * LIMIT, lambda request: request.insist("NOOP")),
    (b"HANGUP\n" * 9_000, lambda request: request.send_command("NOOP")),
    (b"520-\n" + b"\n" * LIMIT, lambda request: request.send_command("NOOP")),
    (b"200 result=1 (\n" + b"\n" * LIMIT, lambda request: request.send_command("NOOP")),
]


@pytest.mark.parametrize(("flood", "ask"), FLOODS)
async def test_a_flood_of_lines_does_not_keep_other_callers_waiting(flood, ask):
    """A name may hold thousands of line breaks: all that came is read, others have their turns meanwhile."""
    request = Request(None, reader := Reader(limit=LIMIT), Silent())  # type: ignore[arg-type]
    asking = asyncio.ensure_future(ask(request))
    await asyncio.sleep(0)
    reader.feed_data(flood)
    reader.feed_eof()
    turns = 0
    while not asking.done():
        await asyncio.sleep(0)
        turns += 1
    assert isinstance(asking.exception(), OutOfStep | LinkLost)
    assert turns > flood.count(b"\n") / 1_000


class Silent:
    """A connection's other direction."""

    def write(self, _data: bytes) -> None:
        """Take it."""

    async def drain(self) -> None:
        """It is gone already."""


async def test_a_value_without_end_is_given_up():
    async with session(lambda request: request.send_command("GET VARIABLE A")) as peer:
        await peer.command()
        peer.answer(b"200 result=1 (\n" + b"x\n" * LIMIT)
        with pytest.raises(OutOfStep):
            await peer.result


async def test_a_command_has_a_deadline_of_its_own():
    async def talk(request):
        request.timeout = 0.01
        await request.send_command("NOOP")

    async with session(talk) as peer:
        with pytest.raises(TimeoutError):
            await peer.result
