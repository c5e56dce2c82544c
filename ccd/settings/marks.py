"""Where the keys and values of a YAML file stand; looked up only when there is something to say."""

from typing import Any

from ruamel.yaml.nodes import Node

from ccd.settings.problems import Mark

Loc = tuple[str | int, ...]
"""The way to a value: ``("rules", 2, "when")``."""
_Pair = tuple[Any, Any]
"""The node of a key, None in a list, and of its value."""


def mark_of(node: Any) -> Mark:
    """Where a node begins."""
    mark = node.start_mark
    return Mark(mark.line + 1, mark.column + 1)


class Marks:
    """The places of one tree of nodes; ``key`` is the node of the key under which it stands."""

    def __init__(self, root: Node | None, key: Node | None = None) -> None:
        self._root: _Pair = key, root
        self._known: dict[int, dict[str | int, _Pair]] = {}

    def key(self, loc: Loc) -> Mark | None:
        """Where a key stands; None for what is no key, or not there."""
        key, _ = self._at(loc)
        return mark_of(key) if key is not None else None

    def value(self, loc: Loc) -> Mark | None:
        """Where a value stands: its key's place for what is not of one piece; None when not there."""
        key, node = self._at(loc)
        if node is None:
            return None
        own = key is None or (node.id == "scalar" and (node.value or node.style))
        return mark_of(node if own else key)

    def below(self, name: str) -> "Marks":
        """The places of what stands under one key."""
        key, node = self._at((name,))
        return Marks(node, key)

    def _at(self, loc: Loc) -> _Pair:
        pair = self._root
        for part in loc:
            pair = self._inside(pair[1]).get(part, (None, None))
        return pair

    def _inside(self, node: Any) -> dict[str | int, _Pair]:
        """What stands right below a node; of a key that is there twice the first."""
        if node is None or node.id == "scalar":
            return {}
        if id(node) not in self._known:
            self._known[id(node)] = (
                {key.value: (key, value) for key, value in reversed(node.value) if key.id == "scalar"}
                if node.id == "mapping"
                else {at: (None, item) for at, item in enumerate(node.value)}
            )
        return self._known[id(node)]
