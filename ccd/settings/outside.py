"""What the settings name of Asterisk: each queue and each sound with every place that names it."""

from collections.abc import Iterator
from typing import Any

from ccd.routing.rules import Routing
from ccd.routing.words import as_list
from ccd.settings.document import Loc
from ccd.settings.walking import every_step, lists_of_steps, whens

Named = Iterator[tuple[Loc, str]]

_QUEUES = (("queue", "name"), ("queue", "callback", "queue"), ("callback", "queue"))
_SOUNDS = (
    *(("queue", "announce", "sound"), ("queue", "callback", "sound")),
    *((kind, "sound") for kind in ("play", "menu", "voicemail", "callback")),
)
"""Where a step has such a name."""


def queues(routing: Routing) -> Named:
    """Every queue with its place: of steps, conditions, rosters, bounds, escalation, the default."""
    written = routing.model_dump(mode="json", exclude_unset=True)
    yield ("routing", "default_queue"), routing.default_queue
    if "escalation" in written:
        yield ("routing", "escalation", "queue"), routing.escalation.queue
    yield from ((("routing", "queues", name), name) for name in routing.queues)
    yield from ((("routing", "rosters", name, "queue"), one.queue) for name, one in routing.rosters.items())
    yield from _of_steps(written, _QUEUES)
    for loc, when in whens(written):
        for index, asked in enumerate(as_list(_at(when, ("queue",)) or ())):
            yield ("routing", *loc, "queue", index, "name"), asked["name"]


def sounds(routing: Routing) -> Named:
    """Every sound that a step plays, with its place."""
    yield from _of_steps(routing.model_dump(mode="json", exclude_unset=True), _SOUNDS)


def _of_steps(routing: dict[str, Any], ways: tuple[tuple[str, ...], ...]) -> Named:
    for loc, steps in lists_of_steps(routing):
        for place, step in every_step(loc, steps):
            for way in ways:
                if name := _at(step, way):
                    yield ("routing", *place, *way), name


def _at(step: Any, way: tuple[str, ...]) -> Any:
    for key in way:
        step = step.get(key) if isinstance(step, dict) else None
    return step
