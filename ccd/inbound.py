"""A call arrives: find out who it is, within a deadline, then decide where it goes."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import structlog

from ccd.calls.events import CallOffered
from ccd.directory.lookup import Lookup
from ccd.directory.model import Caller, NumberKind
from ccd.routing.model import Decision, Facts, StepAnswer, StepRequest

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
    """Answers the dialplan's questions; tells ``offered`` of every new call."""

    def __init__(
        self,
        lookup: Lookup,
        rules: Rules,
        offered: Callable[[CallOffered, Caller], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._lookup = lookup
        self._rules = rules
        self._offered = offered
        self._clock = clock

    async def decide(self, ask: StepRequest) -> Decision:
        """The next step for the caller.  Only the first question costs a lookup."""
        if ask.token:
            return Decision(self._rules.next(ask.token))
        arrived_at = self._clock()
        caller = await self._lookup.find(ask.caller_number, ask.presentation)
        facts = Facts(caller=caller, called_number=ask.called_number, now=self._clock())
        rule, answer = self._rules.first(facts)
        return Decision(answer, lambda taken: self._tell(ask, rule if taken else "", caller, arrived_at))

    def _tell(self, ask: StepRequest, rule: str, caller: Caller, at: datetime) -> None:
        """A call came.  ``rule`` is empty when Asterisk did not take the answer: no rule routed it."""
        event = CallOffered(
            at=at,
            linked_id=ask.linked_id,
            unique_id=ask.unique_id,
            caller_number=ask.caller_number,
            caller_name=ask.caller_name,
            called_number=ask.called_number,
            rule=rule,
            rules_version=self._rules.version if rule else "",
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
