"""The three kinds of file, by their columns; the header alone says which kind a file is."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ccd.directory.csv_cells import clean, suggestion
from ccd.directory.csv_problems import Problems
from ccd.directory.csv_text import Sheet


class Kind(StrEnum):
    """What a file is about, in the order in which files are read."""

    PATIENTS = "patients"
    POLICIES = "policies"
    VISITS = "visits"


@dataclass(frozen=True, slots=True)
class Format:
    """The columns of a kind."""

    required: tuple[str, ...]
    optional: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them."""
        return self.required + self.optional


FORMATS = {
    Kind.PATIENTS: Format(("patient_id", "full_name"), ("birth_date", "phones", "language", "tags")),
    Kind.POLICIES: Format(
        ("patient_id", "insurer", "number"),
        ("programme", "valid_from", "valid_until", "covered", "copay", "not_covered"),
    ),
    Kind.VISITS: Format(("patient_id", "starts_at", "status"), ("doctor", "specialty", "place")),
}


@dataclass(frozen=True, slots=True)
class Header:
    """Which column stands where, and which words of the header mean nothing here."""

    kind: Kind
    places: dict[str, int]
    width: int
    unused: tuple[str, ...]


def names(header: Iterable[str]) -> tuple[str, ...]:
    """Column names as they are compared: clean, in lower case, spaces as underscores."""
    return tuple(_name(cell) for cell in header)


def likeness(header: tuple[str, ...]) -> int:
    """How many of these are column names of the kind they fit best."""
    return max(_known(kind, names(header)) for kind in Kind)


def read_header(sheet: Sheet, problems: Problems) -> Header | None:
    """Understand a header; None (and problems) when it is not clear what the file is."""
    found = names(sheet.header)
    kind = max(Kind, key=lambda kind: _known(kind, found))
    file, known = str(sheet.path), FORMATS[kind]
    if _known(kind, found) < 2:
        problems.add(file, sheet.first, "has no header of ours; " + _expected())
        return None
    sound, unused = True, []
    for place, name in enumerate(found):
        message = _objection(name, found[:place], known, kind)
        if message:
            problems.add(file, sheet.first, message, column=name)
            sound = False
        elif name and name not in known.columns:
            unused.append(name)
    for name in known.required:
        if name not in found:
            problems.add(file, sheet.first, f"a file of {kind} needs this column", column=name)
            sound = False
    places = {name: found.index(name) for name in known.columns if name in found}
    return Header(kind, places, len(found), tuple(unused)) if sound else None


def _objection(name: str, before: tuple[str, ...], known: Format, kind: Kind) -> str:
    if name and name in before:
        return "stands twice in the header"
    if name in known.columns or not (hint := suggestion(name, known.columns)):
        return ""
    return f"is no column of {kind}{hint}"


def _known(kind: Kind, found: Iterable[str]) -> int:
    return len(set(found) & set(FORMATS[kind].columns))


def _name(cell: str) -> str:
    try:
        return clean(cell).lower().replace(" ", "_")
    except ValueError:
        return ""


def _expected() -> str:
    return "expected one of: " + "; ".join(",".join(known.columns) for known in FORMATS.values())
