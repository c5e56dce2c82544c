"""A call arrives: find out who it is, within a deadline, then decide where it goes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import structlog

from ccd.callbacks.promise import ATTEMPT, Promise
from ccd.calls.events import CallbackPromised, CallOffered, OwnEvent, StepTaken
from ccd.calls.ids import LinkedId, QueueName
from ccd.directory.caller import Caller, NumberKind
from ccd.gathering import Gatherer
from ccd.ports.promises import Promises
from ccd.promising import NO_PROMISES
from ccd.routing.escalation import Handover, PassedOn
from ccd.routing.facts import Facts
from ccd.routing.needs import QUEUES
from ccd.routing.path import kind_and_target
from ccd.routing.question import KEY, Decision, StepAnswer, StepRequest
from ccd.routing.step_kinds import CallbackStep, QueueStep, Step

log = structlog.get_logger()

CALLBACK = "callback"
"""The rule in the record of a call that kept a promise: no written one routed it."""
AFTER_QUEUE = "default:1"
"""The token of whoever comes back from that queue: the default queue, without limit."""


class Rules(Protocol):
    """What inbound needs of a rule set (``ccd.routing.rulebook.RuleBook``)."""

    @property
    def version(self) -> str:
        """Names the rules' content."""
        ...

    @property
    def needs(self) -> frozenset[str]:
        """What they ask about beside the caller (``ccd.routing.needs``)."""
        ...

    @property
    def default_queue(self) -> QueueName:
        """Where whoever is left over waits."""
        ...

    @property
    def handover(self) -> Handover:
        """How callers are passed on."""
        ...

    def first(self, facts: Facts) -> tuple[str, StepAnswer]:
        """The matching rule's name and its first step."""
        ...

    def uses_facts(self, token: str) -> bool:
        """Whether the rest of the token's plan asks about anything that has to be gathered."""
        ...

    def next(self, token: str, outcome: str, facts: Facts) -> StepAnswer:
        """The step that the token asks for, after the last one ended so."""
        ...

    def unpromised(self, token: str, facts: Facts) -> StepAnswer | None:
        """What follows a wait's promise that could not be given; None when the token's step is no wait."""
        ...


class Tracking(Protocol):
    """What inbound needs of tracking (``ccd.tracking.Tracker``)."""

    def offered(self, event: CallOffered, caller: Caller) -> None:
        """A new call asked for its first step."""
        ...

    def handle(self, event: OwnEvent) -> None:
        """Asterisk runs a step now, or a callback is promised."""
        ...

    def caller(self, call_id: LinkedId) -> Caller | None:
        """Who a call in progress is from, as far as it is known."""
        ...

    def passed_on(self, call_id: LinkedId, doctors: QueueName) -> PassedOn:
        """Who has to do with a call that is passed on."""
        ...


