"""Calls made up for rule tests."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ccd.directory.caller import Caller, Number, NumberKind
from ccd.directory.model import Patient
from ccd.directory.phones import normalise
from ccd.routing.facts import Facts
from ccd.routing.rules import Routing
from ccd.routing.ruleset import RuleSet

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=MOSCOW)  # a Wednesday


def person(*tags: str, **rest: Any) -> Patient:
    return Patient(patient_id="7", full_name="Иванова Мария", tags=frozenset(tags), **rest)


def caller(*patients: Patient, raw: str = "89161234567", failed: tuple[str, ...] = ()) -> Caller:
    return Caller(number=normalise(raw, "RU"), patients=patients, failed=failed)


ANONYMOUS = Caller(number=Number("", NumberKind.ANONYMOUS))


def facts(
    who: Caller | None = None, *, called: str = "+74951234567", now: datetime = NOON, **rest: Any
) -> Facts:
    return Facts(caller=who or caller(), called_number=called, now=now, **rest)


def rules(*written: dict[str, Any], **routing) -> RuleSet:
    return RuleSet(Routing.model_validate({"rules": list(written)} | routing))


def one(when: dict[str, Any], **routing) -> RuleSet:
    """A rule set with one rule, named ``it``."""
    return rules({"name": "it", "when": when, "steps": [{"queue": "q"}]}, **routing)


def matches(when: dict[str, Any], given: Facts, **routing) -> bool:
    return one(when, **routing).plan(given).rule == "it"


def why(when: dict[str, Any], given: Facts, **routing) -> str:
    """What the trace says was there instead, of the condition that failed (or of the last)."""
    return one(when, **routing).explain(given).trace[0].checked[-1].actual
