"""Values that are sent as JSON."""

from collections.abc import Callable, Iterator
from typing import Any


def texts_of(value: Any) -> Iterator[str]:
    """Every text at any depth, keys excepted; ValueError for what JSON has not."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts_of(one)
    elif value is not None and not isinstance(value, (bool, int, float)):
        raise ValueError("holds a date or the like: put it in quotes")


def with_texts(value: Any, change: Callable[[str], str]) -> Any:
    """The same with each text changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {str(key): with_texts(one, change) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [with_texts(one, change) for one in value]
    return value
