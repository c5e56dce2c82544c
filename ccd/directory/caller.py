"""A caller ID, and everyone who may be behind it."""

from dataclasses import dataclass
from enum import StrEnum

from ccd.directory.model import Patient


class NumberKind(StrEnum):
    """What a caller ID turned out to be."""

    E164 = "e164"
    SHORT = "short"
    ANONYMOUS = "anonymous"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Number:
    """A caller ID.  ``raw`` is as sent; ``e164`` like ``+79161234567``, empty unless kind E164."""

    raw: str
    kind: NumberKind
    e164: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who may be calling: everyone behind the number, the likeliest first, never a silent pick.

    ``failed`` names the sources that gave no answer in time: with one there, no patients does
    not mean "unknown person".
    """

    number: Number
    patients: tuple[Patient, ...] = ()
    failed: tuple[str, ...] = ()
    asking: tuple[str, ...] = ()
    """Those of ``failed`` that may still answer: the card is told then."""

    @property
    def known(self) -> bool:
        """True when at least one patient stands behind the number."""
        return bool(self.patients)

    @property
    def tags(self) -> frozenset[str]:
        """Every tag of every patient behind the number."""
        if len(self.patients) == 1:
            return self.patients[0].tags
        return frozenset().union(*(patient.tags for patient in self.patients))
