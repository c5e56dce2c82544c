"""``ccd schema``: what editors need to complete and explain ccd's files."""

from pathlib import Path

import typer

from ccd.cli.failing import plainly
from ccd.settings.schema import File, schema


def write(name: str, output: Path | None) -> None:
    """Print the schema of ``ccd`` or ``routing``, or write it into a file."""
    text = schema(File(name))
    if output is None:
        typer.echo(text, nl=False)
        return
    with plainly(OSError):
        output.write_text(text, encoding="utf-8")
