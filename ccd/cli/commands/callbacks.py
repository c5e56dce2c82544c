"""Patients who were promised a call."""

from typing import Annotated

import typer

from ccd.cli.failing import config_path
from ccd.cli.options import AsJson, Config

app = typer.Typer(help="Patients who were promised a call.", invoke_without_command=True)


@app.callback()
def callbacks(
    context: typer.Context,
    all_of_them: Annotated[bool, typer.Option("--all", help="Those that were kept, too.")] = False,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """List who is to be called back, and whose deadline passed in the last seven days."""
    from ccd.cli import callbacks

    if context.invoked_subcommand is None:
        callbacks.show(config_path(config), all_of_them=all_of_them, as_json=as_json)


@app.command("cancel")
def callbacks_cancel(
    promise_id: Annotated[int, typer.Argument(metavar="ID", help="As in the list.")], config: Config = None
) -> None:
    """Take a promise back: the patient was called by hand, or does not want it any more."""
    from ccd.cli import callbacks

    raise typer.Exit(callbacks.cancel(config_path(config), promise_id))
