"""One regression test for each defect found in panoramisk 1.4's FastAGI side, against our classes.

Found by reading it and running a small script for each; ``asyncio.coroutine`` by Python 3.11.
"""

import asyncio
import gc

import pytest
from asterisk.agi import AGIHangup, AGIInvalidCommand, AGIUsageError

from ccd.agi import replies
from ccd.agi.application import Application, Counters
from ccd.agi.replies import BadCommand, LinkLost, OutOfStep, Reply
from ccd.agi.request import LIMIT, Request
from tests.fakes.agi import Channel, agi
from tests.unit.agi.conftest import Chooser, serving, session

USAGE = (
    b"520-Invalid command syntax.  Proper usage follows:\n"
    b" Usage: SET VARIABLE <variablename> <value>\n   Sets a variable to the current channel.\n\n"
    b"520 End of proper usage.\n"
)


async def test_a01_connect_and_close_a_thousand_times_harms_nobody():
    """fast_agi.py:146: one connect-and-close froze the daemon at 100 % CPU."""
    decision = Chooser()
    async with serving(decision) as server:
        for _ in range(1000):
            _, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.close()
        channel = await agi(server.port, Channel())
        while server.counters.lost < 1000:
            await asyncio.sleep(0)
    assert channel.variables["CCD_READY"] == "1"
    assert (server.counters.lost, server.counters.failed) == (1000, 0)


async def test_a02_an_unsolicited_hangup_is_not_the_answer():
    """fast_agi.py:38: every later reply was off by one."""

    async def talk(request):
        values = [(await request.send_command(f"GET VARIABLE {name}")).data for name in "ABC"]
        return values, request.hung_up

    async with session(talk) as peer:
        for place in range(3):
            name = (await peer.command())[-1]
            hangup = b"HANGUP\n" if place == 0 else b""
            peer.answer(hangup + f"200 result=1 (value of {name})\n".encode())
        assert await peer.result == (["value of A", "value of B", "value of C"], True)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (b"", LinkLost),
        (b"200 resu", LinkLost),
        (b"HANGUP\n", LinkLost),
        (b"511 Command Not Permitted on a dead channel or intercept routine\n", AGIHangup),
        (b"510 Invalid or unknown command\n", AGIInvalidCommand),
        (b"noise\n", OutOfStep),
    ],
)
async def test_a03_an_end_in_the_middle_is_a_typed_exception(said, error):
    """utils.py:47: EOF was ``ValueError``, 511 "unknown", and other errors easily overlooked."""
    async with session(lambda request: request.send_command("NOOP")) as peer:
        await peer.command()
        peer.answer(said)
        peer.writer.write_eof()
        with pytest.raises(error):
            await peer.result


async def test_a03_an_empty_result_keeps_its_timeout():
    async with session(lambda request: request.send_command("GET DATA x")) as peer:
        await peer.command()
        peer.answer(b"100 result=0 Trying...\n200 result= (timeout)\n")
        assert await peer.result == Reply("", "timeout")


async def test_a04_a_usage_of_many_lines_is_one_answer():
    """fast_agi.py:43: the rest of a 520 became the answers of the next commands."""

    async def talk(request):
        with pytest.raises(AGIUsageError):
            await request.send_command("SET VARIABLE oops")
        return await request.send_command("GET VARIABLE A")

    async with session(talk) as peer:
        await peer.command()
        peer.answer(USAGE)
        await peer.command()
        peer.answer(b"200 result=1 (value of A)\n")
        assert await peer.result == Reply("1", "value of A")


@pytest.mark.parametrize("name", [b"M\xfcller", "Иван".encode()[:-1], bytes(range(128, 256))])
async def test_a05_a_name_that_is_no_utf8_is_a_normal_call(name):
    """fast_agi.py:148: strict decoding ended the route."""
    decision = Chooser()
    async with serving(decision) as server:
        channel = await agi(server.port, Channel(name=name))
    assert channel.variables["CCD_QUEUE"] == "chosen"
    assert decision.asked[0].caller_name == name.decode("utf-8", "backslashreplace")
    assert server.counters.hostile == 0


