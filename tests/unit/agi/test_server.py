"""The server: an answer in time, always; hostile callers, crowds, slow peers, the stop."""

import asyncio
import socket
import struct

import pytest
import uvloop
from hypothesis import given, settings
from hypothesis import strategies as st

from ccd.agi import application, server
from ccd.agi.request import Request
from ccd.agi.translate import QUESTION, UnsafeAnswer, asked_of_channel
from ccd.calls.ids import QueueName
from ccd.routing.question import Decision, StepAnswer, StepRequest
from ccd.routing.step_kinds import PlayStep, QueueStep
from ccd.settings.models import Agi
from tests.fakes.agi import Channel, agi
from tests.unit.agi.conftest import CHOSEN, DEFAULT, Blocked, Chooser, serving

FORGED = b"x\n" + b"".join(
    Channel(unique_id="6.6", linked_id="6.6", did=b"666", token="vip:0").environment()[10:]
)
"""A name that completes the environment block with arguments of its own, empty line and all."""


def queue(channel: Channel) -> str | None:
    """Where the dialplan would send this caller."""
    return channel.variables.get("CCD_QUEUE") if channel.variables.get("CCD_READY") == "1" else None


async def test_one_question_one_command_one_answer():
    decision, took = Chooser(), list[float]()
    async with serving(decision, took.append) as running:
        channel = await agi(running.port, Channel())
    assert (queue(channel), len(channel.commands), len(decision.asked)) == ("chosen", 1, 1)
    assert running.counters == application.Counters(accepted=1)
    assert len(took) == 1


@pytest.mark.parametrize("script", [None, "", "/step", "step?x=1", "steps"])
async def test_whatever_the_url_says_the_question_is_answered(script):
    async with serving(Chooser()) as running:
        assert queue(await agi(running.port, Channel(), script=script)) == "chosen"


async def test_a_peer_that_sends_one_byte_at_a_time():
    async with serving(Chooser()) as running:
        assert queue(await agi(running.port, Channel(), piece=1)) == "chosen"


def test_the_same_under_uvloop():
    async def main() -> list[str | None]:
        async with serving(Chooser()) as running:
            return [queue(await agi(running.port, Channel(name=name))) for name in (b"x", FORGED)]

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(main()) == ["chosen", "chosen"]


@pytest.mark.parametrize("piece", [0, 1, 400])
@pytest.mark.parametrize(
    "name",
    [
        b"x\n",
        b"x\n\n",
        b"x\nagi_arg_1: 6.6",
        FORGED,
        FORGED + b"200 result=0\n",
        FORGED + b"HANGUP\n",
        FORGED + b"HANGUP\n200 result=0\n" * 50,
        FORGED + b"200 result=1 (6 6.6 666 vip:0  1 x allowed)\n",
    ],
)
async def test_a_forged_environment_decides_nothing(name, piece, monkeypatch):
    """What counts in the end is what the channel itself says.

    In one piece from the same machine; in any pieces from another one.
    """
    monkeypatch.setattr(Request, "_same_machine", lambda _request: piece == 0)
    decision = Chooser()
    channel = Channel(name=name, token="main:0", outcome="TIMEOUT")
    async with serving(decision) as running:
        await agi(running.port, channel, piece=piece)
    values = channel.execute(f'GET FULL VARIABLE "{QUESTION}"'.encode())
    genuine = values.decode().removeprefix("200 result=1 (").removesuffix(")\n")
    assert decision.asked[-1] == asked_of_channel(genuine)
    assert (queue(channel), running.counters.failed) == ("chosen", 0)
    assert running.counters.hostile == 1
    if piece == 0:
        assert len(decision.asked) == 1


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from([b"\n", b"\n\n", b"x", FORGED, b"200 result=0\n", b"HANGUP\n", b"520-\n", b"100 x\n"])
        | st.binary(max_size=9).map(lambda value: value.replace(b"\0", b"")),
        max_size=6,
    ).map(b"".join)
)
def test_no_name_whatever_gets_another_call_s_answer(name):
    async def main() -> tuple[Channel, StepRequest]:
        decision = Chooser()
        async with serving(decision) as running:
            return await agi(running.port, Channel(name=name)), decision.asked[-1]

    channel, asked = asyncio.run(main())
    assert (asked.linked_id, asked.called_number, asked.token) == (channel.linked_id, "84951234567", "")
    assert queue(channel) == "chosen"


async def test_bytes_that_come_during_the_decision_make_the_environment_hostile():
    decision = Blocked()
    async with serving(decision) as running:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.writelines(Channel().environment())
        await decision.begun.wait()
        writer.write(b"agi_callingpres: 0\n")
        await writer.drain()
        decision.release.set()
        while b"GET FULL VARIABLE" not in await reader.readline():
            pass
        assert running.counters.hostile == 1
        writer.close()


@pytest.mark.parametrize(
    "answer",
    [
        ValueError("a bug"),
        TimeoutError(),
        StepAnswer(step=QueueStep(queue=QueueName('a"b')), next_token=""),
        StepAnswer(step=PlayStep(sound="x" * 9000), next_token=""),
    ],
)
async def test_a_decision_that_fails_gives_the_default_route(answer):
    async def decide(_request):
        if isinstance(answer, Exception):
            raise answer
        return Decision(answer)

    async with serving(decide) as running:
        channel = await agi(running.port, Channel())
    assert (queue(channel), running.counters.failed) == ("default", 1)


