"""``ccd directory import``: patients with all that belongs to them, and free hours, from CSV files."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ccd.cli import opening
from ccd.cli.failing import plainly
from ccd.directory.csv_import import Reading, read_files
from ccd.directory.csv_problems import CsvError
from ccd.settings.models import Settings
from ccd.store.clock import utc_now
from ccd.store.importing import ImportResult
from ccd.store.patients import BuiltinDirectory
from ccd.store.slots import SlotsResult, replace_slots
from ccd.terminal import visible

Tell = Callable[[str, int], None]


def import_files(path: Path, files: list[Path]) -> None:
    """Import the files and print what changed; when anything is wrong, print all of it and write nothing."""
    settings = opening.settings(path)
    with plainly(CsvError, *opening.TROUBLE):
        reading, result, hours = asyncio.run(_import(settings, files))
    for note in reading.notes:
        typer.secho(visible(note), fg=typer.colors.YELLOW, err=True)
    typer.echo(f"{result.added} added, {result.updated} updated, {result.unchanged} unchanged")
    if reading.slots:
        typer.echo(f"{hours.free} free hours, {hours.booked} booked ones left as they are")


async def _import(settings: Settings, files: list[Path]) -> tuple[Reading, ImportResult, SlotsResult]:
    async with (
        opening.database(settings.database, create=True) as database,
        BuiltinDirectory.open(database) as directory,
    ):
        known = await directory.patient_ids()
        with progress() as tell:
            reading = read_files(
                files,
                region=settings.directory.region,
                tz=ZoneInfo(settings.routing.timezone),
                known_patient_ids=known,
                progress=tell,
            )
            result = await directory.upsert(reading.rows, tell)
            return reading, result, await replace_slots(database, reading.slots, utc_now())


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
