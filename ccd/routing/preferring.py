"""Who of the agents is the caller's own: the last to talk with them, or the attending doctor."""

import re

from ccd.routing.actions import Prefer, Wait
from ccd.routing.conditions.base import folded
from ccd.routing.facts import Facts
from ccd.routing.step_kinds import DialStep

_PHONE = re.compile(r"[A-Za-z0-9]+/[A-Za-z0-9_.@:/-]{1,60}", re.ASCII)


def preferred(wait: Wait, facts: Facts) -> DialStep | None:
    """Rings the caller's own agent; None when there is none, or as far as known nobody is free."""
    state = (facts.queues or {}).get(wait.step.queue)
    if wait.prefer is None or (state and state.free == 0):
        return None
    phone = _phone(wait.prefer, facts)
    if not phone or not _PHONE.fullmatch(phone):
        return None
    return DialStep(to=(phone,), wait=wait.prefer.wait, music=wait.step.music, answer=wait.step.answer)


def _phone(prefer: Prefer, facts: Facts) -> str:
    if prefer.who == "last-operator":
        return next((call.phone for call in facts.history.calls if call.phone), "")
    doctors = {folded(patient.doctor) for patient in facts.caller.patients} - {""}
    return prefer.phones.get(doctors.pop(), "") if len(doctors) == 1 else ""
