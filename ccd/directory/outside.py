"""What a source said, before anybody believes it: checked, and each fact marked with where it is from.

A plug-in, a server, a table may give anything.  What is not made as ``model`` says is no answer at
all: half an answer would be a fact lost in silence.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from ccd.directory.bounds import check, check_count, size
from ccd.directory.model import Coverage, DirectoryError, Origin, Patient, Policy, Remark, Visit

_F = TypeVar("_F", Coverage, Visit, Remark)


_LONGEST = 4_000
"""Characters of a text."""
_STRICTLY = ConfigDict(revalidate_instances="always", extra="forbid", str_max_length=_LONGEST)


def _adapter() -> TypeAdapter[tuple[Patient, ...]]:
    """Checks values that exist already, also those within them."""
    for kind in (Origin, Coverage, Policy, Visit, Remark, Patient):
        with_config(_STRICTLY)(kind)
    return TypeAdapter(tuple[Patient, ...])


_ANSWER = _adapter()


def checked(answer: object) -> tuple[Patient, ...]:
    """The answer, if it is people; raises DirectoryError."""
    if not isinstance(answer, tuple | list):
        raise DirectoryError(f"answered with {type(answer).__name__} in place of patients")
    check_count(len(answer))
    try:
        check_count(len(answer), sum(map(size, answer)))
        patients = _ANSWER.validate_python(answer)
    except ValidationError as error:
        raise DirectoryError(_sentence(error)) from None
    except (AttributeError, TypeError):
        raise DirectoryError("answered with something that is no patient") from None
    for patient in patients:
        check(patient)
    return patients


def _sentence(error: ValidationError) -> str:
    """The first mistake by its place; never the value, which may be anybody's."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"][1:]) or "one of them"
    return f"answered with no patients: {place}: {first['msg'][:200]}"


def own_ids(patients: Sequence[Patient], source: str) -> tuple[Patient, ...]:
    """Ids that no other source has: ``mis:17``.  Who somebody is in another, the source cannot say."""
    return tuple(
        replace(
            one,
            patient_id=f"{source}:{one.patient_id}",
            known_as=((source, one.patient_id),),
            borrowed=(),
        )
        for one in patients
    )


def marked(patients: Sequence[Patient], origin: Origin) -> tuple[Patient, ...]:
    """Where the source left open whence a fact is, and what it calls a person, it is filled in."""
    return tuple(_marked(patient, origin) for patient in patients)


def _marked(patient: Patient, origin: Origin) -> Patient:
    said: dict[str, Any] = {}
    if not patient.origin.source:
        said["origin"] = origin
    if not patient.known_as:
        said["known_as"] = ((origin.source, patient.patient_id),)
    policies = tuple(_policy(one, origin) for one in patient.policies)
    if any(new is not old for new, old in zip(policies, patient.policies, strict=True)):
        said["policies"] = policies
    if (visits := _each(patient.visits, origin)) is not patient.visits:
        said["visits"] = visits
    if (remarks := _each(patient.remarks, origin)) is not patient.remarks:
        said["remarks"] = remarks
    return replace(patient, **said) if said else patient


def _policy(policy: Policy, origin: Origin) -> Policy:
    coverage = _each(policy.coverage, origin)
    if coverage is policy.coverage and policy.origin.source:
        return policy
    return replace(policy, coverage=coverage, origin=policy.origin if policy.origin.source else origin)


def _each(facts: tuple[_F, ...], origin: Origin) -> tuple[_F, ...]:
    """The same facts, each with an origin; the same tuple when each has one."""
    if all(one.origin.source for one in facts):
        return facts
    return tuple(one if one.origin.source else replace(one, origin=origin) for one in facts)