async def test_a_decision_that_is_late_is_cancelled_and_gives_the_default_route():
    decision, took = Blocked(), list[float]()
    async with serving(decision, took.append, deadline=0.02) as running:
        channel = await agi(running.port, Channel())
        await decision.cancelled.wait()
    assert (queue(channel), running.counters.failed) == ("default", 1)
    assert took[0] >= 0.02


def test_a_default_that_no_dialplan_could_read_is_refused_at_once():
    with pytest.raises(UnsafeAnswer):
        server.AgiServer(Agi(), Chooser(), StepAnswer(step=PlayStep(sound=""), next_token=""))


async def test_one_too_many_gets_the_default_route_and_the_next_none(monkeypatch):
    """With room for one: the second is shed with an answer, the third is closed at once."""
    monkeypatch.setattr(server, "_LAST_WORD", 60)
    decision = Blocked()
    async with serving(decision, max_sessions=1) as running:
        first = asyncio.create_task(agi(running.port, Channel()))
        await decision.begun.wait()
        assert queue(await agi(running.port, Channel())) == "default"
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        assert b"CCD_QUEUE=default" in await reader.readline()
        assert queue(await agi(running.port, Channel())) is None
        decision.release.set()
        assert queue(await first) == "chosen"
        writer.close()
        assert (running.counters.accepted, running.counters.shed) == (4, 3)


async def test_a_crowd_larger_than_the_limit_is_answered_all_the_same():
    async with serving(Chooser(), max_sessions=50) as running:
        channels = await asyncio.gather(*(agi(running.port, Channel()) for _ in range(90)))
    assert {queue(channel) for channel in channels} <= {"chosen", "default"}


async def test_a_stop_lets_a_running_question_end_and_refuses_new_ones():
    decision = Blocked()
    async with serving(decision) as running:
        port = running.port
        asking = asyncio.create_task(agi(port, Channel()))
        await decision.begun.wait()
        stopping = asyncio.create_task(running.stop(60))
        await asyncio.sleep(0)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        decision.release.set()
        assert queue(await asking) == "chosen"
        await stopping


async def test_a_stop_cuts_off_what_does_not_end():
    decision = Blocked()
    async with serving(decision) as running:
        asking = asyncio.create_task(agi(running.port, Channel()))
        await decision.begun.wait()
        await running.stop(0.01)
        assert decision.cancelled.is_set()
        assert queue(await asking) is None


async def test_a_stop_does_not_wait_for_a_decision_that_swallows_its_cancellation(monkeypatch):
    monkeypatch.setattr(application, "_CANCELLED_WITHIN", 0.01)
    begun, release = asyncio.Event(), asyncio.Event()

    async def rude(_request):
        while not release.is_set():
            begun.set()
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue
        return CHOSEN

    async with serving(rude) as running:
        asking = asyncio.create_task(agi(running.port, Channel()))
        await begun.wait()
        await running.stop(0)
        release.set()
        await asking


async def test_a_caller_who_hangs_up_during_the_decision_is_no_failure():
    decision = Blocked()
    async with serving(decision) as running:
        _, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.writelines([*Channel().environment(), b"HANGUP\nHANGUP\n"])
        await decision.begun.wait()
        writer.close()
        decision.release.set()
        while not running.counters.lost:
            await asyncio.sleep(0)
    assert (running.counters.failed, running.counters.hostile) == (0, 0)


async def test_a_connection_that_is_reset_is_no_failure():
    async with serving(Chooser()) as running:
        _, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.writelines(Channel().environment()[:5])
        await writer.drain()
        linger = writer.get_extra_info("socket")
        linger.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.close()
        while not running.counters.lost:
            await asyncio.sleep(0)
    assert running.counters.failed == 0


async def test_a_server_that_is_not_started_has_no_port_and_can_be_stopped():
    idle = server.AgiServer(Agi(), Chooser(), DEFAULT)
    with pytest.raises(RuntimeError):
        _ = idle.port
    await idle.stop(0)


async def test_an_asterisk_on_another_machine_is_asked_to_confirm(monkeypatch):
    monkeypatch.setattr(Request, "_same_machine", lambda _request: False)
    async with serving(Chooser()) as running:
        channel = await agi(running.port, Channel())
    assert (queue(channel), len(channel.commands), running.counters.hostile) == ("chosen", 2, 0)


async def test_a_decision_is_told_that_asterisk_took_it():
    chooser = Chooser()
    async with serving(chooser) as running:
        await agi(running.port, Channel())
    assert chooser.settled == [True]


async def test_a_decision_is_told_that_nobody_took_it():
    chooser = Blocked()
    async with serving(chooser) as running:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.writelines(Channel().environment())
        await chooser.begun.wait()
        writer.close()
        chooser.release.set()
        async with asyncio.timeout(10):
            while not chooser.settled:
                await asyncio.sleep(0.01)
        assert await reader.read() is not None
    assert chooser.settled == [False]
