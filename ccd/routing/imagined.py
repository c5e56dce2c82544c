"""The facts of a made-up call."""

from datetime import UTC, date, datetime, timedelta, tzinfo

from ccd.calls.ids import QueueName
from ccd.directory.caller import Caller
from ccd.directory.model import Patient, Policy, Visit
from ccd.directory.phones import normalise
from ccd.routing.expectations import MadeUpCall, MadeUpPatient, MadeUpPolicy, MadeUpQueue, MadeUpVisit
from ccd.routing.facts import Facts, History, PastCall, QueueState


def facts_of(call: MadeUpCall, zone: tzinfo, region: str) -> Facts:
    """What rules may ask about the call; ``zone`` is the clinic's, ``region`` its ISO 3166 code."""
    now = moment(call.at, zone)
    known = "directory" not in call.unknown
    return Facts(
        caller=Caller(
            number=normalise(call.from_, region),
            patients=tuple(patient_of(one, now) for one in call.patients) if known else (),
            failed=() if known else ("built-in",),
        ),
        called_number=call.to,
        now=now,
        history=_history(call, now),
        queues=_queues(call, now),
    )


def moment(written: str, zone: tzinfo) -> datetime:
    """The moment, in ``zone``."""
    at = datetime.fromisoformat(written)
    return at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)


def patient_of(one: MadeUpPatient, now: datetime) -> Patient:
    """Somebody with these facts at ``now``, the moment of the call on the clinic's wall clock."""
    return Patient(
        patient_id=one.name,
        full_name=one.name,
        birth_date=None if one.age is None else _born(now.date(), one.age),
        language=one.language,
        tags=frozenset(one.tags),
        policies=tuple(map(_policy, one.policies)),
        visits=tuple(_visit(visit, now.tzinfo or UTC) for visit in one.visits),
        doctor=one.doctor,
        debt=one.debt,
    )


def _born(today: date, age: int) -> date:
    """A birthday of today; nobody is born on a leap day, which not every year has."""
    return today.replace(year=today.year - age, day=min(today.day, 28))


def _policy(one: MadeUpPolicy) -> Policy:
    return Policy(
        insurer=one.insurer,
        programme="",
        number="",
        kind=one.kind,
        valid_from=one.valid_from,
        valid_until=one.valid_until,
    )


def _visit(one: MadeUpVisit, zone: tzinfo) -> Visit:
    return Visit(starts_at=moment(one.at, zone), doctor=one.doctor, specialty="", place="", status=one.status)


def _history(call: MadeUpCall, now: datetime) -> History:
    if "history" in call.unknown:
        return History(complete=False)
    calls = tuple(
        PastCall(at=_ago(now, one.ago), disposition=one.disposition, agent=one.agent, phone=one.phone)
        for one in call.earlier
    )
    return History(calls=calls, reminded_at=None if call.reminded is None else _ago(now, call.reminded))


def _queues(call: MadeUpCall, now: datetime) -> dict[QueueName, QueueState] | None:
    if call.queues is None or "queues" in call.unknown:
        return None
    return {QueueName(name): _queue(one, now) for name, one in call.queues.items()}


def _queue(one: MadeUpQueue, now: datetime) -> QueueState:
    since = _ago(now, one.longest) if one.waiting else None
    return QueueState(waiting=one.waiting, longest_since=since, free=one.free, on_duty=one.on_duty)


def _ago(now: datetime, seconds: int) -> datetime:
    return (now.astimezone(UTC) - timedelta(seconds=seconds)).astimezone(now.tzinfo)
