r"""What Asterisk answers to an AGI command, and how a command is written; no I/O.

The rule: whatever Asterisk says beside a plain success is an exception, in pyst2's vocabulary, so
that it cannot be overlooked.  Lines, from ``res_agi.c``::

    200 result=1 (value)      success; a value of GET VARIABLE is printed raw, line breaks and all
    200 result= (timeout)     success with an empty result
    200 result=-1             the application failed, or the caller hung up
    100 result=0 Trying...    wait for the next line
    510 Invalid or unknown command
    511 Command Not Permitted on a dead channel
    520-Invalid command syntax.  Proper usage follows: ... up to the line  520 End of proper usage.
    HANGUP                    unsolicited, FastAGI only; the running command is still answered
"""

import re
from dataclasses import dataclass

from asterisk.agi import (
    AGIAppError,
    AGIHangup,
    AGIInvalidCommand,
    AGIResultHangup,
    AGIUnknownError,
    AGIUsageError,
)

LONGEST_COMMAND = 8191
"""Bytes with the line end: Asterisk reads commands into a buffer of 8 KB, cutting what is longer."""

HANGUP = b"HANGUP"
TRYING = b"100"
USAGE = b"520-"
USAGE_END = b"520 "

_REPLY = re.compile(rb"(\d{3})[ -](?:result=(\S*)(?: \((.*)\))?)?", re.DOTALL)
_FAILURES = {"510": AGIInvalidCommand, "511": AGIResultHangup, "520": AGIUsageError}
_FORBIDDEN = re.compile("[\r\n\0\ud800-\udfff]")


class BadCommand(ValueError):  # noqa: N818  says what it is
    """We would have sent what must never be sent: a line break, a NUL, an overlong line."""


class LinkLost(AGIHangup):  # type: ignore[misc]  # pyst2 has no types
    """The connection ended while an answer, or the environment, was awaited."""


class OutOfStep(AGIUnknownError):  # type: ignore[misc]  # noqa: N818
    """A line that answers no command of ours: somebody else writes into the conversation."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A success: ``200 result=RESULT (DATA)``."""

    result: str
    data: str = ""


def parse(answer: bytes) -> Reply:
    """Read a complete answer, without its line end.

    Raises OutOfStep for what is none, one of pyst2's exceptions for a failure.
    """
    match = _REPLY.match(answer)
    if match is None:
        raise OutOfStep("not an answer to any command")
    code, result, data = (part.decode("utf-8", "backslashreplace") for part in match.groups(b""))
    text = answer.decode("utf-8", "backslashreplace")
    if code == "200":
        return _checked(Reply(result, data))
    raise _FAILURES.get(code, AGIUnknownError)(text)


def _checked(reply: Reply) -> Reply:
    """A success that is none: hung up, application failed (-1), no such application (-2)."""
    if reply.data == "hangup":
        raise AGIResultHangup("hung up during the command")
    if reply.result in ("-1", "-2"):
        raise AGIAppError(f"result={reply.result}")
    return reply


def incomplete(line: bytes) -> bool:
    """True when a value's closing bracket is still to come, on a later line.

    A value that has a line ending in ``)`` is cut there, and the rest makes the next command
    raise OutOfStep: read free text as ``${URIENCODE(...)}``.
    """
    return line.startswith(b"200 result=") and b" (" in line and not line.endswith(b")")


def quoted(value: str) -> str:
    r"""One argument of a command, as ``parse_args`` of ``res_agi.c`` reads it back.

    >>> quoted('Bob "B" \\')
    '"Bob \\"B\\" \\\\"'
    """
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def written(command: str) -> bytes:
    """A command as it goes on the wire.  Raises BadCommand rather than send two commands, or half."""
    if _FORBIDDEN.search(command):
        raise BadCommand("a command is one line of text")
    line = command.encode() + b"\n"
    if len(line) > LONGEST_COMMAND:
        raise BadCommand(f"a command of {len(line)} bytes")
    return line
