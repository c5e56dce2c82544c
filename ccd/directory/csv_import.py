"""Patients with all that belongs to them, and free hours, from files: all right, or refused.

Rows go to a sink, some at a time, which must write nothing before all of them are read; what is wrong is
told all at once with file, line and column.  Which kind a file is, its header says.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from ccd.directory.booking import Slot
from ccd.directory.csv_blocks import SIZE, file_of, line_of, read_blocks
from ccd.directory.csv_formats import Kind
from ccd.directory.csv_header import Header
from ccd.directory.csv_people import People
from ccd.directory.csv_problems import Problems
from ccd.directory.csv_slots import Slots
from ccd.directory.mapping import Headings
from ccd.directory.opening import open_tables
from ccd.directory.sink import Sink
from ccd.directory.table import Table

Progress = Callable[[str, int], None]
"""Told the file's name and how many rows of it are read; 0: begun."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What kinds there were, which columns of patients; ``notes`` on what was guessed or left out."""

    kinds: frozenset[Kind]
    columns: frozenset[str]
    notes: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    """Free hours of ccd's own schedule."""


def read_files(
    paths: Iterable[Path],
    sink: Sink,
    *,
    region: str,
    tz: tzinfo,
    mapping: Headings | None = None,
    progress: Progress = lambda _file, _rows: None,
) -> Reading:
    """Read all the files together; raises CsvError, with everything that is wrong.

    ``region`` is the ISO 3166 code that local numbers belong to, ``tz`` the clinic's time zone,
    ``mapping`` what the admin says of headings.
    """
    problems = Problems()
    sheets = [found for path in paths for found in open_tables(path, mapping or {}, problems)]
    sheets.sort(key=lambda found: list(Kind).index(found[1].kind))
    _refuse_different_columns(sheets, problems)
    people, slots = People(sink, region=region, tz=tz), Slots(tz=tz)
    for number, (sheet, header) in enumerate(sheets):
        add = slots.add if header.kind is Kind.SLOTS else people.adding(header.kind)
        for count, block in enumerate(read_blocks(sheet, header, problems, number)):
            progress(sheet.name, count * SIZE)
            add(block)
    _check(sink, [sheet.name for sheet, _ in sheets], problems)
    problems.raise_if_any()
    columns = next((header.places for _, header in sheets if header.kind is Kind.PATIENTS), {})
    kinds = frozenset(header.kind for _, header in sheets)
    return Reading(kinds, frozenset(columns) - {"patient_id"}, tuple(_notes(sheets)), slots.found)


def _refuse_different_columns(sheets: list[tuple[Table, Header]], problems: Problems) -> None:
    patients = [(sheet, header) for sheet, header in sheets if header.kind is Kind.PATIENTS]
    for sheet, header in patients[1:]:
        if header.places.keys() != patients[0][1].places.keys():
            message = f"must have the same columns as {patients[0][0].name}; or import them one by one"
            problems.add(sheet.name, sheet.first, message)


def _check(sink: Sink, files: list[str], problems: Problems) -> None:
    """What no single row shows."""
    for entry, first, patient_id in sink.repeated():
        message = f'"{patient_id}" stands already in {files[file_of(first)]}:{line_of(first)}'
        problems.add(files[file_of(entry)], line_of(entry), message, column="patient_id")
    for entry, patient_id in sink.strangers():
        message = f'there is no patient "{patient_id}", neither in these files nor in ccd'
        problems.add(files[file_of(entry)], line_of(entry), message, column="patient_id")


def _notes(sheets: Iterable[tuple[Table, Header]]) -> Iterator[str]:
    for sheet, header in sheets:
        if sheet.note:
            yield f"{sheet.name}: {sheet.note}"
        if header.guessed:
            yield f"{sheet.name}: read as: {', '.join(header.guessed)}"
        if header.unused:
            yield f"{sheet.name}: not used: {', '.join(header.unused)}"
