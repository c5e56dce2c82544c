"""The script beside a real server, with Asterisk's end of its pipes played by a fake."""

import asyncio
import io
import sys
from pathlib import Path
from typing import Any

import pytest
from asterisk.agi import AGIError

from ccd.agi import classic
from tests.fakes.agi import Channel, agi, agi_script
from tests.unit.agi.conftest import Blocked, Chooser, serving
from tests.unit.agi.test_server import FORGED

ROOT = Path(__file__).parents[3]


async def start(*arguments: str, address: str = "127.0.0.1:1", **more: Any) -> asyncio.subprocess.Process:
    """The script, as Asterisk starts it; port 1 answers nobody."""
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ccd.agi.classic", *arguments),
        **(dict.fromkeys(("stdin", "stdout", "stderr"), pipe) | more),
        env={"CCD_AGI_ADDRESS": address, "PATH": ""},
        cwd=ROOT,
    )


async def ended(script: asyncio.subprocess.Process) -> str:
    """What it said on stderr; it must have ended well."""
    assert script.stderr is not None
    said = (await script.stderr.read()).decode()
    assert await script.wait() == 0
    return said


@pytest.mark.parametrize("name", [b"Ivan", b"M\xfcller", b"x\n", FORGED, FORGED + b"200 result=0\n"])
async def test_the_script_gives_what_fastagi_gives(name):
    decision = Chooser()
    async with serving(decision) as server:
        fast = await agi(server.port, Channel(name=name))
        script = await start(*Channel(name=name).arguments, address=f"127.0.0.1:{server.port}")
        slow = await agi_script(script, Channel(name=name))
        assert await ended(script) == ""
    assert slow.variables == fast.variables
    expected = Channel(name=name)
    asked = decision.asked[-1]
    assert (asked.linked_id, asked.unique_id) == (expected.linked_id, expected.unique_id)
    assert asked.caller_name == name.decode("utf-8", "backslashreplace")


async def test_an_option_names_another_daemon():
    async with serving(Chooser()) as server:
        script = await start(f"--address=127.0.0.1:{server.port}", *Channel().arguments)
        channel = await agi_script(script, Channel())
        assert await ended(script) == ""
    assert channel.variables["CCD_READY"] == "1"


@pytest.mark.parametrize("arguments", [Channel().arguments, (), ("a b",) * 7])
async def test_without_a_daemon_or_a_question_it_ends_quietly(arguments):
    script = await start(*arguments)
    channel = await agi_script(script, Channel())
    said = await ended(script)
    assert channel.commands == []
    assert said.count("\n") == 1
    assert not any(digit in said for digit in "0123456789")


async def test_a_hangup_in_the_middle_ends_it_quietly():
    decision = Blocked()
    async with serving(decision) as server:
        script = await start(*Channel().arguments, address=f"127.0.0.1:{server.port}")
        assert script.stdin is not None
        script.stdin.writelines(Channel().environment(network=False))
        await decision.begun.wait()
        script.stdin.close()
        decision.release.set()
        said = await ended(script)
    assert said == "ccd-agi: no decision (EOFError)\n"


async def test_an_asterisk_that_does_not_read_any_more_ends_it_quietly():
    decision = Blocked()
    async with serving(decision) as server:
        script = await start(*Channel().arguments, address=f"127.0.0.1:{server.port}")
        assert script.stdin is not None
        script.stdin.writelines(Channel().environment(network=False))
        await decision.begun.wait()
        script._transport.get_pipe_transport(1).close()  # type: ignore[attr-defined]
        decision.release.set()
        said = await ended(script)
    assert said == "ccd-agi: no decision (AGISIGPIPEHangup)\n"


async def test_an_empty_environment_ends_it_quietly():
    script = await start(*Channel().arguments, stdin=asyncio.subprocess.DEVNULL)
    assert await ended(script) == "ccd-agi: no decision (EOFError)\n"


async def test_a_daemon_that_commands_something_else_is_not_obeyed():
    async def other(reader, writer):
        writer.write(b'EXEC System "touch pwned"\n')
        await reader.read()
        writer.close()

    server = await asyncio.start_server(other, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    script = await start(*Channel().arguments, address=f"127.0.0.1:{port}")
    channel = await agi_script(script, Channel())
    assert (await ended(script), channel.commands) == ("ccd-agi: no decision (ValueError)\n", [])
    server.close()


class Pipe:
    """What ``sys.stdin`` is to the script."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HANGUP\n", EOFError),
        (b"520-Invalid command syntax.\n", EOFError),
        (b"511 Command Not Permitted on a dead channel\n", AGIError),
    ],
)
def test_y07_what_pyst2_cannot_read_is_an_exception(monkeypatch, answer, error):
    """pyst2: ``HANGUP`` and EOF were ValueError, a 520 before EOF a loop without end."""
    monkeypatch.setattr(sys, "stdin", Pipe(b"agi_uniqueid: 1.1\n\n" + answer))
    monkeypatch.setattr(classic._Out, "write", lambda _out, _text: None)
    with pytest.raises(error):
        classic.Script().execute("NOOP")


def test_y07_no_header_is_believed_twice_and_nothing_goes_to_stderr(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", Pipe(b"agi_uniqueid: 1.1\nagi_callerid: 7916\nagi_uniqueid: 6.6\n\n"))
    assert classic.Script().env["agi_uniqueid"] == "1.1"
    assert capsys.readouterr() == ("", "")
