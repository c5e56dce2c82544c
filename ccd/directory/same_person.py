"""When two sources mean the same person: by keys that the clinic chose, never by likeness.

Two people of one source are two, whatever they share: that source knows them as two.  Where a key
fits several (two of one name born on one day), nobody can say who is who, and all stay apart.
"""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from ccd.directory.model import Patient, Reach

Mark = tuple[object, ...]
"""Whoever shares one is the same person."""
_PEOPLE = frozenset({Reach.OWN, Reach.GUARDIAN, Reach.RELATIVE})


def plain(text: str) -> str:
    """A text as it is compared: case, spaces, ``ё`` and the form of letters do not matter.

    >>> plain("  СЕМЁНОВА   Мария")
    'семенова мария'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("ё", "е").split())


def digits(text: str) -> str:
    """A number of a policy as it is compared: without spaces, dashes and case."""
    return "".join(letter for letter in plain(text) if letter.isalnum())


def marks(patient: Patient, keys: Collection[str]) -> frozenset[Mark]:
    """All by which this person can be known in another source."""
    return frozenset(_marks(patient, keys))


def _marks(patient: Patient, keys: Collection[str]) -> Iterator[Mark]:
    role = "patient" if patient.reach in _PEOPLE else patient.reach
    name = plain(patient.full_name)
    if "id" in keys:
        yield from ((role, "id", known_id) for _source, known_id in _ids(patient))
    if "name_and_birth_date" in keys and name and patient.birth_date:
        yield role, "born", name, patient.birth_date
    if "policy" in keys and name:
        for policy in patient.policies:
            if number := digits(policy.number):
                yield role, "policy", plain(policy.insurer), number, name


def _ids(patient: Patient) -> tuple[tuple[str, str], ...]:
    return patient.known_as or (("", patient.patient_id),)


def pairs(ours: Sequence[frozenset[Mark]], theirs: Sequence[frozenset[Mark]]) -> dict[int, int]:
    """Who of theirs is who of ours, by place; only where each fits the other alone."""
    holders: dict[Mark, set[int]] = {}
    for place, known in enumerate(ours):
        for mark in known:
            holders.setdefault(mark, set()).add(place)
    fits = [set().union(*(holders.get(mark, ()) for mark in known)) for known in theirs]
    wanted = Counter(place for fit in fits for place in fit)
    alone = {there: next(iter(fit)) for there, fit in enumerate(fits) if len(fit) == 1}
    return {there: here for there, here in alone.items() if wanted[here] == 1}
