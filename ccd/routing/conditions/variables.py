"""What an ``if:`` expression sees of a call.  A fact that is not known is not there at all."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Any

from ccd.directory.model import Patient, Policy, Visit
from ccd.directory.phone_facts import country, line
from ccd.routing.conditions.base import NO_DIRECTORY, NO_HISTORY, NO_QUEUES, Moment
from ccd.routing.conditions.patient import age, caller_kind, valid
from ccd.routing.conditions.queues import longest
from ccd.routing.facts import PastCall

Read = Callable[[Moment], Any]


def _caller(moment: Moment) -> dict[str, Any]:
    number = moment.caller.number
    return {
        "kind": caller_kind(moment.caller),
        "number": number.e164 or min(moment.number, default=""),
        "country": country(number.e164),
        "line": line(number.e164),
    }


def _patients(moment: Moment) -> list[dict[str, Any]] | None:
    if caller_kind(moment.caller) == "failed":
        return None
    return [_patient(one, moment) for one in moment.caller.patients]


def _patient(one: Patient, moment: Moment) -> dict[str, Any]:
    today = moment.local.date()
    return _there(
        age=age(one, today),
        language=one.language,
        tags=sorted(one.tags),
        doctor=one.doctor,
        debt=None if one.debt is None else float(one.debt),
        policies=[_policy(policy, moment) for policy in one.policies],
        visits=[_visit(visit, moment) for visit in one.visits],
    )


def _policy(one: Policy, moment: Moment) -> dict[str, Any]:
    return _there(
        insurer=one.insurer,
        programme=one.programme,
        kind=one.kind,
        active=valid(one, moment.local.date()),
        valid_from=_midnight(one.valid_from, moment),
        valid_until=_midnight(one.valid_until, moment),
    )


def _midnight(day: date | None, moment: Moment) -> datetime | None:
    return _stamp(datetime.combine(day, time(), moment.zone), moment.zone) if day else None


def _stamp(at: datetime, zone: tzinfo) -> datetime:
    """The moment on the clinic's wall clock, with that day's offset: CEL takes no zone by name."""
    local = at.astimezone(zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()))


def _visit(one: Visit, moment: Moment) -> dict[str, Any]:
    return {
        "starts_at": _stamp(one.starts_at, moment.zone),
        "doctor": one.doctor,
        "specialty": one.specialty,
        "place": one.place,
        "status": one.status,
    }


def _history(moment: Moment) -> dict[str, Any] | None:
    history = moment.facts.history
    if not history.complete:
        return None
    reminded = history.reminded_at
    return _there(
        calls=[_call(one, moment) for one in history.calls],
        reminded_at=_stamp(reminded, moment.zone) if reminded else None,
    )


def _call(one: PastCall, moment: Moment) -> dict[str, Any]:
    return {
        "at": _stamp(one.at, moment.zone),
        "disposition": one.disposition,
        "agent": one.agent,
        "phone": one.phone,
    }


def _queues(moment: Moment) -> dict[str, dict[str, int]] | None:
    if moment.facts.queues is None:
        return None
    return {
        name: {
            "waiting": state.waiting,
            "longest": longest(state, moment),
            "free": state.free,
            "on_duty": state.on_duty,
        }
        for name, state in moment.facts.queues.items()
    }


def _there(**facts: Any) -> dict[str, Any]:
    return {name: fact for name, fact in facts.items() if fact is not None}


READ: Mapping[str, Read] = {
    "caller": _caller,
    "patients": _patients,
    "called": lambda moment: max(moment.called, key=lambda form: form.startswith("+"), default=""),
    "now": lambda moment: _stamp(moment.facts.now, moment.zone),
    "history": _history,
    "queues": _queues,
    "pressed": lambda moment: dict(moment.facts.pressed),
}
"""How each variable is read; None when the fact could not be had."""
UNKNOWN = {"patients": NO_DIRECTORY, "history": NO_HISTORY, "queues": NO_QUEUES}
