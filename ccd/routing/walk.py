"""A made-up call on its way through the rules, by the code that real calls go by.

Nobody answers, every wait runs out, and each menu gets the next key: so the whole way is seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from ccd.routing.expectations import Expected
from ccd.routing.facts import Facts
from ccd.routing.limits import QUESTIONS
from ccd.routing.path import kind_and_target
from ccd.routing.plan import Tried
from ccd.routing.protection import FIRST
from ccd.routing.ruleset import RuleSet
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


@dataclass(frozen=True, slots=True)
class Walk:
    """The rule that decided, the steps one after another, and every rule that was tried."""

    rule: str
    steps: tuple[Step, ...]
    trace: tuple[Tried, ...]
    over: bool = True
    """False when the dialplan would have given up asking: the call did not come to its end."""


def walk(rules: RuleSet, facts: Facts, press: tuple[str, ...] = ()) -> Walk:
    """Follow a call to its end; ``press`` has a key for each menu, then the caller is silent."""
    rule, answer = rules.first(facts)
    trace = rules.explain(facts).trace
    steps, keys = [answer.step], list(press)
    while (outcome := _outcome(answer.step, keys)) and len(steps) < QUESTIONS:
        facts = replace(facts, now=facts.now + timedelta(seconds=_seconds(answer.step)))
        answer = rules.next(answer.next_token, outcome, facts)
        steps.append(answer.step)
    return Walk(rule, tuple(_without_slices(steps)), trace, over=not outcome)


def differences(expected: Expected, came: Walk) -> Iterator[str]:
    """A sentence for each thing that is not as expected."""
    said = "; ".join(", ".join(words(step)) for step in came.steps)
    if not came.over:
        yield f"expected an end within {QUESTIONS} questions, came {said}"
    if expected.rule is not None and expected.rule != came.rule:
        yield f'expected rule "{expected.rule}", came "{came.rule}"'
    if expected.steps and not _same(expected.steps, came.steps):
        yield f"expected steps {'; '.join(expected.steps)}, came {said}"
    yield from _place("first", expected.first, came.steps[0])
    yield from _place("last", expected.last, came.steps[-1])
    for one, wanted in [(one, True) for one in expected.includes] + [(one, False) for one in expected.never]:
        if any(fits(one, step) for step in came.steps) is not wanted:
            yield f"expected {'' if wanted else 'never '}{one}, came {said}"


def _place(name: str, expected: str | None, step: Step) -> Iterator[str]:
    if expected and not fits(expected, step):
        yield f"expected {name} {expected}, came {', '.join(words(step))}"


def fits(expected: str, step: Step) -> bool:
    """True when the step is of this kind, has this target if one is given, and all details that are."""
    head, *details = (part.strip() for part in expected.split(","))
    named, *had = words(step)
    return head in {named, named.split(" ")[0]} and set(details) <= set(had)


def words(step: Step) -> tuple[str, ...]:
    """A step as expectations name it: kind and target, then its details."""
    kind, target = kind_and_target(step)
    return (f"{kind} {target}", *_details(step))


def _details(step: Step) -> Iterator[str]:
    match step:
        case QueueStep():
            if step.wait:
                yield f"{step.wait}s"
            if step.priority:
                yield f"priority {step.priority}"
            if not step.answer:
                yield "not answered"
        case DialStep():
            yield f"{step.wait}s"
            if not step.answer:
                yield "not answered"
        case CallbackStep(within=within, at=at):
            yield from (f"at {at:%Y-%m-%d %H:%M %Z}",) if at else ()
            yield f"{within}s"
        case _:
            pass


def _outcome(step: Step, keys: list[str]) -> str:
    """How the step ends; nothing when the call is over with it, or waits without limit."""
    match step:
        case QueueStep(wait=wait):
            return "TIMEOUT" if wait else ""
        case DialStep():
            return "NOANSWER"
        case PlayStep():
            return "PLAYED"
        case MenuStep():
            return f"PRESSED-{keys.pop(0)}" if keys else "SILENT"
        case VoicemailStep() | CallbackStep() | HangupStep() | TransferStep():
            return ""


def _seconds(step: Step) -> int:
    match step:
        case QueueStep(wait=int(wait)) | DialStep(wait=wait):
            return wait
        case _:
            return 0


def _without_slices(steps: list[Step]) -> Iterator[Step]:
    """A wait that is run in slices is one wait, as long as all of them."""
    whole: Step | None = None
    for step in steps:
        if isinstance(step, QueueStep) and isinstance(whole, QueueStep) and _one_wait(whole, step):
            whole = replace(whole, wait=(whole.wait or 0) + (step.wait or 0))
            continue
        if whole:
            yield whole
        whole = step
    if whole:
        yield whole


def _one_wait(before: QueueStep, step: QueueStep) -> bool:
    same = (before.queue, before.answer) == (step.queue, step.answer)
    return same and step.priority in {before.priority, FIRST} and bool(before.wait and step.wait)


def _same(expected: tuple[str, ...], came: tuple[Step, ...]) -> bool:
    return len(expected) == len(came) and all(map(fits, expected, came))
