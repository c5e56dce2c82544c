"""Patients with all that belongs to them, and free hours, from CSV files: checked, and all right or refused.

Nothing is written here, and nothing comes out unless everything is right; what is wrong is told
all at once with file, line and column.  Which kind a file is, its header says.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from ccd.directory.booking import Slot
from ccd.directory.csv_formats import Header, Kind, likeness, read_header
from ccd.directory.csv_people import People
from ccd.directory.csv_problems import Problems
from ccd.directory.csv_rows import Row, read_rows
from ccd.directory.csv_slots import Slots
from ccd.directory.csv_text import Sheet, UnreadableError, open_sheet
from ccd.directory.model import DirectoryRows

Progress = Callable[[str, int], None]
"""Told the file's name and how many rows of it are read."""
_EVERY = 1000


@dataclass(frozen=True, slots=True)
class Reading:
    """What the files say, and ``notes`` on what was guessed or left out, for the admin to see."""

    rows: DirectoryRows
    notes: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    """Free hours of ccd's own schedule."""


def read_files(
    paths: Iterable[Path],
    *,
    region: str,
    tz: tzinfo,
    known_patient_ids: Collection[str] = frozenset(),
    progress: Progress = lambda _file, _rows: None,
) -> Reading:
    """Read all the files together; raises CsvError, with everything that is wrong.

    ``region`` is the ISO 3166 code that local numbers belong to, ``tz`` the clinic's time zone.
    ``known_patient_ids`` are already in the directory: policies and visits may name them too.
    """
    problems = Problems()
    sheets = [found for path in paths if (found := _open(path, problems))]
    sheets.sort(key=lambda found: list(Kind).index(found[1].kind))
    _refuse_different_columns(sheets, problems)
    people, slots = People(region=region, tz=tz, known=known_patient_ids), Slots(tz=tz)
    read: dict[Kind, Callable[[Row], None]] = {
        Kind.PATIENTS: people.add_patient,
        Kind.POLICIES: people.add_policy,
        Kind.VISITS: people.add_visit,
        Kind.RELATIVES: people.add_relative,
        Kind.SLOTS: slots.add,
    }
    for sheet, header in sheets:
        for count, row in enumerate(read_rows(sheet, header, problems), start=1):
            read[header.kind](row)
            if count % _EVERY == 0:
                progress(sheet.path.name, count)
    problems.raise_if_any()
    columns = next((header.places for _, header in sheets if header.kind is Kind.PATIENTS), {})
    return Reading(people.rows(frozenset(columns) - {"patient_id"}), tuple(_notes(sheets)), slots.found)


def _open(path: Path, problems: Problems) -> tuple[Sheet, Header] | None:
    try:
        sheet = open_sheet(path, likeness)
    except UnreadableError as error:
        problems.add(str(path), error.line, str(error))
    except OSError as error:
        problems.add(str(path), 0, f"cannot be read: {error.strerror}")
    else:
        header = read_header(sheet, problems)
        return (sheet, header) if header else None
    return None


def _refuse_different_columns(sheets: list[tuple[Sheet, Header]], problems: Problems) -> None:
    patients = [(sheet, header) for sheet, header in sheets if header.kind is Kind.PATIENTS]
    for sheet, header in patients[1:]:
        if header.places.keys() != patients[0][1].places.keys():
            message = f"must have the same columns as {patients[0][0].path}; or import them one by one"
            problems.add(str(sheet.path), sheet.first, message)


def _notes(sheets: Iterable[tuple[Sheet, Header]]) -> Iterable[str]:
    for sheet, header in sheets:
        if sheet.note:
            yield f"{sheet.path}: {sheet.note}"
        if header.unused:
            yield f"{sheet.path}: not used: {', '.join(header.unused)}"
