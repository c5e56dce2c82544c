"""Rules and plans as boxes on a grid, with the ways between them: what ``ccd graph`` draws.

One band a rule: its conditions, then its steps in a row.  A menu's answers and the steps of a full
queue have rows of their own below it.  A named plan is a band of its own, drawn once; whoever goes
there says its name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ccd.routing.actions import FULL, PLAN, SILENT, Go, Wait
from ccd.routing.labels import Label, Say, label
from ccd.routing.rules import DEFAULT
from ccd.routing.ruleset import RuleSet
from ccd.routing.step_kinds import QueueStep
from ccd.routing.tree import Plan, Planned, every_step, planned

Counts = Mapping[tuple[str, str, str], int]
"""How many calls: by rule, step (``Label.step``) and how it ended; "" stands for any of these two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A rule or a named plan (``conditions`` and the counts' ``rule`` are empty then)."""

    title: str
    plan: Plan
    rule: str = ""
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One box; ``column`` and ``row`` count from 0.  ``count`` is None where nothing was counted."""

    column: int
    row: int
    label: Label
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """From one box to another, said by a word (the key that was pressed) or none."""

    start: Box
    end: Box
    word: str = ""
    count: int | None = None


@dataclass(slots=True)
class Picture:
    """All boxes and ways, in the order in which they are drawn."""

    boxes: list[Box] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)

    @property
    def columns(self) -> int:
        """How wide it is, in boxes."""
        return 1 + max((box.column for box in self.boxes), default=-1)

    @property
    def rows(self) -> int:
        """How high it is, in boxes."""
        return 1 + max((box.row for box in self.boxes), default=-1)


def picture(rules: RuleSet, counts: Counts, say: Say) -> Picture:
    """Every rule in order, then what happens when none matches, then the named plans."""
    drawn = Picture()
    for band in _bands(rules, say):
        _Drawing(drawn, band, counts, say).draw()
    return drawn


def _bands(rules: RuleSet, say: Say) -> Iterator[Band]:
    for rule in rules.rules:
        words = tuple(condition.words for condition in rule.conditions)
        yield Band(title=rule.name, rule=rule.name, conditions=words, plan=rule.tree)
    wait = Wait(step=QueueStep(queue=rules.default_queue))
    yield Band(title=DEFAULT, rule=DEFAULT, conditions=(say("no_rule"),), plan=(planned(wait, (), {}),))
    for name, plan in _named(rules).items():
        yield Band(title=name, plan=plan)


def _named(rules: RuleSet) -> dict[str, Plan]:
    """The plans that a step goes to, by name."""
    steps = (step for rule in rules.rules for step in every_step(rule.tree))
    return {step.action.plan: step.branches[PLAN] for step in steps if isinstance(step.action, Go)}


class _Drawing:
    """One band on its way into the picture."""

    def __init__(self, drawn: Picture, band: Band, counts: Counts, say: Say) -> None:
        self._drawn = drawn
        self._band = band
        self._counts = counts
        self._say = say

    def draw(self) -> None:
        """The head, then the plan."""
        band = self._band
        kind = "rule" if band.rule else "plan"
        head = Label(kind=kind, title=band.title, lines=band.conditions)
        self._plan(band.plan, self._box(0, self._drawn.rows, head))

    def _plan(self, plan: Plan, before: Box, word: str = "") -> None:
        """Steps in one row, each one's branches below; the last one's first, so that no ways cross boxes."""
        row = self._drawn.rows if word else before.row
        count = self._count(before.label.step, _outcome(word)) if word else None
        boxes: list[tuple[Planned, Box]] = []
        for step in plan:
            box = self._box(before.column + 1, row, label(step, self._say))
            said = self._say(word) if word in {SILENT, FULL} else word
            self._drawn.ways.append(Way(start=before, end=box, word=said, count=count))
            boxes.append((step, box))
            before, word, count = box, "", None
        for step, box in reversed(boxes):
            for name, branch in step.branches.items():
                if name != PLAN:
                    self._plan(branch, box, name)

    def _box(self, column: int, row: int, what: Label) -> Box:
        counted = what.kind == "rule" or what.step
        box = Box(column=column, row=row, label=what, count=self._count(what.step) if counted else None)
        self._drawn.boxes.append(box)
        return box

    def _count(self, step: str, outcome: str = "") -> int | None:
        """None in a named plan, to which several rules lead, and where nothing was counted at all."""
        if not self._band.rule or not self._counts:
            return None
        return self._counts.get((self._band.rule, step, outcome), 0)


def _outcome(word: str) -> str:
    """How a menu ends that takes this branch, or a queue that nobody may join (as ``tally`` has it)."""
    return {SILENT: "SILENT", FULL: "FULL"}.get(word, f"PRESSED-{word}")
