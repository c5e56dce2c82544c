"""A call arrives: find out who it is, within a deadline, then decide where it goes."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import structlog

from ccd.calls.events import CallOffered, StepTaken
from ccd.directory.lookup import Lookup
from ccd.directory.model import Caller, NumberKind
from ccd.routing.model import Decision, Facts, Step, StepAnswer, StepRequest
from ccd.routing.path import kind_and_target

log = structlog.get_logger()


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
        taken: Callable[[StepTaken], None] = lambda _event: None,
    ) -> None:
        self._lookup = lookup
        self.rules = rules
        self._offered = offered
        self._clock = clock
        self._taken = taken

    async def decide(self, ask: StepRequest) -> Decision:
        """The next step for the caller.  Only the first question costs a lookup."""
        if ask.token:
            answer = self.rules.next(ask.token)
            return Decision(answer, lambda taken: self._step(ask, answer.step) if taken else None)
        arrived_at = self._clock()
        caller = await self._lookup.find(ask.caller_number, ask.presentation)
        facts = Facts(caller=caller, called_number=ask.called_number, now=self._clock())
        rules = self.rules  # they may be others when Asterisk took the answer
        rule, answer = rules.first(facts)

        def settle(taken: bool) -> None:
            self._tell(ask, rule if taken else "", rules.version, caller, arrived_at)
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
