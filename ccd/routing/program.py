"""A plan made flat: nodes in a row, each with the places that may come after it.

Every target lies behind its node, so a plan can only go forward: it ends, whatever the outcomes.
``len(nodes)`` is the place behind the last: the end, where the default queue waits.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from ccd.routing.actions import PLAN, Action, Ask, Go, Wait
from ccd.routing.conditions import Condition
from ccd.routing.tree import Plan, size_of


@dataclass(frozen=True, slots=True)
class Node:
    """One step: passed over to ``next`` when its conditions do not hold."""

    action: Action
    next: int
    when: tuple[Condition, ...] = ()
    branches: Mapping[str, int] | None = None

    def branch(self, name: str) -> int:
        """The place of a branch; what is not written goes on."""
        return (self.branches or {}).get(name, self.next)

    @property
    def targets(self) -> tuple[int, ...]:
        """All places that may come after it."""
        return (self.next, *(self.branches or {}).values())

    @property
    def tries(self) -> int:
        """How many questions it takes for sure; slices of a wait are only taken while there are more."""
        return self.action.tries if isinstance(self.action, Ask) else 1

    @property
    def asks_facts(self) -> bool:
        """True when it depends on facts whether the node is entered, or how."""
        wait = self.action if isinstance(self.action, Wait) else None
        return bool(self.when or (wait and (wait.prefer or wait.most is not None)))


class Program:
    """The nodes of one rule.  ``digest`` names the rule and all that it does."""

    def __init__(self, rule: str, plan: Plan) -> None:
        self.rule = rule
        self.nodes = tuple(_flat(plan, 0, size_of(plan)))

    @cached_property
    def digest(self) -> str:
        """Equal for equal rules, in whatever file and version they stand."""
        said = [(repr(n.action), n.targets, [one.words for one in n.when]) for n in self.nodes]
        return sha256(repr((self.rule, said)).encode()).hexdigest()[:12]

    @cached_property
    def longest(self) -> tuple[int, ...]:
        """The most questions that may be asked from each place on, that of the end included."""
        most = [1] * (len(self.nodes) + 1)
        for place in range(len(self.nodes) - 1, -1, -1):
            node = self.nodes[place]
            most[place] = node.tries + max(most[target] for target in node.targets)
        return tuple(most)

    def waits(self, place: int) -> bool:
        """True when the node of this place is a wait in a queue."""
        return place < len(self.nodes) and isinstance(self.nodes[place].action, Wait)

    def uses_facts(self, place: int) -> bool:
        """True when what follows this place may depend on more than the moment."""
        if place >= len(self.nodes):
            return False
        node = self.nodes[place]
        back = isinstance(node.action, Wait) and (node.action.comes_back or node.action.prefer)
        return bool(back or any(self._asking[target] for target in node.targets))

    @cached_property
    def _asking(self) -> tuple[bool, ...]:
        """Of each place, that of the end included: whether to enter it asks facts.

        ``Go`` is no step: whoever enters it enters the plan behind it in the same answer.  A node that
        may be passed over has conditions, and so asks by itself.
        """
        asking = [False] * (len(self.nodes) + 1)
        for place in range(len(self.nodes) - 1, -1, -1):
            node = self.nodes[place]
            led = isinstance(node.action, Go) and asking[node.branch(PLAN)]
            asking[place] = node.asks_facts or led
        return tuple(asking)


def _flat(plan: Plan, base: int, after: int) -> Iterator[Node]:
    """The plan's nodes from place ``base`` on; ``after`` is where its end goes on."""
    for index, step in enumerate(plan):
        following = base + step.size if index < len(plan) - 1 else after
        starts, start = dict[str, int](), base + 1
        for name, branch in step.branches.items():
            starts[name], start = start, start + size_of(branch)
        yield Node(step.action, following, step.when, starts)
        for name, branch in step.branches.items():
            yield from _flat(branch, starts[name], following)
        base += step.size
