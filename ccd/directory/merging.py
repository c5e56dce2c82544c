"""One person from what several sources say.

The source written first is believed, field by field; another fills in what it left open.  What
belongs together is taken together or not at all: a policy's period, how the number reaches someone,
a visit's id with its source.  Policies are the same by insurer and number, visits by moment and
doctor, coverage by service; each keeps its own Origin, and ``Patient.borrowed`` remembers the rest.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from ccd.directory import merging_facts
from ccd.directory.model import Patient, Remark
from ccd.directory.same_person import Mark, marks, pairs, plain

_FILLED = ("full_name", "birth_date", "language", "doctor", "debt")


def merged(answers: Sequence[tuple[Patient, ...]], keys: Collection[str]) -> tuple[Patient, ...]:
    """Everyone whom the answers name, the most trusted source's first; ``keys`` say who is the same.

    ``keys`` are of ``directory.merge``: id, name_and_birth_date, policy.
    """
    given = [answer for answer in answers if answer]
    if len(given) < 2:
        return given[0] if given else ()
    people: list[Patient] = []
    known: list[frozenset[Mark]] = []
    for answer in given:
        theirs = [marks(patient, keys) for patient in answer]
        same = pairs(known, theirs)
        for there, patient in enumerate(answer):
            if (here := same.get(there)) is None:
                people.append(patient)
                known.append(theirs[there])
            else:
                people[here] = joined(people[here], patient)
                known[here] |= theirs[there]
    return tuple(people)


def joined(known: Patient, other: Patient) -> Patient:
    """Two sources on one person."""
    reach = ("relationship", "through") if known.reach is other.reach else ()
    policies, of_policies = merging_facts.policies(known.policies, other.policies)
    visits, of_visits = merging_facts.visits(known.visits, other.visits)
    whole = replace(
        merging_facts.fill(known, other, *_FILLED, *reach),
        tags=known.tags | other.tags,
        policies=policies,
        visits=visits,
        remarks=_remarks(known.remarks, other.remarks),
        known_as=tuple(dict.fromkeys((*known.known_as, *other.known_as))),
    )
    changed = [name for name in (*_FILLED, *reach, "tags") if getattr(known, name) != getattr(whole, name)]
    of_person = [(name, other.origin) for name in changed]
    return replace(whole, borrowed=(*known.borrowed, *of_person, *of_policies, *of_visits))


def _remarks(known: tuple[Remark, ...], other: tuple[Remark, ...]) -> tuple[Remark, ...]:
    said = {(remark.kind, plain(remark.text)) for remark in known}
    return known + tuple(remark for remark in other if (remark.kind, plain(remark.text)) not in said)
