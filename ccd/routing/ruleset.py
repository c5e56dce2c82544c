"""The rules of a clinic, asked for every call: its plan, and the plan's steps by token.

The one rule: whatever comes in, the call gets a step.  A stranger's token, a rule that is gone,
a plan at its end: each leads to the default queue without limit.
"""

from hashlib import sha256

from ccd.calls.ids import QueueName
from ccd.routing.compile import compiled
from ccd.routing.conditions import Conditions
from ccd.routing.index import Index
from ccd.routing.model import Facts, QueueStep, RoutePlan, StepAnswer, Tried
from ccd.routing.needs import needs
from ccd.routing.rules import DEFAULT, Routing
from ccd.routing.tokens import Token


class RuleSet:
    """All rules, compiled once; immutable, so one can be replaced by another between two calls.

    ``needs`` names what the rules ask about beside the caller (``ccd.routing.needs``).
    ``region`` is the ISO 3166 code that local numbers belong to: a rule's number matches however
    the trunk writes it.  ``version`` names the rules' content.
    """

    def __init__(self, routing: Routing, region: str = "RU") -> None:
        self.needs = needs(routing)
        self.version = sha256(routing.model_dump_json().encode()).hexdigest()[:12]
        self._conditions = Conditions(routing, region)
        self._rules = tuple(compiled(routing, self._conditions))
        self._index = Index(self._rules)
        self.default_queue = QueueName(routing.default_queue)
        self._last = QueueStep(queue=self.default_queue)
        self._default = RoutePlan(rule=DEFAULT, steps=(self._last,))
        self._plans = {rule.plan.rule: rule.plan for rule in reversed(self._rules)}

    @property
    def queues(self) -> frozenset[QueueName]:
        """Every queue that a call can be sent to."""
        steps = [step for rule in self._rules for step in rule.plan.steps]
        return frozenset({self.default_queue, *(one.queue for one in steps if isinstance(one, QueueStep))})

    def plan(self, facts: Facts) -> RoutePlan:
        """The plan of the first rule that matches, else of ``default``; without a trace."""
        moment = self._conditions.moment(facts)
        return next(
            (rule.plan for rule in self._index.candidates(moment) if rule.matches(moment)), self._default
        )

    def explain(self, facts: Facts) -> RoutePlan:
        """The same plan, with every rule that was tried for it."""
        moment, trace = self._conditions.moment(facts), list[Tried]()
        for rule in self._rules:
            trace.append(rule.tried(moment))
            if trace[-1].matched:
                break
        plan = self.plan(facts)
        return RoutePlan(rule=plan.rule, steps=plan.steps, trace=tuple(trace))

    def first(self, facts: Facts) -> tuple[str, StepAnswer]:
        """The name of the rule that matches, and its first step."""
        plan = self.plan(facts)
        return plan.rule, self._at(plan, Token(plan.rule, 0))

    def uses_facts(self, token: str) -> bool:  # noqa: ARG002
        """Whether the rest of the token's plan asks about anything that has to be gathered: never yet."""
        return False

    def next(self, token: str, outcome: str = "", facts: Facts | None = None) -> StepAnswer:  # noqa: ARG002
        """The step that a token asks for; the default queue when it asks for none.  Never raises.

        The index in ``next_token`` is always one more, so no token leads back to an earlier step.
        """
        asked = Token.parse(token) or Token(DEFAULT, 0)
        return self._at(self._plans.get(asked.rule, self._default), asked)

    def _at(self, plan: RoutePlan, token: Token) -> StepAnswer:
        step = plan.steps[token.index] if token.index < len(plan.steps) else self._last
        return StepAnswer(step=step, next_token=str(token.after()))
