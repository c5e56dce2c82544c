"""The commands, all of them."""

from typing import Annotated

import typer

from ccd import __version__
from ccd.cli.commands import callbacks, daemon, databases, directory, records, report, rules, users

app = typer.Typer(
    help="ccd: knows who is calling, routes the call, shows the card, keeps the record.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)
for group in (daemon, rules, records, report):
    app.add_typer(group.app)
app.add_typer(directory.app, name="directory")
app.add_typer(users.app, name="user")
app.add_typer(databases.app, name="db")
app.add_typer(callbacks.app, name="callbacks")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"ccd {__version__}")
        raise typer.Exit


@app.callback()
def top(
    _version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    """Hold the options that come before a command."""
