"""The daemon and its configuration."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ccd.cli.failing import config_path
from ccd.cli.options import Config

app = typer.Typer()


class File(StrEnum):
    """What ``ccd schema`` knows (``ccd.settings.schema.File``, without its import)."""

    CCD = "ccd"
    ROUTING = "routing"
    TESTS = "routing.tests"


@app.command()
def run(config: Config = None) -> None:
    """Run the daemon until it is stopped."""
    from ccd.cli import running

    raise typer.Exit(running.run(config_path(config)))


@app.command()
def check(
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings, too.")] = False,
    asterisk: Annotated[bool, typer.Option("--asterisk", help="Ask Asterisk for its queues, too.")] = False,
    config: Config = None,
) -> None:
    """Read the configuration and say everything that is wrong with it, at once."""
    from ccd.cli import checking

    raise typer.Exit(checking.check(config_path(config), strict=strict, asterisk=asterisk))


@app.command("reload")
def reload_rules(config: Config = None) -> None:
    """Have the ccd that runs take the rules as they are written now; wrong ones change nothing."""
    from ccd.cli import reloading

    reloading.reload(config_path(config))


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
) -> None:
    """Write a configuration to start from, and say what to add to Asterisk."""
    from ccd.cli import starting

    starting.init(folder, force=force)


@app.command()
def schema(
    file: Annotated[File, typer.Argument(metavar="FILE", help="Of which file.")] = File.ROUTING,
    output: Annotated[Path | None, typer.Option(help="Write it here.")] = None,
    reference: Annotated[bool, typer.Option("--reference", help="Tables of every key, for people.")] = False,
) -> None:
    """Print the JSON Schema of ccd.yaml or routing.yaml, for editors; or every key, for people."""
    from ccd.cli import schemas

    schemas.write(file.value, output, tables=reference)
