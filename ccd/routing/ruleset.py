"""The rules of a clinic, asked for every call: its plan, and the plan's steps by token.

The one rule: whatever comes in, the call gets a step.  A stranger's token, a rule that is gone,
a plan at its end: each leads to the default queue without limit.
"""

from hashlib import sha256

from ccd.calls.ids import QueueName
from ccd.routing.bulk import without_collecting
from ccd.routing.compile import Compiled, compiled
from ccd.routing.conditions import Conditions, Moment
from ccd.routing.escalation import Handover
from ccd.routing.facts import Facts
from ccd.routing.index import Index
from ccd.routing.naming import named_people, named_queues, named_sounds
from ccd.routing.needs import needs
from ccd.routing.outline import Outline
from ccd.routing.plan import RoutePlan, Tried
from ccd.routing.program import Program
from ccd.routing.question import StepAnswer
from ccd.routing.rules import DEFAULT, Routing
from ccd.routing.running import Run
from ccd.routing.step_kinds import QueueStep
from ccd.routing.tokens import Token


class RuleSet:
    """All rules, compiled once; immutable, so one can be replaced by another between two calls.

    ``needs`` names what the rules ask about beside the caller (``ccd.routing.needs``).
    ``region`` is the ISO 3166 code that local numbers belong to: a rule's number matches however
    the trunk writes it.  ``version`` names the rules' content.
    """

    @without_collecting()
    def __init__(self, routing: Routing, region: str = "RU") -> None:
        self.needs = needs(routing)
        self.version = sha256(routing.model_dump_json(exclude_unset=True).encode()).hexdigest()[:12]
        self._conditions = Conditions(routing, region)
        self._rules = tuple(compiled(routing, self._conditions))
        self._index = Index(self._rules)
        self.default_queue = QueueName(routing.default_queue)
        self._last = QueueStep(queue=self.default_queue)
        self.handover = Handover(routing.escalation, self.default_queue)
        """How operators pass callers on."""
        self._default = Compiled((), (), Program(DEFAULT, ()))
        self._programs = {rule.program.digest: rule.program for rule in (self._default, *self._rules)}
        trees = [rule.tree for rule in self._rules]
        self.queues = frozenset({self.default_queue, *named_queues(trees)})
        """Every queue that a call can be sent to, now or when it is called back."""
        self.sounds = named_sounds(trees)
        """Every sound that a step plays, by its Asterisk name."""
        self.people = named_people(routing)
        """The ids of all people whom a ``dial`` rings."""

    @property
    def rules(self) -> tuple[Compiled, ...]:
        """Every written rule, in order."""
        return self._rules

    def source(self, called: str) -> str:
        """The advertising source of this called number; empty when it has none."""
        return self._conditions.source(called)

    def plan(self, facts: Facts) -> RoutePlan:
        """The plan of the first rule that matches, else of ``default``; without a trace."""
        return self._outlined(self._matching(self._conditions.moment(facts)), facts, "")

    def explain(self, facts: Facts, pressed: str = "") -> RoutePlan:
        """The same plan, with every rule that was tried for it; ``pressed`` answers its menus in turn."""
        moment, trace = self._conditions.moment(facts), list[Tried]()
        for rule in self._rules:
            trace.append(rule.tried(moment))
            if trace[-1].matched:
                break
        return self._outlined(self._matching(moment), facts, pressed, tuple(trace))

    def first(self, facts: Facts) -> tuple[str, StepAnswer]:
        """The name of the rule that matches, and its first step."""
        rule = self._matching(self._conditions.moment(facts))
        if rule.opening:
            return rule.opening.answer(self.version, facts.now)
        program = rule.program
        return program.rule, self._run(program, facts).enter(self._begin(program))

    def next(self, token: str, outcome: str, facts: Facts) -> StepAnswer:
        """The step that follows when the token's step ended with ``outcome``.  Never raises.

        The default queue for a token that says nothing here.  ``facts`` need only have the moment
        when ``uses_facts`` is False.
        """
        asked = Token.parse(token)
        program = self._programs.get(asked.rule) if asked else None
        if asked is None or program is None:
            return self._run(self._default.program, facts).enter(self._begin(self._default.program))
        return self._run(program, facts).resume(asked, outcome)

    def unpromised(self, token: str, facts: Facts) -> StepAnswer | None:
        """What follows the promise of the token's wait when it could not be given.

        The caller waits on, or the plan goes on where the queue was full.  None when the token's step
        is no wait: a promise that the plan itself gives has nothing to go back to.
        """
        asked = Token.parse(token)
        program = self._programs.get(asked.rule) if asked else None
        if not (asked and program and program.waits(asked.node)):
            return None
        return self._run(program, facts).resume(asked, "FAILED")

    def uses_facts(self, token: str) -> bool:
        """True when the step after the token's may depend on more than the moment."""
        asked = Token.parse(token)
        program = self._programs.get(asked.rule) if asked else None
        return bool(asked and program and program.uses_facts(asked.node))

    def _begin(self, program: Program) -> Token:
        return Token(version=self.version, rule=program.digest)

    def _run(self, program: Program, facts: Facts) -> Run:
        return Run(program, facts, self._conditions.moment, self._last)

    def _matching(self, moment: Moment) -> Compiled:
        return self._index.first(moment) or self._default

    def _outlined(
        self, rule: Compiled, facts: Facts, pressed: str, trace: tuple[Tried, ...] = ()
    ) -> RoutePlan:
        steps = Outline(facts, self._conditions.moment, pressed).of(rule.tree, self._last)
        return RoutePlan(rule=rule.name, steps=steps, trace=trace, comment=rule.comment)
