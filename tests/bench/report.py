"""What a bench found: claims against their targets, tables, and what limits the figures."""

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as RichTable

BUILD = Path(__file__).parents[2] / "build"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A measured value beside the one that is required and the one that is hoped for."""

    what: str
    value: float
    required: float
    goal: float
    at_most: bool = False
    """Small is good."""
    unit: str = "x"

    @property
    def verdict(self) -> str:
        """``goal``, ``met`` or ``MISSED``."""
        sign = -1 if self.at_most else 1
        if sign * self.value >= sign * self.goal:
            return "goal"
        return "met" if sign * self.value >= sign * self.required else "MISSED"

    def row(self) -> tuple[str, ...]:
        """The claim as a table's row."""
        limit = "at most" if self.at_most else "at least"
        shown = [f"{value:.3g} {self.unit}" for value in (self.value, self.required, self.goal)]
        return (self.what, shown[0], f"{limit} {shown[1]}", shown[2], self.verdict)


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of figures under their headings."""

    title: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Result:
    """All of one bench."""

    name: str
    claims: Sequence[Claim]
    tables: Sequence[Table]
    limits: Sequence[str]
    """What keeps the figures from being better, in words."""


def spread(values: Sequence[float], digits: int = 0) -> str:
    """The median with the smallest and the largest."""
    middle, low, high = statistics.median(values), min(values), max(values)
    return f"{middle:,.{digits}f}  ({low:,.{digits}f} - {high:,.{digits}f})"


def percentile(values: Iterable[float], share: float) -> float:
    """The value that ``share`` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Report:
    """Prints as it grows; ``save`` writes the same to ``build/bench.txt`` and ``build/bench.json``."""

    def __init__(self, about: dict[str, Any]) -> None:
        self._about = about
        self._results: list[Result] = []
        self._others: dict[str, float] = {}
        self._console = Console(record=True, width=118, highlight=False)
        self._console.print(", ".join(f"{name} {value}" for name, value in about.items()))

    def add(self, result: Result, *, others: float) -> None:
        """Print one bench's figures; ``others`` is how many cores other processes kept busy meanwhile."""
        self._results.append(result)
        self._console.rule(f"[bold]{result.name}")
        claims = Table(
            title="ratios", headings=("", "measured", "required", "goal", "verdict"),
            rows=[claim.row() for claim in result.claims],
        )  # fmt: skip
        for table in (claims, *result.tables):
            self._console.print(_rich(table))
        for limit in result.limits:
            self._console.print(f"limit: {limit}")
        self._others[result.name] = round(others, 2)
        self._console.print(f"noise: other processes kept {others:.2f} cores busy")

    def summary(self) -> bool:
        """Print all claims together when there were several benches; whether every one is met."""
        claims = [claim for result in self._results for claim in result.claims]
        if len(self._results) > 1:
            headings = ("", "measured", "required", "goal", "verdict")
            rows = [claim.row() for claim in claims]
            self._console.print(_rich(Table(title="all ratios", headings=headings, rows=rows)))
        return all(claim.verdict != "MISSED" for claim in claims)

    def save(self) -> None:
        """Write both files."""
        BUILD.mkdir(exist_ok=True)
        (BUILD / "bench.txt").write_text(self._console.export_text(clear=False))
        results = [asdict(result) for result in self._results]
        found = {"about": self._about, "others": self._others, "results": results}
        (BUILD / "bench.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def _rich(table: Table) -> RichTable:
    made = RichTable(title=table.title, title_justify="left", title_style="bold")
    for place, heading in enumerate(table.headings):
        made.add_column(heading, justify="right" if place else "left", no_wrap=not place)
    for row in table.rows:
        made.add_row(*row)
    return made