class Inbound:
    """Answers the dialplan's questions; tells tracking of every new call and every step taken."""

    def __init__(
        self,
        gatherer: Gatherer,
        rules: Rules,
        tracking: Tracking,
        clock: Callable[[], datetime],
        *,
        promises: Promises = NO_PROMISES,
    ) -> None:
        self._gatherer = gatherer
        self.rules = rules
        self._tracking = tracking
        self._clock = clock
        self._promises = promises

    async def decide(self, ask: StepRequest) -> Decision:
        """The next step for the caller, as quickly as the rules allow: they say what has to be asked."""
        if not ask.token and ask.linked_id.startswith(ATTEMPT):
            return await self._called_back(ask, await self._promises.kept_by(ask))
        rules = self.rules
        if Handover.concerns(ask.token, ask.outcome):
            return self._passed_on(ask, rules.handover)
        if ask.token:
            facts = await self._again(ask, rules)
            answer = await self._promised(ask, rules.next(ask.token, ask.outcome, facts), facts)
            return Decision(answer, lambda taken: self._settled(ask, answer.step, taken))
        arrived_at = self._clock()
        facts = await self._gatherer.facts(ask, rules.needs)
        by = rules.version  # it may be another when Asterisk took the answer
        rule, answer = rules.first(facts)
        answer = await self._promised(ask, answer, facts)
        return self._decision(ask, (rule, by), answer, facts.caller, arrived_at)

    def _passed_on(self, ask: StepRequest, handover: Handover) -> Decision:
        """An operator passes the caller on, or nobody there answered."""
        who = self._tracking.passed_on(ask.linked_id, handover.queue)
        answer = handover.answer(ask.token, ask.outcome, who)
        return Decision(answer, lambda taken: self._settled(ask, answer.step, taken))

    async def _again(self, ask: StepRequest, rules: Rules) -> Facts:
        """The facts for a later question: the caller is remembered, or looked up again after a restart."""
        caller = self._tracking.caller(ask.linked_id)
        needs = frozenset({QUEUES} if ask.outcome.startswith(KEY) else ())  # to find the own place again
        if rules.uses_facts(ask.token):
            return await self._gatherer.facts(ask, rules.needs | needs, caller)
        return self._gatherer.at_hand(ask, caller, needs)

    async def _called_back(self, ask: StepRequest, promise: Promise | None) -> Decision:
        """The patient took our call: he is next in the queue.

        Nobody can say for which promise (the database is away)?  The default queue: the rules are for
        those who call us, and might hang up on him.
        """
        step = QueueStep(queue=self.rules.default_queue)
        if promise:
            ask = replace(ask, caller_number=promise.number, caller_name=promise.name, presentation="")
            step = QueueStep(queue=promise.queue, priority=promise.priority, position=1)
        arrived_at = self._clock()
        caller = (await self._gatherer.facts(ask, frozenset())).caller
        answer = StepAnswer(step=step, next_token=AFTER_QUEUE)
        return self._decision(ask, (CALLBACK, ""), answer, caller, arrived_at)

    async def _promised(self, ask: StepRequest, answer: StepAnswer, facts: Facts) -> StepAnswer:
        """A promise to call back only once it is durable; otherwise the caller waits on at his place."""
        if isinstance(answer.step, CallbackStep) and await self._promises.promise(ask, answer.step):
            return answer
        while isinstance(answer.step, CallbackStep):  # the plan only goes forward, so this ends
            instead = self.rules.unpromised(answer.next_token, facts)
            if instead is None:
                return replace(answer, step=self._promises.own_place(ask, answer.step))
            answer = instead
        return answer

    def _decision(
        self, ask: StepRequest, by: tuple[str, str], answer: StepAnswer, caller: Caller, arrived_at: datetime
    ) -> Decision:
        """The answer; ``by`` is the rule and its version."""
        rule, version = by

        def settle(taken: bool) -> None:
            self._tell(ask, rule if taken else "", version, caller, arrived_at)
            self._settled(ask, answer.step, taken)

        return Decision(answer, settle)

    def _settled(self, ask: StepRequest, step: Step, taken: bool) -> None:
        """Asterisk runs this step now; or not, but a promise is kept all the same."""
        kind, target = kind_and_target(step)
        at, linked_id, unique_id = self._clock(), ask.linked_id, ask.unique_id
        event: OwnEvent
        if taken:
            event = StepTaken(
                at=at, linked_id=linked_id, unique_id=unique_id, kind=kind, target=target, ended=ask.outcome
            )
        elif isinstance(step, CallbackStep):
            event = CallbackPromised(at=at, linked_id=linked_id, unique_id=unique_id)
        else:
            return
        try:
            self._tracking.handle(event)
        except Exception:
            log.exception("step not recorded", call=ask.linked_id)  # the caller must not suffer for it

    def _tell(self, ask: StepRequest, rule: str, version: str, caller: Caller, at: datetime) -> None:
        """A call came.  ``rule`` is empty when Asterisk did not take the answer: no rule routed it."""
        event = CallOffered(
            at=at,
            linked_id=ask.linked_id,
            unique_id=ask.unique_id,
            caller_number=ask.caller_number,
            caller_name=ask.caller_name,
            called_number=ask.called_number,
            rule=rule,
            rules_version=version if rule else "",
            withheld=caller.number.kind is NumberKind.ANONYMOUS,
        )
        try:
            self._tracking.offered(event, caller)
        except Exception:
            log.exception("call not tracked", call=ask.linked_id)  # the caller must not suffer for it
        log.info(
            "call routed" if rule else "call not routed by ccd",
            call=ask.linked_id,
            caller_number=ask.caller_number,
            rule=rule,
            known=caller.known,
            failed=caller.failed,
        )
