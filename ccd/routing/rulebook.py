"""The rules of today, and those of before for the calls that still run under them."""

from ccd.calls.ids import QueueName
from ccd.routing.escalation import Handover
from ccd.routing.facts import Facts
from ccd.routing.question import StepAnswer
from ccd.routing.ruleset import RuleSet

KEPT = 20
"""Versions that are known at once, today's included."""


class RuleBook:
    """Asked for every call; its rules may be replaced between two questions.

    A running plan keeps its version.  When that is no longer known, the same rule of today's rules
    takes over if it still does the same; else the default queue does.
    """

    def __init__(self, rules: RuleSet) -> None:
        self._rules = {rules.version: rules}
        self.current = rules
        """The rules that new calls go by."""

    @property
    def version(self) -> str:
        """Names the content of today's rules."""
        return self.current.version

    @property
    def default_queue(self) -> QueueName:
        """Where whoever is left over waits."""
        return self.current.default_queue

    @property
    def needs(self) -> frozenset[str]:
        """What the rules of any version ask about beside the caller (``ccd.routing.needs``)."""
        return frozenset().union(*(rules.needs for rules in self._rules.values()))

    @property
    def handover(self) -> Handover:
        """How callers are passed on, under today's rules."""
        return self.current.handover

    @property
    def queues(self) -> frozenset[QueueName]:
        """Every queue that a call can be sent to, under whatever version."""
        return frozenset().union(*(rules.queues for rules in self._rules.values()))

    def source(self, called: str) -> str:
        """The advertising source that today's rules name for a called number; empty when they name none."""
        return self.current.source(called)

    def replace(self, rules: RuleSet) -> None:
        """New calls go by these rules from now on; the oldest beyond KEPT are forgotten."""
        self._rules.pop(rules.version, None)
        self._rules[rules.version] = self.current = rules
        while len(self._rules) > KEPT:
            del self._rules[next(iter(self._rules))]

    def first(self, facts: Facts) -> tuple[str, StepAnswer]:
        """The name of the rule that matches, and its first step."""
        return self.current.first(facts)

    def next(self, token: str, outcome: str, facts: Facts) -> StepAnswer:
        """The step that follows when the token's step ended with ``outcome``.  Never raises."""
        return self._of(token).next(token, outcome, facts)

    def unpromised(self, token: str, facts: Facts) -> StepAnswer | None:
        """What follows a wait's promise that could not be given; None when the token's step is no wait."""
        return self._of(token).unpromised(token, facts)

    def uses_facts(self, token: str) -> bool:
        """True when the step after the token's may depend on more than the moment."""
        return self._of(token).uses_facts(token)

    def _of(self, token: str) -> RuleSet:
        return self._rules.get(token.partition(":")[0], self.current)
