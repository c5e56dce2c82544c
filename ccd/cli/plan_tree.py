"""A routing decision as trees on a terminal: the rules that were tried, the plan that was chosen."""

from collections.abc import Sequence

from rich.console import Group
from rich.text import Text
from rich.tree import Tree

from ccd.cli.plan_words import branch_words, step_words
from ccd.directory.caller import NumberKind
from ccd.routing.calendar import WEEKDAYS
from ccd.routing.conditions import caller_kind
from ccd.routing.facts import Facts
from ccd.routing.plan import Branch, Checked, PlanStep, RoutePlan, Tried
from ccd.routing.step_kinds import HangupStep, QueueStep


def as_tree(facts: Facts, plan: RoutePlan, last: QueueStep) -> Group:
    """The call, the rules tried, and the steps of the one that was chosen."""
    tree = Tree(Text("rules"))
    for tried in plan.trace:
        add_tried(tree, tried)
    if not plan.trace or not plan.trace[-1].matched:
        tree.add(Text("✓ default: no rule matched", style="bold green"))
    steps = Tree(Text(f"plan of {plan.rule}"))
    _add_steps(steps, plan.steps)
    final = plan.steps[-1]
    if not (isinstance(final.step, HangupStep) and not final.checked) and final.step != last:
        steps.add(Text(f"then {step_words(last)}", style="dim"))
    return Group(Text(_heading(facts)), tree, steps)


def _add_steps(tree: Tree, steps: Sequence[PlanStep]) -> None:
    for number, step in enumerate(steps, 1):
        passed = not all(one.matched for one in step.checked)
        words = step_words(step.step) if step.step else f"plan {step.plan}"
        text = f"{number}. {words}{', passed over' if passed else ''}"
        _add_details(tree.add(Text(text, style="dim" if passed else "")), step)


def _add_details(tree: Tree, step: PlanStep) -> None:
    for checked in step.checked:
        _add_checked(tree, checked)
    for note in step.notes:
        tree.add(Text(note))
    for branch in step.branches:
        _add_steps(tree if branch.name == "plan" else _branch(tree, branch), branch.steps)


def _branch(tree: Tree, branch: Branch) -> Tree:
    mark = {True: "✓ ", False: "✗ ", None: ""}[branch.taken]
    style = {True: "green", False: "dim", None: ""}[branch.taken]
    return tree.add(Text(f"{mark}{branch_words(branch)}", style=style))


def _heading(facts: Facts) -> str:
    caller, now = facts.caller, facts.now
    tags = f", tags {', '.join(sorted(caller.tags))}" if caller.tags else ""
    failed = f" (no answer from {', '.join(caller.failed)})" if caller.failed else ""
    odd = " (this is no telephone number)" if caller.number.kind is NumberKind.OTHER else ""
    number = caller.number.e164 or caller.number.raw or "no number"
    who = f"{number}: {caller_kind(caller)}{odd}{tags}{failed}"
    return (
        f"{who}\ncalls {facts.called_number} on {WEEKDAYS[now.weekday()]} {now:%Y-%m-%d %H:%M} ({now.tzinfo})"
    )


def add_tried(tree: Tree, tried: Tried) -> None:
    """One rule with the condition that decided."""
    mark, style = ("✓", "bold green") if tried.matched else ("✗", "")
    comment = f" ({tried.comment})" if tried.comment else ""
    branch = tree.add(Text(f"{mark} {tried.rule}{comment}", style=style))
    if tried.matched and not tried.checked:
        branch.add(Text("takes every call", style="dim"))
    for checked in tried.checked:
        if not checked.matched or tried.matched:
            _add_checked(branch, checked)


def _add_checked(tree: Tree, checked: Checked) -> None:
    mark, style = ("✓", "dim") if checked.matched else ("✗", "red")
    tree.add(Text(f"{mark} {checked.condition}: it is {checked.actual}", style=style))
