"""Opening what an admin names: a CSV file is one table, a workbook as many as it has of ours."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from ccd.directory.csv_header import Header, likeness, read_header
from ccd.directory.csv_problems import Problems
from ccd.directory.csv_text import open_sheet
from ccd.directory.mapping import Headings
from ccd.directory.table import Table, UnreadableError
from ccd.directory.xlsx import open_workbook

_ZIP = b"PK\3\4"


def open_tables(path: Path, mapping: Headings, problems: Problems) -> Iterator[tuple[Table, Header]]:
    """Every table of the file that is understood; what is not, is noted."""
    try:
        tables = _tables(path, mapping)
    except UnreadableError as error:
        problems.add(str(path), error.line, str(error))
    except OSError as error:
        problems.add(str(path), 0, f"cannot be read: {error.strerror}")
    else:
        for table in tables:
            if header := read_header(table, mapping, problems):
                yield table, header


def _tables(path: Path, mapping: Headings) -> Sequence[Table]:
    with path.open("rb") as stream:
        workbook = stream.read(len(_ZIP)) == _ZIP
    return open_workbook(path) if workbook else [open_sheet(path, partial(likeness, mapping=mapping))]
