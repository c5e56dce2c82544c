"""``ccd schema``: what editors need to complete and explain ccd's files."""

from pathlib import Path

import typer

from ccd.cli.failing import plainly
from ccd.settings.reference import reference
from ccd.settings.schema import File, schema


def write(name: str, output: Path | None, *, tables: bool = False) -> None:
    """Print the schema of a file, or its keys as tables for people; or write it into ``output``."""
    text = reference(File(name)) if tables else schema(File(name))
    if output is None:
        typer.echo(text, nl=False)
        return
    with plainly(OSError):
        output.write_text(text, encoding="utf-8")
