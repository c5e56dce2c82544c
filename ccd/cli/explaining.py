"""``ccd explain``: where a call would go, and why.  The same code decides as in a real call."""

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from rich.console import Group
from rich.text import Text
from rich.tree import Tree

from ccd.cli import opening, times
from ccd.cli.failing import plainly
from ccd.cli.printing import console, print_json
from ccd.directory.lookup import Lookup
from ccd.directory.model import Caller
from ccd.routing.calendar import WEEKDAYS
from ccd.routing.conditions import caller_kind
from ccd.routing.model import (
    CallbackStep,
    DialStep,
    Facts,
    HangupStep,
    MenuStep,
    PlayStep,
    QueueStep,
    RoutePlan,
    Step,
    Tried,
    VoicemailStep,
)
from ccd.routing.ruleset import RuleSet
from ccd.settings.models import Settings
from ccd.store.patients import BuiltinDirectory

_PATIENCE = 5.0
"""Seconds for the lookup: nobody waits on the phone here."""
_ACTIONS: dict[type[Step], str] = {
    QueueStep: "queue",
    DialStep: "dial",
    PlayStep: "play",
    MenuStep: "menu",
    VoicemailStep: "voicemail",
    CallbackStep: "callback",
    HangupStep: "hangup",
}


def explain(path: Path, *, number: str, called: str, at: str, as_json: bool) -> None:
    """Print the plan of one call with its trace."""
    settings = opening.settings(path)
    now = times.point(at, ZoneInfo(settings.routing.timezone), datetime.now(UTC))
    with plainly(*opening.TROUBLE):
        caller = asyncio.run(look_up(settings, number))
    rules = RuleSet(settings.routing, settings.directory.region)
    facts = Facts(caller=caller, called_number=called, now=now)
    plan = rules.explain(facts)
    if as_json:
        print_json(as_document(facts, plan, rules.version))
    else:
        last = QueueStep(queue=rules.default_queue)
        console().print(as_tree(facts, plan, last))


async def look_up(settings: Settings, number: str) -> Caller:
    """Who the number is; without a database yet, nobody."""
    if not settings.database.exists():
        return await Lookup((), settings.directory.region, _PATIENCE).find(number)
    async with (
        opening.database(settings.database) as database,
        BuiltinDirectory.open(database) as directory,
    ):
        return await Lookup((directory,), settings.directory.region, _PATIENCE).find(number)


def as_document(facts: Facts, plan: RoutePlan, version: str) -> dict[str, Any]:
    """The JSON of ``--json``; its shape is described in docs/routing.md."""
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
        "steps": [step_document(step) for step in plan.steps],
        "trace": [asdict(tried) for tried in plan.trace],
        "version": version,
    }


def step_document(step: Step) -> dict[str, Any]:
    """A step as JSON; ``action`` says which."""
    return {"action": _ACTIONS[type(step)]} | asdict(step)


def as_tree(facts: Facts, plan: RoutePlan, last: QueueStep) -> Group:
    """The call, the rules tried, and the steps of the one that was chosen."""
    tree = Tree(Text("rules"))
    for tried in plan.trace:
        _add_tried(tree, tried)
    if not plan.trace or not plan.trace[-1].matched:
        tree.add(Text("✓ default: no rule matched", style="bold green"))
    steps = Tree(Text(f"plan of {plan.rule}"))
    for number, step in enumerate(plan.steps, 1):
        steps.add(Text(f"{number}. {step_words(step)}"))
    if not isinstance(plan.steps[-1], HangupStep) and plan.steps[-1] != last:
        steps.add(Text(f"then {step_words(last)}", style="dim"))
    return Group(Text(_heading(facts)), tree, steps)


def step_words(step: Step) -> str:  # noqa: PLR0911 - one case per step
    """A step in words."""
    match step:
        case QueueStep():
            wait = f"{step.wait} s" if step.wait else "no limit"
            priority = f", priority {step.priority}" if step.priority else ""
            return f"queue {step.queue}, {wait}{priority}{'' if step.answer else ', not answered yet'}"
        case PlayStep():
            return f"play {step.sound}"
        case DialStep():
            return f"dial {', '.join(step.to)}, {step.wait} s"
        case MenuStep():
            return f"menu {step.sound}, keys {step.keys}"
        case VoicemailStep():
            return f"voicemail {step.box}"
        case CallbackStep():
            return f"call back within {step.within} s, queue {step.queue}"
        case HangupStep():
            return f"hang up, cause {step.cause}"
        case never:
            assert_never(never)


def _heading(facts: Facts) -> str:
    caller, now = facts.caller, facts.now
    tags = f", tags {', '.join(sorted(caller.tags))}" if caller.tags else ""
    failed = f" (no answer from {', '.join(caller.failed)})" if caller.failed else ""
    who = f"{caller.number.e164 or caller.number.raw or 'no number'}: {caller_kind(caller)}{tags}{failed}"
    return (
        f"{who}\ncalls {facts.called_number} on {WEEKDAYS[now.weekday()]} {now:%Y-%m-%d %H:%M} ({now.tzinfo})"
    )


def _add_tried(tree: Tree, tried: Tried) -> None:
    mark, style = ("✓", "bold green") if tried.matched else ("✗", "")
    branch = tree.add(Text(f"{mark} {tried.rule}", style=style))
    if tried.matched and not tried.checked:
        branch.add(Text("takes every call", style="dim"))
    for checked in tried.checked:
        if checked.matched and not tried.matched:
            continue
        mark, style = ("✓", "dim") if checked.matched else ("✗", "red")
        branch.add(Text(f"{mark} {checked.condition}: it is {checked.actual}", style=style))
