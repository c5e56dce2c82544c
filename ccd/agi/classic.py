"""``ccd-agi``: the same answer for an Asterisk that runs scripts but may not connect to FastAGI.

The rule: end quietly with status 0, whatever happens.  Without ``CCD_READY`` the dialplan sends the
caller to the default queue; a script that fails loudly would hang up or fill the log with numbers.

    AGI(ccd-agi,${CHANNEL(linkedid)},...)       the arguments of the dialplan contract
    AGI(ccd-agi,--address=127.0.0.1:4573,...)   another daemon than CCD_AGI_ADDRESS, or the default

The script decides nothing: it asks the running daemon as an Asterisk would, and relays the
daemon's commands to the real one.  The values come from ``argv``, where no caller's name can write;
of the environment only ``agi_uniqueid``, which comes before anything a caller can write.
It imports next to nothing, because Asterisk starts it for every call.
"""

import io
import os
import socket
import sys
from collections.abc import Iterable
from typing import Any

from asterisk.agi import AGI

from ccd.agi.environment import compose

_ADDRESS = "127.0.0.1:4573"
_TIMEOUT = 1.8
"""Seconds to connect, and to wait for each of the daemon's words; the dialplan gives up after 2."""

_RELAYED = (b"EXEC MSet ", b"GET FULL VARIABLE ")


class _Mute:
    """Where pyst2 dumps the environment and every answer, phone numbers included."""

    def write(self, _text: str) -> None:
        """Forget it."""


class _Out:
    """Standard output without a buffer, so that a hangup leaves nothing to fail at the exit."""

    def write(self, text: str) -> None:
        """Write at once; BrokenPipeError when Asterisk has gone."""
        os.write(1, text.encode())

    def flush(self) -> None:
        """Nothing is ever kept."""


class Script(AGI):  # type: ignore[misc]  # pyst2 has no types
    """pyst2's AGI that believes no header twice, skips what is no answer, and ends at EOF."""

    def __init__(self) -> None:
        self._lines = io.TextIOWrapper(sys.stdin.buffer, "utf-8", "backslashreplace", newline="\n")
        super().__init__(stdin=self, stdout=_Out(), stderr=_Mute())

    def _get_agi_env(self) -> None:
        """The first of each header; a caller's name can repeat one, but not come before it."""
        for line in iter(self._lines.readline, "\n"):
            if not line:
                raise EOFError("Asterisk went away")
            name, _, value = line.rstrip("\n").partition(": ")
            self.env.setdefault(name, value)

    def readline(self) -> str:
        """The next line that can be an answer, for pyst2: it reads EOF and ``HANGUP`` as ValueError.

        Raises EOFError when Asterisk went away.
        """
        while line := self._lines.readline():
            if line[:3].isdigit():
                return line
        raise EOFError("Asterisk went away")


def relay(script: Script, address: str, arguments: tuple[str, ...]) -> None:
    """Ask the daemon, and do in Asterisk what it says, until it closes.

    Raises OSError, HostileEnvironment, pyst2's exceptions: all mean that no decision was taken.
    """
    host, _, port = address.rpartition(":")
    block = compose("step", script.env.get("agi_uniqueid", ""), arguments)
    with socket.create_connection((host.strip("[]"), int(port)), timeout=_TIMEOUT) as daemon:
        daemon.sendall(block)
        _obey(script, daemon, daemon.makefile("rb"))


def _obey(script: Script, daemon: socket.socket, commands: Iterable[bytes]) -> None:
    for command in commands:
        if not command.startswith(_RELAYED):
            raise ValueError("not a command of ccd")
        result: dict[str, Any] = script.execute(command.decode("ascii"))
        value, data = result["result"]
        daemon.sendall(
            f"200 result={value} ({data})\n".encode() if data else f"200 result={value}\n".encode()
        )


def main() -> None:
    """The console script."""
    arguments = sys.argv[1:]
    address = os.environ.get("CCD_AGI_ADDRESS") or _ADDRESS
    if arguments and arguments[0].startswith("--address="):
        address = arguments.pop(0).removeprefix("--address=")
    try:
        relay(Script(), address, tuple(arguments))
    except Exception as error:  # noqa: BLE001  the call goes on, to the default queue
        sys.stderr.write(f"ccd-agi: no decision ({type(error).__name__})\n")


if __name__ == "__main__":
    main()
