"""What an import says, as values that are easy to write down and to compare."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ccd.directory.model import Patient, Policy, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """Someone else through whom a patient is reached; see ``import_columns.Relatives``."""

    phones: tuple[str, ...]
    name: str = ""
    relationship: str = ""
    guardian: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryRows:
    """Rows as an import reads them, already checked.  What is not said here stays as it is.

    ``columns`` names the columns of the patients' file that were given, ``phones`` among them; of the
    others the objects hold only defaults.  Phones, policies, visits and relatives are by patient_id.
    ``kindless`` are patients of whose policies no kind was said.
    """

    patients: tuple[Patient, ...] = ()
    columns: frozenset[str] = frozenset()
    phones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """E.164, of those among ``patients``."""
    policies: Mapping[str, tuple[Policy, ...]] = field(default_factory=dict)
    visits: Mapping[str, tuple[Visit, ...]] = field(default_factory=dict)
    relatives: Mapping[str, tuple[Relative, ...]] = field(default_factory=dict)
    kindless: frozenset[str] = frozenset()
