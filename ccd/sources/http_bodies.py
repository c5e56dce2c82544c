"""The body of an answer: unpacked within bounds, decoded, parsed.  Bytes in, JSON out, or DirectoryError."""

import json
import re
import zlib
from collections.abc import Mapping
from typing import Any, NoReturn

from ccd.directory.model import DirectoryError

_JSON = re.compile(r"application/(?:[a-z0-9.-]+\+)?json|text/json|text/plain|")
_CHARSETS = {"": "utf-8-sig", "utf-8": "utf-8-sig", "utf8": "utf-8-sig", "windows-1251": "windows-1251"}
_PLAIN = frozenset({"", "identity"})
_GZIP = frozenset({"gzip", "x-gzip"})
_DIGITS = 20
"""Of a length: Python takes long for numbers of thousands."""
_SHOWN = re.compile(r"[^a-z0-9/+.;=_ -]")


class Body:
    """Collects a body, ``most`` bytes at most once unpacked; every method raises DirectoryError.

    Told of the headers first, so that what nobody can read is not even received.
    """

    def __init__(self, headers: Mapping[str, str], most: int) -> None:
        self._charset = _charset(headers.get("Content-Type", ""))
        encoding = headers.get("Content-Encoding", "").strip().lower()
        if encoding not in _PLAIN | _GZIP:
            raise DirectoryError(f"answers packed as {_shown(encoding)}, which was not asked for")
        self._unpacking = zlib.decompressobj(31) if encoding in _GZIP else None
        self._most = most
        self._begun = False
        self._bytes = bytearray()
        said = headers.get("Content-Length", "")
        if self._unpacking is None and said.isdecimal() and int(said[:_DIGITS]) > most:
            raise self._too_much()

    def add(self, piece: bytes) -> None:
        """Take what has arrived."""
        self._begun = True
        found = self._unpacked(piece)
        if len(self._bytes) + len(found) > self._most:
            raise self._too_much()
        self._bytes += found

    def _too_much(self) -> DirectoryError:
        return DirectoryError(f"answers with more than {self._most:,} bytes")

    @property
    def size(self) -> int:
        """Bytes so far."""
        return len(self._bytes)

    def whole(self) -> bytes:
        """All that has arrived, unpacked."""
        if self._unpacking and not self._unpacking.eof and self._begun:
            raise DirectoryError("broke off in the middle of its answer")
        return bytes(self._bytes)

    def text(self) -> str:
        """The same, in the charset that the headers name."""
        try:
            return self.whole().decode(self._charset)
        except UnicodeDecodeError as error:
            name = self._charset.removesuffix("-sig").upper()
            raise DirectoryError(f"answers with text that is not {name} (at byte {error.start})") from None

    def json(self) -> Any:
        """The same, parsed."""
        try:
            return json.loads(self.text(), parse_constant=_no_number)
        except json.JSONDecodeError as error:
            place = f"line {error.lineno}, character {error.colno}"
            raise DirectoryError(f"answers with something that is no JSON (at {place})") from None
        except (ValueError, RecursionError):
            raise DirectoryError("answers with JSON that is too deep or has a number that is none") from None

    def _unpacked(self, piece: bytes) -> bytes:
        """A piece without its packing; never more than one byte over what is allowed."""
        if self._unpacking is None:
            return piece
        try:
            found = self._unpacking.decompress(piece, self._most + 1 - len(self._bytes))
        except zlib.error:
            raise DirectoryError("answers with something that is no gzip") from None
        if self._unpacking.unused_data:
            raise DirectoryError("answers with more behind the end of its gzip")
        return found


def _charset(content_type: str) -> str:
    """The name of the codec, of a kind of body that may be JSON."""
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    if not _JSON.fullmatch(kind):
        raise DirectoryError(f"answers with {_shown(kind)} instead of JSON")
    names = [part.partition("=")[2].strip('" ') for part in parameters if part.startswith("charset")]
    name = names[0] if names else ""
    if name not in _CHARSETS:
        raise DirectoryError(f"answers in the charset {_shown(name)}, which is not UTF-8")
    return _CHARSETS[name]


def _shown(text: str) -> str:
    """A word of a header, short and harmless."""
    return _SHOWN.sub("?", text[:40]) or "nothing"


def _no_number(_: str) -> NoReturn:
    raise ValueError("not a number")
