"""The chosen rule and its plan, with the trace of why: for those who look at it."""

from dataclasses import dataclass, field

from ccd.routing.step_kinds import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One condition as it was evaluated: for the trace that ``ccd explain`` shows."""

    condition: str
    matched: bool
    actual: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One rule as it was tried: the conditions up to the first that failed."""

    rule: str
    matched: bool
    checked: tuple[Checked, ...]
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Where a step may lead; whoever comes to the end of ``steps`` goes on after the step.

    ``name`` is a menu's key, ``silent``, ``full`` or ``plan``.  ``taken`` is False when keys were
    given that lead elsewhere, None when nobody can say.
    """

    name: str
    steps: tuple["PlanStep", ...]
    taken: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep:
    """One step of a plan as it is shown: ``step`` is None for ``plan``, which only leads to others."""

    step: Step | None
    plan: str = ""
    checked: tuple[Checked, ...] = ()
    """Its own conditions, at the moment that was asked about."""
    notes: tuple[str, ...] = ()
    """What the step says beside itself, in words: rings, announcements, who is preferred."""
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePlan:
    """The chosen rule and its plan as a tree.  ``rule`` is ``default`` when none matched."""

    rule: str
    steps: tuple[PlanStep, ...]
    trace: tuple[Tried, ...] = field(default=(), compare=False)
    comment: str = ""
