"""Written rules made ready, once; nothing is parsed while a call waits."""

from collections.abc import Iterator
from dataclasses import dataclass

from ccd.routing.conditions import Condition, Conditions, Moment
from ccd.routing.opening import Opening, opening
from ccd.routing.plan import Tried
from ccd.routing.program import Program
from ccd.routing.resolve import Resolver
from ccd.routing.rules import Routing
from ccd.routing.step_kinds import Step
from ccd.routing.tree import Plan


@dataclass(frozen=True, slots=True)
class Compiled:
    """One rule, ready: its conditions in order, its plan as a tree and as a program."""

    conditions: tuple[Condition, ...]
    tree: Plan
    program: Program
    comment: str = ""
    opening: Opening | None = None
    """Its first answer, when that does not depend on facts."""

    @property
    def name(self) -> str:
        """The rule's name."""
        return self.program.rule

    def matches(self, moment: Moment) -> bool:
        """True when all conditions hold; stops at the first that does not."""
        for condition in self.conditions:  # noqa: SIM110 - twice as quick as all(), for every call
            if not condition.test(moment):
                return False
        return True

    def tried(self, moment: Moment) -> Tried:
        """The conditions up to the first that failed."""
        checked = []
        for condition in self.conditions:
            checked.append(condition.check(moment))
            if not checked[-1].matched:
                break
        return Tried(
            rule=self.name, matched=self.matches(moment), checked=tuple(checked), comment=self.comment
        )


def compiled(routing: Routing, conditions: Conditions) -> Iterator[Compiled]:
    """Each rule, in order.

    KeyError when a calendar, list or source does not exist, and all that ``Resolver.plan`` raises;
    loading refuses them before.
    """
    resolver = Resolver(routing, conditions.of)
    steps: dict[Step, Step] = {}
    for rule in routing.rules:
        tree = resolver.plan(rule.steps)
        program = Program(rule.name, tree)
        yield Compiled(conditions.of(rule.when), tree, program, rule.comment, opening(program, steps))
