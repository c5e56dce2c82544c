"""Import patients from CSV files into the built-in directory: read and check in a thread, then write."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from ccd.directory.csv_import import read_files
from ccd.store.importing import ImportResult, Progress, ignore
from ccd.store.patients import BuiltinDirectory


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, and ``notes`` on what was guessed or left out."""

    result: ImportResult
    notes: tuple[str, ...]


async def import_files(
    directory: BuiltinDirectory,
    paths: Iterable[Path],
    *,
    region: str,
    tz: tzinfo,
    progress: Progress = ignore,
) -> Imported:
    """All of the files or nothing; raises CsvError (everything wrong in them), StoreError.

    ``progress`` is also called from another thread, while files are read.
    """
    known = await directory.patient_ids()
    reading = await asyncio.to_thread(
        read_files, list(paths), region=region, tz=tz, known_patient_ids=known, progress=progress
    )
    return Imported(await directory.upsert(reading.rows, progress), reading.notes)
