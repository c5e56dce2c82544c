r"""The environment block that opens an AGI session, parsed strictly; no I/O.

Asterisk (``setup_env`` and ``launch_netscript`` in ``res_agi.c``; read in the source of 11, seen the
same on 22.10) writes the headers below in this order, one ``write`` each, and an empty line::

    agi_network agi_network_script agi_request agi_channel agi_language agi_type agi_uniqueid
    agi_version agi_callerid agi_calleridname agi_callingpres agi_callingani2 agi_callington
    agi_callingtns agi_dnid agi_rdnis agi_context agi_extension agi_priority agi_enhanced
    agi_accountcode agi_threadid agi_arg_1 ... agi_arg_7

``agi_network`` is absent for a script that Asterisk starts itself, ``agi_network_script`` when the
URL has no path.  All others are always there, empty or ``unknown`` when there is nothing to say.

The rule: **nothing is escaped**, so a caller whose name (or number, DNID, RDNIS) holds line breaks
writes headers of his own, and with an empty line ends the block.  Any name out of place, twice,
missing or unknown therefore makes the whole block hostile: not one value of it is used.  A forged
block may even be complete; then the rest of the genuine one follows it, which is why bytes behind
the empty line are hostile too.  What of the rest comes too late to be seen here, ``request.py`` notices.
The caller fields of the block are never used at all: number and name come URL-encoded among the
arguments.
"""

import re
from codecs import getincrementaldecoder
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

END = b"\n\n"
ARGUMENTS = 7
_UTF_8 = getincrementaldecoder("utf-8")

_NAMES = tuple(
    f"agi_{name}"
    for name in (
        *("network", "network_script", "request", "channel", "language", "type", "uniqueid", "version"),
        *("callerid", "calleridname", "callingpres", "callingani2", "callington", "callingtns"),
        *("dnid", "rdnis", "context", "extension", "priority", "enhanced", "accountcode", "threadid"),
        *(f"arg_{position}" for position in range(1, ARGUMENTS + 1)),
    )
)
_BELIEVED = "([!-~]*)"
"""What Asterisk itself and the dialplan write: printable ASCII without spaces."""
_UNREAD = "[^\n]*"


def _line(name: str) -> str:
    """The pattern of one header's line; only a value that can be believed is captured."""
    believed = name == "agi_uniqueid" or name.startswith("agi_arg_")
    return f"{name}: {_BELIEVED if believed else _UNREAD}\n"


_BLOCK = re.compile(
    f"(?:agi_network: yes\n(?:agi_network_script: {_BELIEVED}\n)?)?".encode()
    + "".join(_line(name) for name in _NAMES[2:]).encode()
    + b"\n"
)


class HostileEnvironment(Exception):  # noqa: N818  says what it is
    """The block is not what Asterisk writes by itself: no value in it can be believed."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What can be believed of a block.  ``script`` is the URL's path, without query, maybe empty.

    ``arguments`` are as the dialplan sent them, still URL-encoded.
    """

    script: str
    unique_id: str
    arguments: tuple[str, ...]


def parse(data: bytes) -> Environment:
    """Parse all bytes that came before the first command: the block and its empty line, no more.

    Raises HostileEnvironment, and nothing else, for anything but a genuine block.
    """
    match = _BLOCK.fullmatch(data)
    if match is None:
        raise HostileEnvironment("headers missing, repeated, unknown or out of order, or more behind them")
    script, unique_id, *arguments = (value.decode("ascii") for value in match.groups(b""))
    return Environment(route(script), unique_id, tuple(arguments))


def compose(script: str, unique_id: str, arguments: tuple[str, ...]) -> bytes:
    """A genuine block with these values and ``unknown`` for all that nobody reads.

    Raises HostileEnvironment when :func:`parse` would not believe it.
    """
    known = {"agi_network": "yes", "agi_network_script": script, "agi_uniqueid": unique_id}
    known |= {f"agi_arg_{position}": value for position, value in enumerate(arguments, 1)}
    lines = [f"{name}: {known.pop(name, 'unknown')}\n" for name in _NAMES]
    block = "".join(lines).encode() + b"\n"
    if known or len(arguments) != ARGUMENTS:
        raise HostileEnvironment("other arguments than the dialplan's")
    parse(block)
    return block


def route(script: str) -> str:
    """The path of a FastAGI URL without its query and outer slashes.

    >>> route("/step?x=1")
    'step'
    """
    return script.partition("?")[0].strip("/")


def decoded(argument: str, cut: int = 0) -> str:
    r"""A URL-encoded value as text: UTF-8 where it is valid, other bytes as ``\xNN``; never a NUL.

    Names written in Latin-1 are normal input: they stay readable, and nothing of them is lost.  The
    dialplan cuts a value at ``cut`` bytes: of one so long, half a letter at the end is left out.

    >>> decoded("%D0%98%D0%B2%D0%B0%D0%BD"), decoded("M%FCller"), decoded("%D0%98%D0", cut=3)
    ('Иван', 'M\\xfcller', 'И')
    """
    if "%" not in argument:
        return argument.replace("\0", "")
    value = unquote_to_bytes(argument)
    return _UTF_8("backslashreplace").decode(value, final=len(value) != cut).replace("\0", "")
