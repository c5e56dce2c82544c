r"""The environment block that opens an AGI session, parsed strictly; no I/O.

Asterisk (``setup_env`` and ``launch_netscript`` in ``res_agi.c``, the same from 1.8 to 22) writes
the headers below in this order, one ``write`` each, ``\n`` after each, and an empty line::

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
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

END = b"\n\n"
ARGUMENTS = 7

_BEFORE = (b"agi_network", b"agi_network_script")
_NAMES = tuple(
    f"agi_{name}".encode()
    for name in (
        *("request", "channel", "language", "type", "uniqueid", "version"),
        *("callerid", "calleridname", "callingpres", "callingani2", "callington", "callingtns"),
        *("dnid", "rdnis", "context", "extension", "priority", "enhanced", "accountcode", "threadid"),
        *(f"arg_{position}" for position in range(1, ARGUMENTS + 1)),
    )
)
_ENCODED = re.compile(rb"[\x21-\x7e]*")
_SHAPES = frozenset({_NAMES, (*_BEFORE[:1], *_NAMES), (*_BEFORE, *_NAMES)})


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
    block, end, rest = data.partition(END)
    if not end or rest:
        raise HostileEnvironment("it does not end where the data ends")
    fields = [line.partition(b": ") for line in block.split(b"\n")]
    if tuple(name for name, _, _ in fields) not in _SHAPES:
        raise HostileEnvironment("headers missing, repeated, unknown or out of order")
    values = {name: value for name, _, value in fields}
    return Environment(
        script=route(_text(values.get(b"agi_network_script", b""))),
        unique_id=_text(values[b"agi_uniqueid"]),
        arguments=tuple(_text(values[name]) for name in _NAMES[-ARGUMENTS:]),
    )


def _text(value: bytes) -> str:
    """A value of which the dialplan, or Asterisk itself, sends only printable ASCII without spaces."""
    if not _ENCODED.fullmatch(value):
        raise HostileEnvironment("a value is not URL-encoded")
    return value.decode("ascii")


def compose(script: str, unique_id: str, arguments: tuple[str, ...]) -> bytes:
    """A genuine block with these values and ``unknown`` for all that nobody reads.

    Raises HostileEnvironment when :func:`parse` would not believe it.
    """
    known = {"agi_network": "yes", "agi_network_script": script, "agi_uniqueid": unique_id}
    known |= {f"agi_arg_{position}": value for position, value in enumerate(arguments, 1)}
    names = (name.decode() for name in (*_BEFORE, *_NAMES))
    lines = [f"{name}: {known.pop(name, 'unknown')}\n" for name in names]
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


def decoded(argument: str) -> str:
    r"""A URL-encoded value as text: UTF-8 where it is valid, other bytes as ``\xNN``; never a NUL.

    Names cut in mid-letter or written in Latin-1 are normal input: they stay readable, and nothing
    of them is lost.

    >>> decoded("%D0%98%D0%B2%D0%B0%D0%BD"), decoded("M%FCller")
    ('Иван', 'M\\xfcller')
    """
    if "%" not in argument:
        return argument.replace("\0", "")
    return unquote_to_bytes(argument).decode("utf-8", "backslashreplace").replace("\0", "")
