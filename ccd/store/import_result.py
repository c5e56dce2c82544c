"""What an import did, or would do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Progress = Callable[[str, int], None]
"""Told what is being done (a file's name, ``comparing visits``) and how many rows of it are; 0: begun."""


def ignore(_what: str, _done: int) -> None:
    """Nobody wants to see the progress."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many patients an import brought, changed, found as they were, and took away."""

    added: int
    updated: int
    unchanged: int
    removed: int = 0
    changes: Mapping[str, int] = field(default_factory=dict, compare=False)
    """Of those changed, how many in what: ``{"visits": 3}``, ``details`` for their own columns."""
    examples: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    """The first patients: patient_id, and ``added``, ``removed`` or what has changed."""
