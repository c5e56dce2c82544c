"""A CSV file as text: which encoding, which delimiter, which lines.  Knows nothing of patients.

The rule: a guess is made only where it can be checked, and it is said.  Bytes that are neither
UTF-8 nor plausible Windows-1251 are refused rather than imported as gibberish.
"""

import codecs
import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ccd.directory.table import UnreadableError

_BLOCK = 1 << 20
_CYRILLIC = bytes(range(0xC0, 0x100))
_HIGH = bytes(range(0x80, 0x100))
_DELIMITERS = ",;\t"
_AS_UTF8 = 'in the spreadsheet choose "Save as", "CSV UTF-8"'


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that can be read.  ``note`` says what was guessed; ``first`` is the header's line."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    first: int
    note: str = ""

    @property
    def name(self) -> str:
        """As mistakes are told."""
        return str(self.path)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row below the header with the line it begins on; raises UnreadableError, OSError."""
        with self.path.open(encoding=self.encoding, newline="") as stream:
            for _ in range(self.first):
                next(stream, "")
            reader = csv.reader(stream, delimiter=self.delimiter, strict=True)
            line = self.first + 1
            try:
                for row in reader:
                    if "".join(row).strip():
                        yield line, row
                    line = self.first + reader.line_num + 1
            except csv.Error as error:
                raise UnreadableError(line, _explained(error)) from error


def open_sheet(path: Path, likeness: Callable[[tuple[str, ...]], int]) -> Sheet:
    """Look into a file; ``likeness`` says how well these words fit as column names.

    Raises UnreadableError, OSError.
    """
    encoding, note = _encoding(path)
    with path.open(encoding=encoding, newline="") as stream:
        for number, text in enumerate(stream, start=1):
            if text.strip() and not text.lower().startswith("sep="):
                delimiter, header = max(
                    _splits(number, text), key=lambda split: (likeness(split[1]), len(split[1]))
                )
                return Sheet(path, encoding, delimiter, header, number, note)
    raise UnreadableError(0, "is empty")


def _splits(number: int, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for delimiter in _DELIMITERS:
        try:
            yield delimiter, tuple(next(csv.reader([text], delimiter=delimiter, strict=True)))
        except csv.Error as error:
            raise UnreadableError(number, _explained(error)) from error


def _explained(error: csv.Error) -> str:
    if "unexpected end of data" in str(error):
        return "a quotation mark opens here and is never closed"
    return f"is not valid CSV ({error}); a quotation mark inside a cell is written twice"


def _encoding(path: Path) -> tuple[str, str]:
    with path.open("rb") as stream:
        head = stream.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableError(0, f"is UTF-16 text; {_AS_UTF8}")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableError(0, "is an old spreadsheet (XLS); save it as XLSX or as CSV")
    line = _first_bad_line(path)
    if line is None:
        return "utf-8-sig", ""
    if not _looks_like_cp1251(path):
        raise UnreadableError(line, f"is neither UTF-8 nor Windows-1251 from here on; {_AS_UTF8}")
    return "cp1251", f"read as Windows-1251, because line {line} is not UTF-8; check the names, or {_AS_UTF8}"


def _first_bad_line(path: Path) -> int | None:
    """The first line that is not UTF-8, or None.  A NUL byte is not text at all."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    for block in _blocks(path):
        if b"\0" in block:
            raise UnreadableError(line + block[: block.index(b"\0")].count(b"\n"), f"is not text; {_AS_UTF8}")
        try:
            decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].count(b"\n")
        line += block.count(b"\n")
    return None


def _looks_like_cp1251(path: Path) -> bool:
    """Nearly all bytes above ASCII are the letters А-я there; 0x98 means nothing."""
    high = letters = 0
    for block in _blocks(path):
        if b"\x98" in block:
            return False
        high += len(block) - len(block.translate(None, _HIGH))
        letters += len(block) - len(block.translate(None, _CYRILLIC))
    return letters >= 0.75 * high


def _blocks(path: Path) -> Iterator[bytes]:
    """The file in pieces, an empty one last."""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block
    yield b""
