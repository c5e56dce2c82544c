"""``ccd reload``: have the running ccd take the rules as they are written now."""

from pathlib import Path

import typer

from ccd import control
from ccd.cli import opening
from ccd.cli.failing import fail, plainly
from ccd.terminal import visible_lines


def reload(path: Path) -> None:
    """Print what came of it; exit code 1 when the old rules stay."""
    try:
        settings = opening.settings(path)
    except typer.Exit:
        typer.secho("the rules stay as they were", fg=typer.colors.RED, err=True)
        raise
    with plainly(control.NobodyThereError):
        outcome = control.ask(settings.beside)
    if not outcome.done:
        fail("\n".join(outcome.lines))
    for line in outcome.lines:
        typer.secho(visible_lines(line), fg=typer.colors.YELLOW)
    typer.echo(f"rules reloaded: version {outcome.version}")
