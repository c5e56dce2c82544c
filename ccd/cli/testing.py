"""``ccd test``: made-up calls against the rules; what was expected, what came, and why."""

from pathlib import Path

import typer
from rich.text import Text
from rich.tree import Tree

from ccd.cli import opening
from ccd.cli.failing import fail
from ccd.cli.plan_tree import add_tried
from ccd.cli.printing import console
from ccd.routing.ruleset import RuleSet
from ccd.routing.walk import words
from ccd.settings.proving import Failure, beside, prove
from ccd.terminal import visible_lines


def test(path: Path, files: list[Path]) -> int:
    """Try the expectations of these files, else of the one beside the rules; 1 when one is not met."""
    settings = opening.settings(path)
    usual = beside(_shown(settings.routing_file or path))
    if not files and not usual.exists():
        fail(f"{usual}: there is no such file; docs/routing-tools.md says how to write expectations")
    proof = prove(settings, RuleSet(settings.routing, settings.directory.region), tuple(files or [usual]))
    for problem in proof.problems:
        typer.secho(visible_lines(str(problem)), fg=typer.colors.RED)
    for failure in proof.failures:
        show(failure)
    typer.echo(_summary(proof.tried, len(proof.failures), len(proof.problems)))
    return 1 if proof.every_problem else 0


def show(failure: Failure) -> None:
    """What differs, then the rules that were tried and the way that the call went."""
    for problem in failure.problems:
        typer.secho(visible_lines(str(problem)), fg=typer.colors.RED)
    tree = Tree(Text("why"))
    for tried in failure.came.trace:
        add_tried(tree, tried)
    if failure.came.rule == "default":
        tree.add(Text("✓ default: no rule matched"))
    for step in failure.came.steps:
        tree.add(Text(f"→ {', '.join(words(step))}"))
    console().print(tree)


def _shown(file: Path) -> Path:
    """As somebody in this folder would name it."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


def _summary(tried: int, failed: int, wrong: int) -> str:
    if wrong:
        return "nothing was tried: the expectations cannot be read"
    calls = f"{tried} call{'' if tried == 1 else 's'}"
    return f"{calls}, {failed} not as expected" if failed else f"{calls}, all as expected"
