"""A clinic that hypothesis makes up around Inbound: each part may break at any time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from ccd.callbacks.promise import Promise
from ccd.calls.ids import LinkedId, Phone, QueueName, UniqueId
from ccd.directory.caller import Caller
from ccd.directory.lookup import Lookup
from ccd.directory.model import DirectoryError, Patient
from ccd.gathering import Gatherer
from ccd.inbound import Inbound
from ccd.promising import Promising
from ccd.routing.escalation import PassedOn
from ccd.routing.facts import History, QueueState
from ccd.routing.question import StepRequest
from ccd.routing.rulebook import RuleBook
from ccd.routing.rules import Routing
from ccd.routing.ruleset import RuleSet
from ccd.settings import plans
from tests.unit.callbacks.samples import NOW, promise
from tests.unit.routing.facts import caller

PHONES = st.sampled_from(["PJSIP/101", "PJSIP/102", "PJSIP/201", "Local/7@x/n", "", "x y,z"]).map(Phone)
PASSED_ON = st.builds(
    PassedOn,
    talked=st.lists(PHONES, max_size=4).map(tuple),
    members=st.lists(PHONES, max_size=3),
    doctors=st.lists(PHONES, max_size=2),
)
QUEUES = st.none() | st.fixed_dictionaries(
    {QueueName("operators"): st.builds(QueueState, waiting=st.integers(0, 9))}
)


PATIENT = Patient(patient_id="1", full_name="x", doctor="петров  П. П.")


@dataclass
class World:
    """All that a question is answered from; each part may break."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    name: str = "world"
    given: bool = False
    """Whether a promise to call back is durable."""

    def breaks(self, error: Exception) -> None:
        if self.draw(st.integers(0, 5)) == 5:
            raise error

    async def patients(self, _e164: str) -> tuple[Patient, ...]:
        self.breaks(DirectoryError("locked"))
        found: tuple[Patient, ...] = self.draw(st.sampled_from([(), (PATIENT,)]))
        return found

    async def history(self, _e164: str, _now: datetime, _but: LinkedId) -> History:
        self.breaks(RuntimeError("history is broken"))
        return History()

    def offered(self, *_: object) -> None:
        self.breaks(RuntimeError("tracking is broken"))

    def handle(self, _event: object) -> None:
        self.breaks(RuntimeError("tracking is broken"))

    def caller(self, _call_id: LinkedId) -> Caller | None:
        known: Caller | None = self.draw(st.sampled_from([None, caller()]))
        return known

    def passed_on(self, _call_id: LinkedId, _doctors: QueueName) -> PassedOn:
        who: PassedOn = self.draw(PASSED_ON)
        return who

    async def give(self, promise: Promise, _patience: float | None = None) -> Promise:
        self.breaks(OSError("disk full"))
        self.given = True
        return promise

    async def change(self, _before: Promise, _after: Promise) -> bool:
        return False

    async def live(self) -> list[Promise]:
        self.breaks(OSError("locked"))
        return [promise(attempt_id="ccd-callback-1-0-1")]


def loaded(written: dict[str, Any]) -> RuleBook:
    """The rules, when ccd would load them."""
    assume(not list(plans.mistakes(written)))
    return RuleBook(RuleSet(Routing.model_validate(written)))


def answering(rules: RuleBook, world: World, now: Callable[[], datetime] = lambda: NOW) -> Inbound:
    """ccd under these rules."""
    lookup = Lookup([world], "RU", 1)
    gatherer = Gatherer(lookup, world, lambda: world.draw(QUEUES), deadline=1, clock=now)
    promises = Promising(world, list, region="RU", clock=now)
    return Inbound(gatherer, rules, world, now, promises=promises)


def asked(**changes: str) -> StepRequest:
    fields = {"called_number": "74951234567", "caller_number": "+79161234567", "caller_name": ""} | changes
    return StepRequest(linked_id=LinkedId("1.1"), unique_id=UniqueId("1.1"), **fields)
