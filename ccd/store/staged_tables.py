"""The temporary tables of an import: rows as they are read, and then as the directory would hold them.

All SQL of an import is what both engines understand; what they do not share is in ``import_connections``.

``staged_X`` is filled row by row.  ``said_X`` is made of it when all are read: the same columns as X,
each row with its place among the patient's.  ``named_X`` are the patients of whom X was said.
"""

from dataclasses import dataclass

STAGED = {
    "patients": "patient_id, full_name, birth_date, language, tags, doctor, debt, kind, notes, medical",
    "phones": "patient_id, e164",
    "relatives": "patient_id, e164, name, relationship, guardian",
    "policies": (
        "patient_id, insurer, programme, number, valid_from, valid_until, kind, active, kindless, says"
    ),
    "coverage": "ordinal, service, answer, copay_percent, copay_amount, clause",
    "visits": "patient_id, starts_at, doctor, specialty, place, status, preparation, visit_id",
}
"""The columns behind the first, which is called ``entry``: the place of the row among all that were read.

Of ``coverage`` it is that of the first policy which says so; ``says`` of the others names it."""


PATIENT_COLUMNS = tuple(STAGED["patients"].split(", ")[1:])
"""What is said of a patient alone; the names are those of the patients' files."""


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a facet: its key, its other columns, and where they come from."""

    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    made: str
    """Select the columns of the key, the others, and (policies) ``says``; patient by patient."""

    @property
    def all_columns(self) -> str:
        """As a list in SQL."""
        return ", ".join((*self.key, *self.columns))


@dataclass(frozen=True, slots=True)
class Facet:
    """One kind of fact about patients; an import replaces it whole, patient by patient."""

    name: str
    parts: tuple[Part, ...]
    """Parents first."""
    import_id: str = ""
    """The patients' column that says which import said it last; empty: none does."""


def _numbered(table: str, key: tuple[str, ...], columns: str, ordinal: str, also: str = "") -> Part:
    """A table whose rows of a patient are counted, in the order in which they were read."""
    names = tuple(columns.split())
    made = ", ".join((*(ordinal if one == "#" else one for one in key), *names))
    real = tuple(ordinal.rpartition(" AS ")[2] if one == "#" else one for one in key)
    return Part(table, real, names, f"SELECT {made}{also} FROM staged_{table}")  # noqa: S608


_PHONES = Part(
    "phones", ("patient_id", "e164"), (), "SELECT DISTINCT patient_id, e164 FROM staged_phones ORDER BY 1, 2"
)
_RELATIVES = _numbered(
    "relatives",
    ("patient_id", "e164", "#"),
    "name relationship guardian",
    "dense_rank() OVER (PARTITION BY patient_id ORDER BY entry) - 1 AS ordinal",
)
_POLICIES = _numbered(
    "policies",
    ("patient_id", "#"),
    "insurer programme number valid_from valid_until kind active",
    "row_number() OVER (PARTITION BY patient_id ORDER BY entry) - 1 AS policy_ordinal",
    ", says",
)
_COVERAGE = Part(
    "coverage",
    ("patient_id", "policy_ordinal", "ordinal"),
    ("service", "answer", "copay_percent", "copay_amount", "clause"),
    "SELECT patient_id, policy_ordinal, ordinal, service, answer, copay_percent, copay_amount, clause"
    " FROM said_policies JOIN staged_coverage ON staged_coverage.entry = says",
)
_VISITS = _numbered(
    "visits",
    ("patient_id", "starts_at", "#"),
    "doctor specialty place status preparation visit_id",
    "row_number() OVER (PARTITION BY patient_id ORDER BY starts_at, entry) - 1 AS ordinal",
)
FACETS = (
    Facet("phones", (_PHONES,)),
    Facet("relatives", (_RELATIVES,)),
    Facet("policies", (_POLICIES, _COVERAGE), "policies_import_id"),
    Facet("visits", (_VISITS,), "visits_import_id"),
)
