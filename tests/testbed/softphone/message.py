"""SIP messages as text: what a phone of the tests needs of RFC 3261, and no more."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

_tokens = count(1)
_TAG = re.compile(r";tag=([^;>\s]+)")
_BRANCH = re.compile(r"branch=([^;\s,]+)")
_USER = re.compile(r"sips?:(?:([^@;>]*)@)?")


def token(kind: str) -> str:
    """A word that no other message of this process has."""
    return f"{kind}{next(_tokens)}"


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a response: its first line, its headers in order, its body."""

    first: str
    headers: tuple[tuple[str, str], ...]
    body: str = ""

    @classmethod
    def parse(cls, datagram: bytes) -> "Message":
        """Read what came in one datagram."""
        head, _, body = datagram.decode("utf-8", "surrogateescape").partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        pairs = (line.partition(":") for line in lines)
        return cls(first, tuple((name.strip().lower(), value.strip()) for name, _, value in pairs), body)

    def get(self, name: str) -> str:
        """The first header of this name (in lower case); empty when there is none."""
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[str]:
        """Every header of this name."""
        return [value for key, value in self.headers if key == name]

    @property
    def status(self) -> int:
        """A response's code; 0 for a request."""
        return int(self.first.split()[1]) if self.first.startswith("SIP/") else 0

    @property
    def method(self) -> str:
        """What is asked, or what a response answers."""
        return self.get("cseq").split()[-1]

    @property
    def branch(self) -> str:
        """Which transaction it belongs to."""
        found = _BRANCH.search(self.get("via"))
        return found[1] if found else ""

    @property
    def user(self) -> str:
        """Whom a request is for: the user part of its URI."""
        found = _USER.search(self.first)
        return (found and found[1]) or ""


def tag_of(header: str) -> str:
    """The tag of a From or a To; empty when it has none."""
    found = _TAG.search(header)
    return found[1] if found else ""


def uri_of(header: str) -> str:
    """The address in a Contact, without the angle brackets and what follows them."""
    found = re.search(r"<([^>]*)>", header)
    return found[1] if found else header.partition(";")[0]


def written(first: str, headers: Iterable[str], body: str = "") -> bytes:
    """A message as bytes; a body is always SDP unless a header says otherwise."""
    lines = [first, *headers]
    if body and not any(line.startswith("Content-Type:") for line in lines):
        lines.append("Content-Type: application/sdp")
    lines.append(f"Content-Length: {len(body.encode())}")
    return "\r\n".join([*lines, "", body]).encode("utf-8", "surrogateescape")
