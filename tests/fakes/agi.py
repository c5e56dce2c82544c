"""Asterisk's end of an AGI session, written after ``res_agi.c``: nothing is escaped there, nor here."""

import asyncio
import re
from dataclasses import dataclass, field
from urllib.parse import quote

_UNRESERVED = "-_.!~*'()"


def uriencoded(value: bytes) -> str:
    """``URIENCODE()`` of Asterisk."""
    return quote(value, safe=_UNRESERVED)


def parse_args(line: str) -> list[str]:
    """The words of a command, as ``parse_args`` of ``res_agi.c`` finds them."""
    words: list[str] = []
    quoted = escaped = False
    gap = True
    for letter in line:
        if letter == '"' and not escaped:
            quoted = not quoted
            if quoted and gap:
                words.append("")
                gap = False
        elif letter in " \t" and not quoted and not escaped:
            gap = True
        elif letter == "\\" and not escaped:
            escaped = True
            continue
        else:
            if gap:
                words.append("")
                gap = False
            words[-1] += letter
        escaped = False
    return words


@dataclass(kw_only=True)
class Channel:
    """A caller's channel: what the dialplan knows of it, and the variables that get set on it."""

    name: bytes = b"\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd"
    number: bytes = b"+79161234567"
    rdnis: bytes = b"unknown"
    did: bytes = b"84951234567"
    presentation: str = "allowed_not_screened"
    unique_id: str = "1700000000.1"
    linked_id: str = "1700000000.0"
    token: str = ""
    outcome: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The seven arguments of the dialplan contract."""
        return (
            self.linked_id,
            uriencoded(self.did),
            self.token,
            self.outcome,
            uriencoded(self.number),
            uriencoded(self.name),
            self.presentation,
        )

    def environment(self, script: str | None = "step", *, network: bool = True) -> list[bytes]:
        """The block, one item for each ``write`` that Asterisk does."""
        head = [b"agi_network: yes\n"] if network else []
        if network and script is not None:
            head.append(b"agi_network_script: " + script.encode() + b"\n")
        middle = [
            ("request", f"agi://127.0.0.1/{script}".encode()),
            ("channel", b"PJSIP/trunk-00000001"),
            ("language", b"ru"),
            ("type", b"PJSIP"),
            ("uniqueid", self.unique_id.encode()),
            ("version", b"22.10.1~dfsg+~cs6.16.60671435-1"),
            ("callerid", self.number or b"unknown"),
            ("calleridname", self.name or b"unknown"),
            ("callingpres", b"0"),
            ("callingani2", b"0"),
            ("callington", b"0"),
            ("callingtns", b"0"),
            ("dnid", self.did or b"unknown"),
            ("rdnis", self.rdnis),
            ("context", b"ccd"),
            ("extension", b"s"),
            ("priority", b"20"),
            ("enhanced", b"0.0"),
            ("accountcode", b""),
            ("threadid", b"140000000000000"),
            *((f"arg_{place}", value.encode()) for place, value in enumerate(self.arguments, 1)),
        ]
        return [*head, *(f"agi_{name}: ".encode() + value + b"\n" for name, value in middle), b"\n"]

    def execute(self, line: bytes) -> bytes:
        """Do a command; its answer."""
        command = line.decode("latin-1").removesuffix("\n")
        self.commands.append(command)
        match parse_args(command):
            case ["EXEC", "MSet", pairs]:
                self.variables |= dict(pair.split("=", 1) for pair in pairs.split(","))
                return b"200 result=0\n"
            case ["GET", "FULL", "VARIABLE", expression]:
                return b"200 result=1 (" + self._substituted(expression).encode("latin-1") + b")\n"
            case _:
                return b"510 Invalid or unknown command\n"

    def _substituted(self, text: str) -> str:
        """``${...}`` replaced, the innermost first; a value is never substituted again."""
        return re.sub(r"\$\{((?:[^${}]|\$\{[^{}]*\})*)\}", lambda found: self._value(found[1]), text)

    def _value(self, name: str) -> str:
        if name.startswith("URIENCODE(") and name.endswith(")"):
            return uriencoded(self._substituted(name[10:-1]).encode("latin-1"))
        name, *part = name.split(":")
        known = {
            "UNIQUEID": self.unique_id,
            "CHANNEL(linkedid)": self.linked_id,
            "CCD_DID": self.did.decode("latin-1"),
            "CCD_NEXT": self.token,
            "CCD_OUTCOME": self.outcome,
            "CALLERID(num)": self.number.decode("latin-1"),
            "CALLERID(name)": self.name.decode("latin-1"),
            "CALLERID(num-pres)": self.presentation,
        }
        return known[name][: int(part[1]) if part else None]


async def agi(port: int, channel: Channel, *, script: str | None = "step", piece: int = 0) -> Channel:
    """The dialplan's ``AGI()``: returns when the server has closed.

    ``piece``: bytes for each write of the environment, all at once when 0.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    data = b"".join(channel.environment(script))
    try:
        for start in range(0, len(data), piece or len(data)):
            writer.write(data[start : start + (piece or len(data))])
            await writer.drain()
            await asyncio.sleep(0)
        while line := await reader.readline():
            writer.write(channel.execute(line))
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()
    return channel


async def agi_script(script: asyncio.subprocess.Process, channel: Channel) -> Channel:
    """The dialplan's ``AGI()`` for a script that was started with pipes."""
    assert script.stdin is not None
    assert script.stdout is not None
    script.stdin.writelines(channel.environment(network=False))
    while line := await script.stdout.readline():
        script.stdin.write(channel.execute(line))
    script.stdin.close()
    return channel
