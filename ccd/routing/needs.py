"""What the written rules ask of the world beside the caller: only that is gathered for a call."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

HISTORY = "history"
"""Earlier calls of the number, and reminders sent to it."""
QUEUES = "queues"
"""Who waits and who is there, in Asterisk's queues."""

_ALL = (HISTORY, QUEUES)
_OF_CONDITIONS = dict.fromkeys(
    ("last_operator", "calls", "abandoned_within", "calls_again_within", "reminded_within"), (HISTORY,)
)
_NEEDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "When": {**_OF_CONDITIONS, "queue": (QUEUES,), "if_": _ALL},
    "QueueLimits": {"max_waiting": (QUEUES,)},
    "QueueRule": {
        **dict.fromkeys(("announce", "rings", "callback", "max_waiting"), (QUEUES,)),
        "prefer": _ALL,
    },
}
"""Model -> its key -> what a value of it needs."""


_NOT_WRITTEN = (None, (), "")


def needs(written: BaseModel) -> frozenset[str]:
    """Which of HISTORY and QUEUES any condition or step asks about."""
    return frozenset(_needs(written))


def _needs(value: Any) -> Iterator[str]:
    if isinstance(value, BaseModel):
        mine = _NEEDS.get(type(value).__name__, {})
        for key in value.model_fields_set:
            inner = getattr(value, key)
            if inner not in _NOT_WRITTEN:
                yield from mine.get(key, ())
                yield from _needs(inner)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _needs(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _needs(inner)
