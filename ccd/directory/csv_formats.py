"""The kinds of file, by their columns; the header alone says which kind a file is."""

from dataclasses import dataclass
from enum import StrEnum


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


SEVERAL = frozenset({"phones", "phone"})
"""Columns that may stand in more than one place: at home, at work, mobile."""
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
