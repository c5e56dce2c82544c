"""What an import writes, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ccd.directory.model import Patient, Policy, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """Someone else through whom a patient is reached.  Phones are E.164."""

    phones: tuple[str, ...]
    name: str = ""
    relationship: str = ""
    """In the clinic's own word: ``mother``."""
    guardian: bool = False
    """A parent or carer, who decides for the patient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryRows:
    """What an import writes, already checked.  What is not said here stays as it is.

    ``columns`` names the columns of the patients' file that were given, ``phones`` among them; of the
    others the objects hold only defaults.  Phones, policies, visits and relatives are by patient_id:
    whoever is named there gets exactly these, in place of what was.  Phones are E.164.  ``kindless`` are
    patients of whose policies no kind was said: a policy known by its insurer and number keeps its own.
    """

    patients: tuple[Patient, ...] = ()
    columns: frozenset[str] = frozenset()
    phones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    policies: Mapping[str, tuple[Policy, ...]] = field(default_factory=dict)
    visits: Mapping[str, tuple[Visit, ...]] = field(default_factory=dict)
    relatives: Mapping[str, tuple[Relative, ...]] = field(default_factory=dict)
    kindless: frozenset[str] = frozenset()

    @property
    def patient_ids(self) -> tuple[str, ...]:
        """Everyone these rows say something about, each once."""
        said = (patient.patient_id for patient in self.patients)
        return tuple(dict.fromkeys((*said, *self.phones, *self.policies, *self.visits, *self.relatives)))
