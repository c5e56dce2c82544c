"""When two accounts of a person are the same: the order in which a source lists facts is none of them."""

from dataclasses import replace
from typing import Any

from ccd.directory.model import Patient, Policy


def plain(patient: Patient, person_id: str = "") -> Patient:
    """The same person with every list in one order; ``person_id`` in place of the source's own id."""
    return replace(
        patient,
        patient_id=person_id or patient.patient_id,
        policies=tuple(sorted(map(_policy, patient.policies), key=lambda one: (one.insurer, one.number))),
        visits=tuple(sorted(patient.visits, key=lambda one: (one.starts_at, one.doctor))),
        remarks=tuple(sorted(patient.remarks, key=lambda one: one.text)),
    )


def _policy(policy: Policy) -> Policy:
    coverage: Any = sorted(policy.coverage, key=lambda one: one.service)
    return replace(policy, coverage=tuple(coverage))
