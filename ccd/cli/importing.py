"""``ccd directory import``: patients with all that belongs to them, and free hours, from files."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ccd.cli import opening
from ccd.cli.failing import fail, plainly
from ccd.directory.csv_formats import FORMATS
from ccd.directory.csv_problems import CsvError
from ccd.directory.mapping import read_mapping
from ccd.settings.models import Settings
from ccd.store import files as files_module
from ccd.store.import_result import ImportResult
from ccd.store.patients import BuiltinDirectory
from ccd.terminal import visible

Tell = Callable[[str, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """What the options say."""

    dry: bool
    replace: bool
    options: tuple[str, ...]
    mapping: Path | None


def import_files(path: Path, files: list[Path], how: How) -> None:
    """Import the files and print what changed; when anything is wrong, print all of it and write nothing."""
    settings = opening.settings(path)
    with plainly(*opening.TROUBLE):
        try:
            imported = asyncio.run(_import(settings, files, how))
        except CsvError as error:
            fail(f"{error}\nnothing is imported: {error.count} mistake{'s' if error.count > 1 else ''}")
    for note in imported.notes:
        typer.secho(visible(note), fg=typer.colors.YELLOW, err=True)
    for line in _report(imported.result, dry=how.dry):
        typer.echo(visible(line))
    if hours := imported.hours:
        typer.echo(f"{hours.free} free hours, {hours.booked} booked ones left as they are")


async def _import(settings: Settings, files: list[Path], how: How) -> files_module.Imported:
    columns = (column for known in FORMATS.values() for column in known.columns)
    mapping = read_mapping(how.options, how.mapping, columns)
    async with (
        opening.database(settings.database, create=True) as database,
        BuiltinDirectory.open(database) as directory,
    ):
        with progress() as tell:
            return await files_module.import_files(
                directory,
                files,
                region=settings.directory.region,
                tz=ZoneInfo(settings.routing.timezone),
                progress=tell,
                dry=how.dry,
                replace=how.replace,
                mapping=mapping,
            )


def _report(result: ImportResult, *, dry: bool) -> Iterator[str]:
    counts = f"{result.added} added, {result.updated} updated, {result.unchanged} unchanged"
    counts += f", {result.removed} removed" if result.removed else ""
    yield f"nothing is written; it would be: {counts}" if dry else counts
    if result.changes:
        yield "of those updated: " + ", ".join(f"{what} {count}" for what, count in result.changes.items())
    if dry:
        yield from (f"  {patient_id}: {what}" for patient_id, what in result.examples)
        if (more := result.added + result.updated + result.removed - len(result.examples)) > 0:
            yield f"  ... and {more} more"


@contextmanager
def progress() -> Iterator[Tell]:
    """Rows done of each file and step, on the error stream while it lasts; nothing in a pipe."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}: {task.completed:.0f} rows"),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        tasks = {}

        def tell(what: str, done: int) -> None:
            if what not in tasks:
                tasks[what] = shown.add_task(what, total=None)
            shown.update(tasks[what], completed=done)

        yield tell
