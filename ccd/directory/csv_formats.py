"""The kinds of file, by their columns; the header alone says which kind a file is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ccd.directory.csv_cells import clean, did_you_mean, nearest
from ccd.directory.csv_problems import Problems
from ccd.directory.csv_text import Sheet


class Kind(StrEnum):
    """What a file is about, in the order in which files are read."""

    PATIENTS = "patients"
    POLICIES = "policies"
    VISITS = "visits"
    RELATIVES = "relatives"
    SLOTS = "slots"


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
    Kind.PATIENTS: Format(
        ("patient_id", "full_name"),
        ("birth_date", "phones", "language", "tags", "doctor", "debt", "kind", "notes", "medical"),
    ),
    Kind.POLICIES: Format(
        ("patient_id", "insurer", "number"),
        (
            *("programme", "valid_from", "valid_until", "active", "policy_kind"),
            *("covered", "copay", "not_covered", "unknown"),
        ),
    ),
    Kind.VISITS: Format(
        ("patient_id", "starts_at", "status"), ("doctor", "specialty", "place", "preparation", "visit_id")
    ),
    Kind.RELATIVES: Format(("patient_id", "phone"), ("name", "relationship", "guardian")),
    Kind.SLOTS: Format(("starts_at", "doctor"), ("slot_id", "ends_at", "specialty", "place")),
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
    """How well these words fit the kind they fit best."""
    return max(_fit(kind, names(header)) for kind in Kind)


def read_header(sheet: Sheet, problems: Problems) -> Header | None:
    """Understand a header; None (and problems) when it is not clear what the file is."""
    found = names(sheet.header)
    kind = max(Kind, key=lambda kind: (_fit(kind, found), not list(_missing(kind, found))))
    file, known = sheet.name, FORMATS[kind]
    if _fit(kind, found) < 3:
        problems.add(file, sheet.first, "has no header of ours; " + _expected())
        return None
    objections = list(_misspelt(kind, found)) or list(_missing(kind, found))
    for name, message in objections:
        problems.add(file, sheet.first, message, column=name)
    if objections:
        return None
    places = {name: found.index(name) for name in known.columns if name in found}
    return Header(kind, places, len(found), tuple(name for name in found if name and name not in places))


def _misspelt(kind: Kind, found: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    columns = FORMATS[kind].columns
    for place, name in enumerate(found):
        meant = nearest(name, columns)
        if name and name in found[:place]:
            yield name, "stands twice in the header"
        elif meant and meant not in found:
            yield name, f"is no column of {kind}{did_you_mean(meant)}"


def _missing(kind: Kind, found: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in FORMATS[kind].required:
        if name not in found:
            yield name, f"a file of {kind} needs this column"


def _fit(kind: Kind, found: Iterable[str]) -> int:
    """Two for each column of this kind, one for each that is nearly one."""
    columns = FORMATS[kind].columns
    return sum(2 if name in columns else bool(nearest(name, columns)) for name in set(found))


def _name(cell: str) -> str:
    try:
        return clean(cell).lower().replace(" ", "_")
    except ValueError:
        return ""


def _expected() -> str:
    return "expected one of: " + "; ".join(",".join(known.columns) for known in FORMATS.values())
