"""Import patients from files into the built-in directory."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from ccd.directory.csv_formats import Kind
from ccd.directory.csv_import import Reading, read_files
from ccd.directory.csv_problems import Problems
from ccd.directory.mapping import Headings
from ccd.routing.bulk import without_collecting
from ccd.store.comparing import Scope
from ccd.store.import_result import ImportResult, Progress, ignore
from ccd.store.patients import BuiltinDirectory
from ccd.store.slots import SlotsResult
from ccd.store.staging import Staging


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, and ``notes`` on what was guessed or left out."""

    result: ImportResult
    notes: tuple[str, ...]
    hours: SlotsResult | None = None
    """What became of free hours; None when none were in the files."""


async def import_files(
    directory: BuiltinDirectory,
    paths: Iterable[Path],
    *,
    region: str,
    tz: tzinfo,
    progress: Progress = ignore,
    dry: bool = False,
    replace: bool = False,
    mapping: Headings | None = None,
) -> Imported:
    """All of the files when nothing in them is wrong; raises CsvError (everything that is), StoreError.

    Patients with all that is theirs are written as one, then free hours as one.

    ``dry``: only say what it would do.  ``replace``: the files are complete, so that whoever is not
    in the patients' file is removed, and a patient who is not in another loses what it is about.
    ``mapping`` is what the admin says of headings.  ``progress`` is called from another thread.
    """
    files = list(paths)

    def stage(staging: Staging) -> tuple[Scope, Reading]:
        staging.complete = replace
        with without_collecting():
            reading = read_files(files, staging, region=region, tz=tz, mapping=mapping, progress=progress)
        whole = frozenset(map(str, reading.kinds - {Kind.SLOTS})) if replace else frozenset()
        _refuse_empty(staging, whole)
        return Scope(columns=reading.columns, whole=whole), reading

    result, reading = await directory.importer(progress, dry=dry).run(stage)
    hours = await directory.replace_slots(reading.slots, dry=dry) if reading.slots else None
    return Imported(result, reading.notes, hours)


def _refuse_empty(staging: Staging, whole: Iterable[str]) -> None:
    """A file without rows is rather an export that failed than a clinic without patients."""
    problems = Problems()
    for kind in sorted(whole):
        if not staging.rows_of(kind):
            problems.add(kind, 0, "there is none in the files, and --replace would remove all that are known")
    problems.raise_if_any()
