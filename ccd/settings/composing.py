"""YAML text to a tree of nodes, each with its place: by libyaml, or by ruamel.yaml where it counts.

libyaml reads a file of 10,000 rules in a fifth of a second, ruamel.yaml's Python in eight.  Whatever
libyaml refuses is read again by ruamel.yaml, whose word is final, so messages come from one parser
alone; and so is what the two would read in different ways.
"""

import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from yaml import YAMLError
from yaml.cyaml import CParser

_DEPTH = 100
"""libyaml's composer recurses in C, where nothing would stop it."""
_DIFFERENT = re.compile(
    r"^%|^\.\.\.|[|>][-+0-9]*\s*#|(?<![^\s\[{,])!(?:\s|$|\S*\s+[&#])|[\t\r\x85\u2028\u2029\ufeff\ud800-\udfff]",
    re.MULTILINE,
)
"""What the two read in different ways: directives, ends of documents, tabs, strange ends of lines ..."""
_PLAIN = (True, False)
"""libyaml's word for a scalar without quotes or tag."""
_KINDS = {"scalar": "str", "sequence": "seq", "mapping": "map"}


def compose(text: str) -> Any:
    """The root of the only document; None when it is empty.

    Its nodes have ``id``, ``tag``, ``value``, ``style`` and ``start_mark`` alike, whoever read them.
    Raises what ruamel.yaml raises, and RecursionError.
    """
    try:
        return quickly(text)
    except NotQuicklyError:
        return surely(text)


class NotQuicklyError(Exception):
    """libyaml cannot read this, or is not trusted with it."""


def quickly(text: str) -> Any:
    """The root as libyaml reads it; NotQuicklyError."""
    text = text.replace("\r\n", "\n")
    if _DIFFERENT.search(text):
        raise NotQuicklyError
    try:
        return _Fast(text).get_single_node()
    except YAMLError as error:
        raise NotQuicklyError from error


def surely(text: str) -> Any:
    """The root as ruamel.yaml reads it."""
    return YAML(typ="safe", pure=True).compose(text)


class Values:
    """What plain scalars mean in YAML 1.2; each spelling is worked out once."""

    def __init__(self) -> None:
        yaml = YAML(typ="safe", pure=True)
        self._resolver, self._constructor = yaml.resolver, yaml.constructor
        self._tags: dict[str, str] = {}
        self._values: dict[tuple[str, str], Any] = {}

    def tag(self, text: str) -> str:
        """The tag of a scalar without quotes."""
        known = self._tags.get(text)
        if known is None:
            known = self._tags[text] = str(self._resolver.resolve(ScalarNode, text, _PLAIN))
        return known

    def value(self, tag: str, text: str) -> Any:
        """The number, truth value or nothing that a scalar stands for; ValueError when it is none."""
        if (tag, text) not in self._values:
            node = ScalarNode(tag, text)
            self._values[tag, text] = self._constructor.construct_object(node)
        return self._values[tag, text]


class _Fast(CParser):  # type: ignore[misc]
    """libyaml's composer, with the meaning that YAML 1.2 gives to plain scalars."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._plain = Values().tag

    def descend_resolver(self, _parent: Any, _index: Any) -> None:
        """Called before each node."""
        self._depth += 1
        if self._depth > _DEPTH:
            raise NotQuicklyError

    def ascend_resolver(self) -> None:
        """Called after each node."""
        self._depth -= 1

    def resolve(self, kind: Any, value: str | None, implicit: Any) -> str:
        """The tag of a node that has none."""
        if value is not None and implicit[0]:
            return self._plain(value)
        return f"tag:yaml.org,2002:{_KINDS[kind.id]}"
