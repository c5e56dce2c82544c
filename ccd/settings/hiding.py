"""What of a patient each role is not sent: left out on the server, in every way out of it."""

from typing import Literal

from ccd.routing.base import Model

FactKind = Literal[
    "medical",
    "remarks",
    "debt",
    "tags",
    "birth_date",
    "doctor",
    "policies",
    "coverage",
    "visits",
    "visit_details",
]
"""``medical``: remarks on diagnoses and allergies; ``remarks``: those of the front desk; ``birth_date``:
the age, too; ``doctor``: who treats them; ``policies``: with what they cover; ``coverage``: only that;
``visits``: all of them; ``visit_details``: only doctor, specialty and preparation (time and place stay)."""


class Hidden(Model):
    """The kinds of facts that a role does not see.  Who may be calling, everybody sees."""

    operator: tuple[FactKind, ...] = ("medical",)
    doctor: tuple[FactKind, ...] = ("debt",)
    supervisor: tuple[FactKind, ...] = ("medical",)
    admin: tuple[FactKind, ...] = ("medical",)
