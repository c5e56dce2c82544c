"""Who may see what: the facts that a role is not to see leave a patient before anything is made of it."""

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import reduce
from typing import Any

from ccd.directory.caller import Caller
from ccd.directory.model import Patient, RemarkKind, Visit
from ccd.people import Role
from ccd.settings.hiding import FactKind, Hidden

Unseen = frozenset[FactKind]
"""What somebody does not see.  Two roles with the same one are sent the same text."""
EVERYTHING: Unseen = frozenset()
"""Nothing is left out."""


class Sight:
    """What each role does not see, by the settings."""

    def __init__(self, hidden: Hidden | None = None) -> None:
        settings = hidden or Hidden()
        self._unseen = {role: frozenset(getattr(settings, role.value)) for role in Role}

    def unseen(self, role: Role) -> Unseen:
        """What this role does not see."""
        return self._unseen[role]


def seen(caller: Caller, unseen: Unseen) -> Caller:
    """Everyone behind the number, without what is not to be seen."""
    if not unseen or not caller.patients:
        return caller
    return replace(caller, patients=tuple(_seen(one, unseen) for one in caller.patients))


def _seen(patient: Patient, unseen: Collection[FactKind]) -> Patient:
    """One person without these facts; nothing tells where they came from, either."""
    return reduce(lambda person, kind: _WITHOUT[kind](person), sorted(unseen), patient)


def _empty(field: str, nothing: Any) -> Callable[[Patient], Patient]:
    def without(patient: Patient) -> Patient:
        borrowed = tuple(pair for pair in patient.borrowed if pair[0].partition(".")[0] != field)
        return replace(patient, borrowed=borrowed, **{field: nothing})

    return without


def _no_remarks(kind: RemarkKind) -> Callable[[Patient], Patient]:
    def without(patient: Patient) -> Patient:
        return replace(patient, remarks=tuple(one for one in patient.remarks if one.kind is not kind))

    return without


def _no_coverage(patient: Patient) -> Patient:
    return replace(patient, policies=tuple(replace(one, coverage=()) for one in patient.policies))


def _no_details(patient: Patient) -> Patient:
    return replace(patient, visits=tuple(map(_bare, patient.visits)))


def _bare(visit: Visit) -> Visit:
    return replace(visit, doctor="", specialty="", preparation="")


_WITHOUT: dict[FactKind, Callable[[Patient], Patient]] = {
    "medical": _no_remarks(RemarkKind.MEDICAL),
    "remarks": _no_remarks(RemarkKind.NOTE),
    "debt": _empty("debt", None),
    "tags": _empty("tags", frozenset()),
    "birth_date": _empty("birth_date", None),
    "doctor": _empty("doctor", ""),
    "policies": _empty("policies", ()),
    "coverage": _no_coverage,
    "visits": _empty("visits", ()),
    "visit_details": _no_details,
}
