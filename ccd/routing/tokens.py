"""The token that the dialplan carries between two questions: all that a running plan is.

It lives in the call's own channel variable, so a plan survives the daemon.  It comes back from
outside, so it is read as a stranger's text: anything else than our own shape is None.
"""

import re
from dataclasses import dataclass, replace
from typing import Self

LONGEST = 900
"""Characters of a token at most."""
_TOKEN = re.compile(
    r"([a-z0-9]{1,16}):([a-z0-9]{1,16}):([0-9]{1,5}):([0-9]{1,4})\.([a-z]?)\.([0-9]{1,2})\.([0-9]{1,15})"
    r"(:[0-9]{1,5}@[0-9*#](?:&[0-9]{1,5}@[0-9*#]){0,99})?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A place in a plan, and what has to be remembered of the way; ``str()`` is for the dialplan."""

    version: str
    """Of the rules under which the call runs."""
    rule: str
    """The digest of the rule's program."""
    node: int = 0
    asked: int = 0
    """Questions answered so far."""
    phase: str = ""
    """Within a wait: what its present slice is (``queueing``)."""
    tries: int = 0
    """Within a menu: how often it was asked before."""
    joined: int = 0
    """When the present wait began, in milliseconds since 1970."""
    pressed: tuple[tuple[int, str], ...] = ()
    """Keys, by the node of their menu."""

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a token back; None when it is not one."""
        match = _TOKEN.fullmatch(text) if len(text) <= LONGEST else None
        if not match:
            return None
        version, rule, node, asked, phase, tries, joined, keys = match.groups()
        pairs = (pair.split("@") for pair in (keys or "")[1:].split("&") if pair)
        return cls(
            version=version,
            rule=rule,
            node=int(node),
            asked=int(asked),
            phase=phase,
            tries=int(tries),
            joined=int(joined),
            pressed=tuple((int(menu), key) for menu, key in pairs),
        )

    def __str__(self) -> str:
        return self.written(self.asked)

    def written(self, asked: int) -> str:
        """The form for the dialplan, with another count of questions."""
        place = f"{self.version}:{self.rule}:{self.node}:{asked}.{self.phase}.{self.tries}.{self.joined}"
        if not self.pressed:
            return place
        return f"{place}:{'&'.join(f'{menu}@{key}' for menu, key in self.pressed)}"

    def at(self, node: int) -> Self:
        """The token of another place; what was pressed is remembered."""
        return replace(self, node=node, phase="", tries=0, joined=0)

    def with_key(self, key: str) -> Self:
        """The key that was pressed at this place is remembered."""
        kept = tuple(pair for pair in self.pressed if pair[0] != self.node)
        return replace(self, pressed=(*kept, (self.node, key)))
