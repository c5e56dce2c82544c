"""A YAML file as plain data, with the place of every key and value.

The node tree is walked by hand: so every duplicate key is found, dates stay as written, and no
tag can make an object.  Messages never quote a value, because it may be a secret.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from ccd.settings.composing import Values, compose
from ccd.settings.marks import Loc, Marks, mark_of
from ccd.settings.problems import Mark, Problem

__all__ = ["Document", "Loc", "parse", "read"]

_MOST = 500_000
"""Values in a file, each alias counted as all it stands for: a few lines of them can stand for billions."""
_PLAIN = {f"tag:yaml.org,2002:{kind}" for kind in ("int", "float", "bool", "null")}
_TEXT = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "timestamp", "value", "merge")}
_SENTENCES = (
    (r"\\t", "a tab cannot indent; use spaces"),
    (r"undefined alias", "text that starts with * must be in quotes"),
    (r"chomping or indentation", "text that starts with > or | must be in quotes"),
    (r"cannot start any token", "text may not start with this character; put it in quotes"),
    (r"mapping values", 'a ":" stands where none may be: check the indentation, quote text that holds ": "'),
    (r"expected ',' or '\]'", "this [ is not closed, or a comma is missing"),
    (r"expected ',' or '\}'", "this { is not closed, or a comma is missing"),
    (r"unexpected end of stream", "this quote is not closed"),
    (r"another document", "a second document begins here; only one may be in the file"),
    (r"could not find expected ':'", 'a ":" is missing after this key'),
    (r"found '<scalar>'", "this text belongs to nothing: check the quotes and the indentation before it"),
    (r"<block end>", "the indentation does not fit the lines above"),
    (r"tag", "text that starts with ! must be in quotes"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """One file read.  ``data`` is plain; ``marks`` says where its parts stand."""

    file: Path
    data: Any
    marks: Marks
    problems: tuple[Problem, ...] = ()
    blank: bool = False
    """Nothing at all was in the file when it was read."""

    def below(self, key: str) -> "Document":
        """The document that stands under one key."""
        return replace(self, data=self.data[key], marks=self.marks.below(key))


def read(file: Path) -> Document:
    """Read a YAML file; whatever is wrong with it is in ``problems``, then ``data`` may be partial."""
    try:
        return parse(file, _decode(file.read_bytes()))
    except _Refused as refused:
        return _failed(file, str(refused), refused.mark)
    except FileNotFoundError:
        return _failed(file, "there is no such file")
    except IsADirectoryError:
        return _failed(file, "this is a directory, not a file")
    except PermissionError:
        return _failed(file, "this user may not read the file")
    except OSError as error:
        return _failed(file, f"the file cannot be read: {error.strerror}")


def parse(file: Path, text: str) -> Document:
    """Turn YAML text into a document; ``file`` is only named."""
    tree = _Tree(file)
    try:
        node = compose(text)
        data = {} if node is None else tree.build(node)
    except _Refused as refused:
        return _failed(file, str(refused), refused.mark)
    except MarkedYAMLError as error:
        return _failed(file, *_explained(error))
    except ReaderError as error:
        message = f"the character #x{error.character:04x} may not stand in YAML"
        return _failed(file, message, _mark_at(text, error.position))
    except (YAMLError, RecursionError):
        return _failed(file, "cannot be read as YAML")
    return Document(file, data, Marks(node), tuple(tree.problems), blank=not text.strip())


class _Refused(Exception):  # noqa: N818 - not an error of ours
    def __init__(self, message: str, mark: Mark | None = None) -> None:
        super().__init__(message)
        self.mark = mark


def _decode(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", errors="replace")
        raise _Refused("the file is not UTF-8 (perhaps cp1251); save it as UTF-8", _end_of(before)) from None


def _failed(file: Path, message: str, mark: Mark | None = None) -> Document:
    return Document(file, {}, Marks(None), (Problem(message=message, file=file, mark=mark),))


def _explained(error: MarkedYAMLError) -> tuple[str, Mark | None]:
    problem = error.problem or ""
    opened = (error.context or "").startswith(
        ("while scanning a quoted", "while scanning a simple key", "while parsing a flow")
    )
    mark = (error.context_mark if opened else None) or error.problem_mark or error.context_mark
    known = next((sentence for pattern, sentence in _SENTENCES if re.search(pattern, problem)), None)
    hidden = re.sub(r"'[^']{2,}'", "'…'", problem)
    return known or f"cannot be read as YAML: {hidden}", mark and _mark(mark)


def _mark(mark: Any) -> Mark:
    return Mark(mark.line + 1, mark.column + 1)


def _mark_at(text: str, position: int) -> Mark:
    return _end_of(text[:position])


def _end_of(before: str) -> Mark:
    return Mark(before.count("\n") + 1, len(before) - before.rfind("\n"))


class _Tree:
    """Plain data from nodes; collects problems on the way."""

    def __init__(self, file: Path) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._values = Values()
        self._open: set[int] = set()
        self._count = 0
        self._section: Any = None
        """The key or item of the root that is being built."""

    def build(self, node: Any) -> Any:
        """The plain value of a node."""
        self._count += 1
        if self._count > _MOST:
            raise _Refused(f"more than {_MOST:,} values, its aliases written out", mark_of(self._section))
        if node.id == "scalar":
            return node.value if node.tag in _TEXT else self._scalar(node)
        if id(node) in self._open:
            return self._wrong(node, "this alias contains itself")
        self._open.add(id(node))
        try:
            return self._mapping(node) if node.id == "mapping" else self._items(node)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: Any) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key, value in node.value:
            if key.id != "scalar":
                self._wrong(key, "a key must be one word")
            elif key.value in built:
                first = next(one for one, _ in node.value if one.id == "scalar" and one.value == key.value)
                line = mark_of(first).line
                self._wrong(key, f'"{key.value}" stands here a second time (first in line {line})')
            else:
                built[key.value] = self._below(key, value)
        return built

    def _items(self, node: Any) -> list[Any]:
        return [self._below(item, item) for item in node.value]

    def _below(self, place: Any, node: Any) -> Any:
        if len(self._open) == 1:
            self._section = place
        return self.build(node)

    def _scalar(self, node: Any) -> Any:
        if node.tag not in _PLAIN:
            return self._wrong(node, "text that starts with ! must be in quotes")
        try:
            return self._values.value(node.tag, node.value)
        except ValueError:
            return self._wrong(node, "this number cannot be read")

    def _wrong(self, node: Any, message: str) -> None:
        self.problems.append(Problem(message=message, file=self._file, mark=mark_of(node)))
