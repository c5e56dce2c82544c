"""A routing decision as a JSON document; its shape is described in docs/routing.md."""

from dataclasses import asdict
from typing import Any

from ccd.routing.conditions import caller_kind
from ccd.routing.facts import Facts
from ccd.routing.plan import Branch, PlanStep, RoutePlan
from ccd.routing.step_kinds import (
    CallbackStep,
    DialStep,
    HangupStep,
    MenuStep,
    PlayStep,
    QueueStep,
    Step,
    TransferStep,
    VoicemailStep,
)

_ACTIONS: dict[type[Step], str] = {
    QueueStep: "queue",
    DialStep: "dial",
    PlayStep: "play",
    MenuStep: "menu",
    VoicemailStep: "voicemail",
    CallbackStep: "callback",
    HangupStep: "hangup",
    TransferStep: "transfer",
}


def as_document(facts: Facts, plan: RoutePlan, version: str) -> dict[str, Any]:
    """The call, the plan as a tree, the trace."""
    caller = facts.caller
    return {
        "from": caller.number.raw,
        "to": facts.called_number,
        "at": facts.now.isoformat(timespec="seconds"),
        "caller": {
            "kind": caller_kind(caller),
            "e164": caller.number.e164,
            "patients": len(caller.patients),
            "tags": sorted(caller.tags),
            "failed": list(caller.failed),
        },
        "rule": plan.rule,
        "comment": plan.comment,
        "steps": [step_document(step) for step in plan.steps],
        "trace": [asdict(tried) for tried in plan.trace],
        "version": version,
    }


def step_document(step: PlanStep) -> dict[str, Any]:
    """A step as JSON; ``action`` says which, and what it does not have is left out."""
    what = _what(step.step) if step.step else {"action": "plan", "plan": step.plan}
    more = {
        "when": [asdict(checked) for checked in step.checked],
        "notes": list(step.notes),
        "branches": [_branch_document(branch) for branch in step.branches],
    }
    return what | {key: value for key, value in more.items() if value}


def _what(step: Step) -> dict[str, Any]:
    values = asdict(step)
    if isinstance(step, CallbackStep):
        values["at"] = step.at and step.at.isoformat(timespec="seconds")
    return {"action": _ACTIONS[type(step)]} | values


def _branch_document(branch: Branch) -> dict[str, Any]:
    steps = [step_document(step) for step in branch.steps]
    return {"name": branch.name, "taken": branch.taken, "steps": steps}
