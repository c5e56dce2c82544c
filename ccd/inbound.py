"""A call arrives: find out who it is, within a deadline, then decide where it goes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import structlog

from ccd.callbacks.promise import Promise
from ccd.calls.events import CallOffered, StepTaken
from ccd.directory.lookup import Lookup
from ccd.directory.model import Caller, NumberKind
from ccd.ports import Promises
from ccd.promising import NO_PROMISES
from ccd.routing.model import CallbackStep, Decision, Facts, QueueStep, Step, StepAnswer, StepRequest
from ccd.routing.path import kind_and_target

log = structlog.get_logger()

CALLBACK = "callback"
"""The rule in the record of a call that kept a promise: no written one routed it."""
AFTER_QUEUE = "default:1"
"""The token of whoever comes back from that queue: the default queue, without limit."""


class Rules(Protocol):
    """What inbound needs of a rule set (``ccd.routing.ruleset.RuleSet``)."""

    version: str

    def first(self, facts: Facts) -> tuple[str, StepAnswer]:
        """The matching rule's name and its first step."""
        ...

    def next(self, token: str) -> StepAnswer:
        """The step that the token asks for."""
        ...


class Inbound:
    """Answers the dialplan's questions; tells ``offered`` of every new call, ``taken`` of every step."""

    def __init__(
        self,
        lookup: Lookup,
        rules: Rules,
        offered: Callable[[CallOffered, Caller], None],
        clock: Callable[[], datetime],
        *,
        taken: Callable[[StepTaken], None] = lambda _event: None,
        promises: Promises = NO_PROMISES,
    ) -> None:
        self._lookup = lookup
        self.rules = rules
        self._offered = offered
        self._clock = clock
        self._taken = taken
        self._promises = promises

    async def decide(self, ask: StepRequest) -> Decision:
        """The next step for the caller.  Only the first question costs a lookup."""
        promise = await self._promises.kept_by(ask)
        if promise:
            return await self._called_back(ask, promise)
        if ask.token:
            answer = await self._promised(ask, self.rules.next(ask.token))
            return Decision(answer, lambda taken: self._step(ask, answer.step) if taken else None)
        arrived_at = self._clock()
        caller = await self._lookup.find(ask.caller_number, ask.presentation)
        facts = Facts(caller=caller, called_number=ask.called_number, now=self._clock())
        rules = self.rules  # they may be others when Asterisk took the answer
        rule, answer = rules.first(facts)
        answer = await self._promised(ask, answer)
        return self._decision(ask, (rule, rules.version), answer, caller, arrived_at)

    async def _called_back(self, ask: StepRequest, promise: Promise) -> Decision:
        """The patient took our call: he is next in the queue."""
        ask = replace(ask, caller_number=promise.number, caller_name=promise.name)
        arrived_at = self._clock()
        caller = await self._lookup.find(promise.number)
        step = QueueStep(queue=promise.queue, priority=promise.priority, position=1)
        answer = StepAnswer(step=step, next_token=AFTER_QUEUE)
        return self._decision(ask, (CALLBACK, ""), answer, caller, arrived_at)

    async def _promised(self, ask: StepRequest, answer: StepAnswer) -> StepAnswer:
        """A promise to call back only once it is durable; otherwise the caller waits on at his place."""
        step = answer.step
        if not isinstance(step, CallbackStep) or await self._promises.promise(ask, step):
            return answer
        return replace(answer, step=self._promises.own_place(ask, step))

    def _decision(
        self, ask: StepRequest, by: tuple[str, str], answer: StepAnswer, caller: Caller, arrived_at: datetime
    ) -> Decision:
        """The answer; ``by`` is the rule and its version."""
        rule, version = by

        def settle(taken: bool) -> None:
            self._tell(ask, rule if taken else "", version, caller, arrived_at)
            if taken:
                self._step(ask, answer.step)

        return Decision(answer, settle)

    def _step(self, ask: StepRequest, step: Step) -> None:
        """Asterisk runs this step now."""
        kind, target = kind_and_target(step)
        event = StepTaken(
            at=self._clock(),
            linked_id=ask.linked_id,
            unique_id=ask.unique_id,
            kind=kind,
            target=target,
            ended=ask.outcome,
        )
        try:
            self._taken(event)
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
            self._offered(event, caller)
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
