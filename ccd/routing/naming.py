"""What the rules name of the world outside: queues, sounds, people."""

from collections.abc import Iterable, Iterator

from ccd.calls.ids import QueueName
from ccd.routing.actions import Action, Ask, Promise, Wait
from ccd.routing.dialling import is_person
from ccd.routing.rules import Routing
from ccd.routing.step_kinds import CallbackStep, PlayStep, VoicemailStep
from ccd.routing.steps import StepRule
from ccd.routing.tree import Plan, every_step


def named_queues(trees: Iterable[Plan]) -> frozenset[QueueName]:
    """Every queue that a plan sends to, or promises to call from."""
    return frozenset(queue for tree in trees for step in every_step(tree) for queue in _queues(step.action))


def named_sounds(trees: Iterable[Plan]) -> frozenset[str]:
    """Every sound that a plan plays."""
    return frozenset(sound for tree in trees for step in every_step(tree) for sound in _sounds(step.action))


def named_people(routing: Routing) -> frozenset[str]:
    """The ids of everyone whom a plan dials, in whatever rule or plan."""
    lists = [*(rule.steps for rule in routing.rules), *routing.plans.values()]
    steps = (step for steps in lists for step in written_steps(steps))
    return frozenset(one for step in steps if step.dial for one in step.dial.to if is_person(one))


def written_steps(steps: Iterable[StepRule]) -> Iterator[StepRule]:
    """Each written step at any depth; plans that are only named are not followed."""
    for step in steps:
        yield step
        if step.menu:
            for branch in (*step.menu.options.values(), step.menu.silent or ()):
                yield from written_steps(branch)
        if step.queue and step.queue.full:
            yield from written_steps(step.queue.full)


def _queues(action: Action) -> Iterator[QueueName]:
    if isinstance(action, Wait):
        yield action.step.queue
        if action.offer:
            yield action.offer.step.queue
    elif isinstance(action, CallbackStep | Promise):
        yield action.queue


def _sounds(action: Action) -> Iterator[str]:
    match action:
        case Wait(announcement=announcement, offer=offer):
            if announcement:
                yield announcement.sound
            if offer:
                yield offer.step.sound
        case Ask(step=menu):
            yield menu.sound
        case PlayStep() | VoicemailStep() | CallbackStep() | Promise():
            yield action.sound
        case _:
            return
