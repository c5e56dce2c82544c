"""What a box of the picture says of a step."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, assert_never

from ccd.routing.actions import Ask, Go, Promise, Wait
from ccd.routing.path import kind_and_target
from ccd.routing.step_kinds import CallbackStep, DialStep, HangupStep, PlayStep, VoicemailStep
from ccd.routing.tree import Planned


class Say(Protocol):
    """The picture's own words in a language: ``say("within", span="1h")``; admins' names and conditions stay.

    Hashable, the same for the same language.
    """

    def __call__(self, code: str, /, **facts: object) -> str:
        """The words for ``code``, with the facts in their holes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """``kind`` is rule, plan or the step's; ``step`` names it as the calls' records do."""

    kind: str
    title: str
    lines: tuple[str, ...] = ()
    step: str = ""


def label(planned: Planned, say: Say) -> Label:
    """The step in a title and a few lines; its conditions come first."""
    conditions = tuple(say("if", words=one.words) for one in planned.when)
    match planned.action:
        case Go(plan=plan):
            return Label(kind="plan", title=f"→ {plan}", lines=conditions)
        case Promise() as promise:
            lines = (*conditions, say("at", at=f"{promise.at:%H:%M}", span=_span(promise.within, say)))
            title, step = say("call_back"), f"callback {promise.queue}"
            return Label(kind="callback", title=title, lines=lines, step=step)
        case Wait(step=step) | Ask(step=step) | step:
            kind, target = kind_and_target(step)
            lines = (*conditions, *_details(planned, say))
            return Label(kind=kind, title=say(kind, target=target), lines=lines, step=f"{kind} {target}")


def _details(planned: Planned, say: Say) -> Iterator[str]:
    match planned.action:
        case Wait() as wait:
            yield from _waiting(wait, say)
        case Ask() as menu:
            span = _span(menu.step.wait, say)
            yield f"{menu.name}: {say('tries', span=span, tries=menu.tries) if menu.tries > 1 else span}"
        case DialStep() as dial:
            yield _span(dial.wait, say)
        case VoicemailStep() as voicemail:
            yield say("up_to", span=_span(voicemail.longest, say))
        case CallbackStep() as callback:
            yield say("within", span=_span(callback.within, say))
        case PlayStep() | HangupStep() | Go() | Promise():
            return
        case never:
            assert_never(never)


def _waiting(wait: Wait, say: Say) -> Iterator[str]:
    span, priority = _span(wait.step.wait, say) if wait.step.wait else say("no_limit"), wait.step.priority
    yield say("priority", wait=span, priority=priority) if priority else span
    if wait.prefer:
        yield say(wait.prefer.who)
    if wait.offer:
        yield say("key", key=wait.offer.key)
    if wait.most:
        yield say("full_with", most=wait.most)


def _span(seconds: int, say: Say) -> str:
    """``90`` as ``1m30s``, in English as it is written."""
    hours, rest = divmod(seconds, 3600)
    numbers = {"h": hours, "m": rest // 60, "s": rest % 60}
    parts = {unit: say(unit, n=number) if number else "" for unit, number in numbers.items()}
    return " ".join(say("span", **parts).split())
