"""Conditions on the queues right now, and on the keys that were pressed in this call."""

from collections.abc import Callable, Iterator
from functools import partial

from ccd.calls.ids import QueueName
from ccd.routing.bounds import COUNT, Bound
from ccd.routing.conditions.base import NO_QUEUES, Condition, Key, Moment, said
from ccd.routing.facts import QueueState
from ccd.routing.spans import span
from ccd.routing.when import QueueState as Asked
from ccd.routing.when import When

Limit = tuple[str, tuple[Bound, ...]]


def conditions(when: When) -> Iterator[Condition]:
    """The written ones among them."""
    if when.queue:
        tests = tuple(partial(_holds, QueueName(one.name), tuple(_limits(one))) for one in when.queue)
        words = said("queue", map(_words, when.queue))
        yield Condition(words, lambda m: any(test(m) for test in tests), partial(_states, when.queue))
    for menu, keys in when.pressed.items():
        yield _pressed(menu, frozenset(keys), said(f"pressed {menu}", keys))


def _pressed(menu: str, keys: frozenset[str], words: str) -> Condition:
    def read(moment: Moment) -> tuple[str]:
        return (moment.facts.pressed.get(menu, ""),)

    return Condition(
        words,
        lambda moment: not keys.isdisjoint(read(moment)),
        lambda moment: moment.facts.pressed.get(menu, "nothing"),
        ((Key(f"pressed {menu}", lambda _used: read), keys),),
    )


def longest(state: QueueState, moment: Moment) -> int:
    """Whole seconds that the caller waits who waits longest; 0 when nobody does."""
    since = state.longest_since
    return max(0, int((moment.facts.now - since).total_seconds())) if since else 0


_READ: dict[str, Callable[[QueueState, Moment], int]] = {
    "waiting": lambda state, _moment: state.waiting,
    "longest": longest,
    "free": lambda state, _moment: state.free,
    "on_duty": lambda state, _moment: state.on_duty,
}


def _limits(asked: Asked) -> Iterator[Limit]:
    for key in _READ:
        read = span if key == "longest" else COUNT
        if texts := getattr(asked, key):
            yield key, tuple(Bound.parse(text, read) for text in texts)


def _holds(name: QueueName, limits: tuple[Limit, ...], moment: Moment) -> bool:
    state = (moment.facts.queues or {}).get(name)
    return state is not None and all(
        any(bound.holds(_READ[key](state, moment)) for bound in bounds) for key, bounds in limits
    )


def _words(asked: Asked) -> str:
    limits = (f"{key} {' or '.join(texts)}" for key in _READ if (texts := getattr(asked, key)))
    return " ".join((asked.name, *limits))


def _states(asked: tuple[Asked, ...], moment: Moment) -> str:
    if moment.facts.queues is None:
        return NO_QUEUES
    return "; ".join(_state(name, moment) for name in dict.fromkeys(QueueName(one.name) for one in asked))


def _state(name: QueueName, moment: Moment) -> str:
    state = (moment.facts.queues or {}).get(name)
    if state is None:
        return f"Asterisk has no queue {name}"
    return f"{name} " + ", ".join(f"{key} {read(state, moment)}" for key, read in _READ.items())
