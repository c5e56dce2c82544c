"""Conditions on who is calling.  Of several patients behind the number, any one is enough.

While a source of the directory gave no answer, what is not among its facts may still be so:
only what the facts that did come show for certain holds.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial

from ccd.directory.caller import Caller, NumberKind
from ccd.directory.model import Patient, Policy
from ccd.routing.bounds import AGE, COUNT, Bound, Number, Read, money
from ccd.routing.conditions.base import NO_DIRECTORY, Actual, Condition, Moment, any_of, said
from ccd.routing.when import CallerKind, PolicyState, When


def caller_kind(caller: Caller) -> CallerKind:
    """The one kind that this caller is; a silent directory counts only when nobody was found."""
    if caller.known:
        return "known"
    if caller.number.kind is NumberKind.ANONYMOUS:
        return "anonymous"
    return "failed" if caller.failed else "unknown"


def age(patient: Patient, today: date) -> int | None:
    """Full years; None when the birth date is not known, or lies ahead."""
    born = patient.birth_date
    if born is None or born > today:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def valid(policy: Policy, today: date) -> bool:
    """True on each day of the policy, the first and the last included."""
    return (policy.valid_from or today) <= today <= (policy.valid_until or today)


def policy_state(patient: Patient, today: date) -> PolicyState:
    """``active`` with a policy valid today, ``expired`` when one has ended, else ``none``."""
    if any(valid(policy, today) for policy in patient.policies):
        return "active"
    ended = any(policy.valid_until and policy.valid_until < today for policy in patient.policies)
    return "expired" if ended else "none"


def conditions(when: When) -> Iterator[Condition]:
    """The written ones among them."""
    if when.caller:
        yield any_of("caller", when.caller, lambda m: (caller_kind(m.caller),), _kind)
    if when.patients:
        bounds = tuple(Bound.parse(text, COUNT) for text in when.patients)
        yield Condition(said("patients", when.patients), partial(_so_many, bounds), _count)
    if when.age:
        yield _bounded("age", when.age, AGE, _ages)
    if when.debt:
        yield _bounded("debt", when.debt, money, _debts)
    for key, values, had in (
        ("tag", when.tag, tags),
        ("language", when.language, languages),
        ("insurer", when.insurer, insurers),
        ("policy", when.policy, policy_states),
        ("policy_kind", when.policy_kind, policy_kinds),
        ("doctor", when.doctor, doctors),
    ):
        if values:
            yield any_of(key, values, had, _shown(key, had))


def _bounded(
    key: str, texts: tuple[str, ...], read: Read, had: Callable[[Moment], Iterable[Number]]
) -> Condition:
    bounds = tuple(Bound.parse(text, read) for text in texts)
    return Condition(
        said(key, texts),
        lambda moment: any(bound.holds(value) for value in had(moment) for bound in bounds),
        _shown(key, had),
    )


def _so_many(bounds: tuple[Bound, ...], moment: Moment) -> bool:
    count, partly = len(moment.caller.patients), bool(moment.caller.failed)
    return any(bound.holds_at_least(count) if partly else bound.holds(count) for bound in bounds)


def tags(moment: Moment) -> Iterator[str]:
    """Every tag of every patient."""
    return (tag for patient in moment.caller.patients for tag in patient.tags)


def languages(moment: Moment) -> Iterator[str]:
    """Those languages that are known."""
    return (patient.language for patient in moment.caller.patients if patient.language)


def insurers(moment: Moment) -> Iterator[str]:
    """Of the policies that are valid today."""
    return (policy.insurer for policy in _policies(moment))


def policy_kinds(moment: Moment) -> Iterator[str]:
    """Of the policies that are valid today, where it is known."""
    return (policy.kind for policy in _policies(moment) if policy.kind)


def policy_states(moment: Moment) -> Iterator[str]:
    """One for each patient; a policy that was not found may be in a source that gave no answer."""
    states = (policy_state(patient, moment.local.date()) for patient in moment.caller.patients)
    return (state for state in states if state == "active" or not moment.caller.failed)


def doctors(moment: Moment) -> Iterator[str]:
    """The attending doctors."""
    return (patient.doctor for patient in moment.caller.patients if patient.doctor)


def _policies(moment: Moment) -> Iterator[Policy]:
    today = moment.local.date()
    return (one for patient in moment.caller.patients for one in patient.policies if valid(one, today))


def _ages(moment: Moment) -> Iterator[int]:
    years = (age(patient, moment.local.date()) for patient in moment.caller.patients)
    return (one for one in years if one is not None)


def _debts(moment: Moment) -> Iterator[Number]:
    debts = (patient.debt for patient in moment.caller.patients)
    return (debt for debt in debts if debt is not None and debt.is_finite())


def _kind(moment: Moment) -> str:
    return caller_kind(moment.caller)


def _count(moment: Moment) -> str:
    silent = f", and {NO_DIRECTORY}" if moment.caller.failed else ""
    return f"{len(moment.caller.patients)}{silent}"


_NOTHING = {"tag": "no tags", "policy": "no patient", "policy_kind": "no such policy"}


def _shown(key: str, had: Callable[[Moment], Iterable[object]]) -> Actual:
    """All values that the patients have, in order."""

    def actual(moment: Moment) -> str:
        values = ", ".join(sorted({str(value) for value in had(moment)}))
        return values or (NO_DIRECTORY if moment.caller.failed else _NOTHING.get(key, f"no {key} is known"))

    return actual
