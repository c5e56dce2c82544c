"""ccd's own database."""

from typing import Annotated

import typer

app = typer.Typer(help="ccd's own database.", no_args_is_help=True)


@app.command("copy")
def db_copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A file, or postgresql://USER@HOST/NAME.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="The same: empty, or a file to be made.")],
) -> None:
    """Copy everything into another, empty database, and compare every row; all or nothing.

    No ccd may run on either. A server's password: CCD_DATABASE_PASSWORD.
    """
    from ccd.cli import copying

    copying.copy_all(source, target)