async def test_a06_a_cancelled_session_ends_at_once_and_says_nothing_to_the_loop():
    """fast_agi.py:167: cancellation was swallowed; and asyncio of 3.11 logs what is not caught."""
    complaints = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
    waiting = asyncio.Event()

    async def talk(_request):
        waiting.set()
        await asyncio.Event().wait()

    async with session(talk) as peer:
        await waiting.wait()
    assert peer.result.cancelled()
    assert await peer.reader.read() == b""
    gc.collect()
    assert complaints == []


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("r", True),
        ("/r", True),
        ("r?ext=5", True),
        ("/r/?a=/b", True),
        ("R", False),
        ("rr", False),
        (None, False),
    ],
)
async def test_a07_a_route_matches_with_a_query_and_with_a_slash(script, found):
    """fast_agi.py:159: ``route?x=1`` and ``/route`` did not match."""

    async def talk(_request):
        return "found"

    opening = b"".join(Channel().environment(script))
    async with session(talk, "r", opening=opening) as peer:
        assert await peer.result == ("found" if found else "nobody")


@pytest.mark.parametrize("value", ['Bob"\nEXEC System "touch pwned', "a\rb", "a\0b", "x" * 9000])
async def test_a08_a_value_cannot_become_a_second_command(value):
    """fast_agi.py:34: no quoting, no check for line breaks."""

    async def talk(request):
        with pytest.raises(BadCommand):
            await request.send_command(f"SET VARIABLE NAME {replies.quoted(value)}")
        return await request.send_command("NOOP")

    async with session(talk) as peer:
        assert await peer.command() == "NOOP"
        peer.answer(b"200 result=0\n")
        await peer.result


async def test_a09_a_value_of_many_lines_is_one_answer():
    """fast_agi.py:55: the second line became the next command's answer."""

    async def talk(request):
        return [(await request.send_command(f"GET VARIABLE {name}")).data for name in "AB"]

    async with session(talk) as peer:
        await peer.command()
        peer.answer(b"200 result=1 (line one\nline")
        peer.answer(b" two)\n")
        await peer.command()
        peer.answer(b"200 result=1 (value of B)\n")
        assert await peer.result == ["line one\nline two", "value of B"]


async def test_a09_what_cannot_be_told_from_an_end_is_noticed():
    """A value with a line that ends in a bracket is cut there: then the next command says so."""

    async def talk(request):
        await request.send_command("GET VARIABLE A")
        return await request.send_command("GET VARIABLE B")

    async with session(talk) as peer:
        await peer.command()
        peer.answer(b"200 result=1 (a)\nb)\n")
        with pytest.raises(OutOfStep):
            await peer.result


async def test_a10_an_environment_without_end_is_given_up():
    """fast_agi.py:145: no cap; the peer below never stops by itself."""
    decision = Chooser()
    async with serving(decision) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"x: " + b"y" * 2 * LIMIT)
        asked = await reader.readline()
        writer.close()
        while not server.counters.hostile:
            await asyncio.sleep(0)
    assert asked.startswith(b"GET FULL VARIABLE")
    assert decision.asked == []


async def test_a10_an_environment_that_stays_away_is_given_up():
    """fast_agi.py:145: no time-out.  Whoever it is, the default route is tried, and the end comes."""
    decision = Chooser()
    async with serving(decision, read_timeout=0.01, deadline=0.02) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"agi_network: yes\n")
        said = await reader.read()
        writer.close()
    assert b"CCD_QUEUE=default" in said
    assert (server.counters.hostile, decision.asked) == (1, [])


async def test_asyncio_coroutine_is_not_needed_for_a_plain_function():
    """fast_agi.py:101: ``asyncio.coroutine`` is gone since Python 3.11."""
    served = asyncio.get_running_loop().create_future()

    async def nobody(_request: Request) -> None:
        served.set_result("nobody")

    def plain(_request: Request) -> None:
        served.set_result("plain")

    application = Application(fallback=nobody, overflow=nobody, limit=1, read_timeout=60, counters=Counters())
    application.add_route("/r", plain)
    server = await asyncio.get_running_loop().create_server(application.protocol, "127.0.0.1", 0)
    _, writer = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1])
    writer.writelines(Channel().environment("r"))
    assert await served == "plain"
    writer.close()
    server.close()
    await application.drain(60)
