"""A policy as the card shows it: whether it is in force, and what it pays for."""

from datetime import date
from typing import Any

from ccd.desk.origins import Origins
from ccd.directory.model import Coverage, Policy

Json = dict[str, Any]


def policy_json(policy: Policy, today: date, origins: Origins) -> Json:
    """One policy with all of its services."""
    return {
        "insurer": policy.insurer,
        "programme": policy.programme,
        "number": policy.number,
        "from": policy.valid_from.isoformat() if policy.valid_from else None,
        "until": policy.valid_until.isoformat() if policy.valid_until else None,
        "standing": standing(policy, today),
        "coverage": [_coverage(one, origins) for one in policy.coverage],
        "origin": origins.place(policy.origin),
    }


def standing(policy: Policy, today: date) -> str:
    """``valid``, ``future``, ``expired``, or ``inactive``: cancelled or suspended, whatever its dates."""
    if policy.valid_until and policy.valid_until < today:
        return "expired"
    if not policy.active:
        return "inactive"
    return "future" if policy.valid_from and policy.valid_from > today else "valid"


def _coverage(coverage: Coverage, origins: Origins) -> Json:
    amount = coverage.copay_amount
    return {
        "service": coverage.service,
        "answer": coverage.answer,
        "copay": coverage.copay_percent,
        "amount": None if amount is None else f"{amount:f}",
        "clause": coverage.clause,
        "origin": origins.place(coverage.origin),
    }
