"""The same policy, the same visit, the same service, said by two sources: one of each.

What one source says twice stays twice: it is paired with nothing.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import fields, replace
from typing import TypeVar

from ccd.directory.model import Answer, Coverage, Origin, Policy, Visit
from ccd.directory.same_person import digits, plain

Notes = tuple[tuple[str, Origin], ...]
"""What was taken from another source: the field's name, and who said it."""
_F = TypeVar("_F", Policy, Visit, Coverage)
_T = TypeVar("_T")


def fill(known: _T, other: _T, *names: str) -> _T:
    """``known`` with what it leaves open (None, an empty text) of these fields as ``other`` has it."""
    open_ones = [name for name in names if getattr(known, name) in {None, ""}]
    said = {name: getattr(other, name) for name in open_ones if getattr(other, name) not in {None, ""}}
    return replace(known, **said) if said else known  # type: ignore[type-var]


def policies(known: Sequence[Policy], other: Sequence[Policy]) -> tuple[tuple[Policy, ...], Notes]:
    """Those of both, the same one once; and what the first source's borrowed."""
    return _both(known, other, _policy_key, _policy, lambda one: f"policies.{one.number}")


def visits(known: Sequence[Visit], other: Sequence[Visit]) -> tuple[tuple[Visit, ...], Notes]:
    """The same for visits, whose names are moments: ``visits.2026-11-23T09:30:00+00:00.place``."""
    return _both(known, other, _visit_key, _visit, lambda one: f"visits.{one.starts_at.isoformat()}")


def _both(
    known: Sequence[_F],
    other: Sequence[_F],
    key: Callable[[_F], Hashable],
    join: Callable[[_F, _F], _F],
    name: Callable[[_F], str],
) -> tuple[tuple[_F, ...], Notes]:
    ours, theirs = list(map(key, known)), list(map(key, other))
    shared = _once(ours) & _once(theirs)
    by_key = {at: one for at, one in zip(theirs, other, strict=True) if at in shared}
    facts: list[_F] = []
    notes: list[tuple[str, Origin]] = []
    for at, one in zip(ours, known, strict=True):
        same = by_key.get(at)
        whole = join(one, same) if same else one
        facts.append(whole)
        notes += _taken(name(one), one, same, whole) if same and whole is not one else ()
    there = frozenset(known)
    facts += [one for at, one in zip(theirs, other, strict=True) if at not in shared and one not in there]
    return tuple(facts), tuple(notes)


def _once(keys: Sequence[Hashable]) -> frozenset[Hashable]:
    """Those that no other fact has; None is none."""
    return frozenset(at for at, times in Counter(keys).items() if times == 1 and at is not None)


def _taken(name: str, known: _F, other: _F, whole: _F) -> Notes:
    if whole.origin is not known.origin:  # the visit is the other's now, filled from ours
        return ((name, known.origin),)
    changed = [one.name for one in fields(known) if getattr(known, one.name) != getattr(whole, one.name)]
    return tuple((f"{name}.{field}", other.origin) for field in changed if field != "coverage")


def _policy_key(policy: Policy) -> Hashable:
    number = digits(policy.number)
    return (plain(policy.insurer), number) if number else None


def _policy(known: Policy, other: Policy) -> Policy:
    """A source that says nothing of cancelling says "active": so whoever says "cancelled" is believed."""
    period = () if known.valid_from or known.valid_until else ("valid_from", "valid_until")
    coverage, _ = _both(known.coverage, other.coverage, _service, _coverage, _service)
    filled = fill(known, other, "programme", "kind", *period)
    return replace(filled, coverage=coverage, active=known.active and other.active)


def _service(coverage: Coverage) -> str:
    return plain(coverage.service)


def _coverage(known: Coverage, other: Coverage) -> Coverage:
    """The first answer, unless it is none, or the other says all of it and more."""
    if known.answer is Answer.UNKNOWN:
        return other
    whole = fill(known, other, "copay_percent", "copay_amount", "clause")
    return other if known != whole == replace(other, service=known.service) else known


def _visit_key(visit: Visit) -> Hashable:
    return visit.starts_at, plain(visit.doctor)


def _visit(known: Visit, other: Visit) -> Visit:
    """Only a visit with an id can be moved: with it goes the source that it is an id of."""
    filled = fill(known, other, "specialty", "place", "preparation")
    if other.visit_id and not known.visit_id:
        return replace(filled, visit_id=other.visit_id, origin=other.origin)
    return filled
