"""What a box of the picture says of a step."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from ccd.routing.actions import Ask, Go, Promise, Wait
from ccd.routing.path import kind_and_target
from ccd.routing.step_kinds import CallbackStep, DialStep, HangupStep, PlayStep, VoicemailStep
from ccd.routing.tree import Planned


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """``kind`` is rule, plan or the step's; ``step`` names it as the calls' records do."""

    kind: str
    title: str
    lines: tuple[str, ...] = ()
    step: str = ""


def label(planned: Planned) -> Label:
    """The step in a title and a few lines; its conditions come first."""
    conditions = tuple(f"if {one.words}" for one in planned.when)
    match planned.action:
        case Go(plan=plan):
            return Label(kind="plan", title=f"→ {plan}", lines=conditions)
        case Promise() as promise:
            lines = (*conditions, f"at {promise.at:%H:%M}, within {_span(promise.within)}")
            return Label(kind="callback", title="call back", lines=lines, step=f"callback {promise.queue}")
        case Wait(step=step) | Ask(step=step) | step:
            kind, target = kind_and_target(step)
            lines = (*conditions, *_details(planned))
            return Label(kind=kind, title=f"{kind} {target}", lines=lines, step=f"{kind} {target}")


def _details(planned: Planned) -> Iterator[str]:
    match planned.action:
        case Wait() as wait:
            yield from _waiting(wait)
        case Ask() as menu:
            yield f"{menu.name}: {_span(menu.step.wait)}{f', {menu.tries} times' if menu.tries > 1 else ''}"
        case DialStep() as dial:
            yield _span(dial.wait)
        case VoicemailStep() as voicemail:
            yield f"up to {_span(voicemail.longest)}"
        case CallbackStep() as callback:
            yield f"within {_span(callback.within)}"
        case PlayStep() | HangupStep() | Go() | Promise():
            return
        case never:
            assert_never(never)


def _waiting(wait: Wait) -> Iterator[str]:
    priority = f", priority {wait.step.priority}" if wait.step.priority else ""
    yield f"{_span(wait.step.wait) if wait.step.wait else 'no limit'}{priority}"
    if wait.prefer:
        yield f"first the {wait.prefer.who.replace('-', ' ')}"
    if wait.offer:
        yield f"key {wait.offer.key}: called back"
    if wait.most:
        yield f"full with {wait.most} waiting"


def _span(seconds: int) -> str:
    """``90`` as ``1m30s``, as it is written."""
    hours, rest = divmod(seconds, 3600)
    parts = ((hours, "h"), (rest // 60, "m"), (rest % 60, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number)
