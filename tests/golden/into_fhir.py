"""The people as FHIR R4 resources, with extensions for what the standard has no place for."""

from collections.abc import Iterable, Iterator
from typing import Any
from zlib import crc32

from ccd.directory.model import Coverage, Policy, Reach, Remark, RemarkKind, Visit
from tests.golden.world import Contact, Person

Resource = dict[str, Any]
SERVICES = "https://clinic.example/fhir/services"
DEBT = "https://clinic.example/fhir/debt"


def resources(people: Iterable[Person]) -> list[Resource]:
    """All of them, each once."""
    found = [resource for one in people for resource in (*_of(one), *_named(one))]
    return list({f"{one['resourceType']}/{one['id']}": one for one in found}.values())


def _named(person: Person) -> Iterator[Resource]:
    """Those of whom only the name is known: doctors, rooms, insurers."""
    one = person.written
    for doctor in (one.doctor, *(visit.doctor for visit in one.visits)):
        if doctor:
            yield {"resourceType": "Practitioner", "id": _key(doctor), "name": [{"text": doctor}]}
    for place in (visit.place for visit in one.visits):
        if place:
            yield {"resourceType": "Location", "id": _key(place), "name": place}
    for insurer in (policy.insurer for policy in one.policies):
        yield {"resourceType": "Organization", "id": _key(insurer), "name": insurer}


def _key(name: str) -> str:
    return f"named-{crc32(name.encode()):08x}"


def _of(person: Person) -> Iterator[Resource]:
    one, me = person.written, person.person_id
    if one.reach is Reach.ORGANISATION:
        phones = _phones(person.numbers)
        yield {"resourceType": "Organization", "id": me, "name": one.full_name, "telecom": phones}
        return
    if one.reach is Reach.STAFF:
        yield {
            "resourceType": "Practitioner",
            "id": me,
            "name": [{"text": one.full_name}],
            "telecom": _phones(person.numbers),
        }
        return
    yield _patient(person)
    for place, other in enumerate(person.contacts):
        yield _related(person, other, f"{me}-kin-{place}")
    for place, policy in enumerate(one.policies):
        yield _coverage(me, policy, f"{me}-policy-{place}")
    for place, visit in enumerate(one.visits):
        yield _appointment(me, visit, f"{me}-visit-{place}")
    for place, remark in enumerate(one.remarks):
        yield _flag(me, remark, f"{me}-flag-{place}")


def _phones(numbers: Iterable[str]) -> list[Resource]:
    return [{"system": "phone", "value": number} for number in numbers]


def _patient(person: Person) -> Resource:
    one = person.written
    return _filled(
        resourceType="Patient",
        id=one.patient_id,
        meta=_filled(
            tag=[{"code": tag, "system": "https://clinic.example/tags"} for tag in sorted(one.tags)]
        ),
        extension=[] if one.debt is None else [{"url": DEBT, "valueMoney": {"value": float(one.debt)}}],
        name=[{"text": one.full_name}],
        telecom=_phones(person.numbers),
        birthDate=one.birth_date.isoformat() if one.birth_date else None,
        communication=[{"language": {"coding": [{"code": one.language}]}}] if one.language else [],
        generalPractitioner=[_reference("Practitioner", one.doctor)] if one.doctor else [],
    )


def _related(person: Person, other: Contact, me: str) -> Resource:
    code = "GUARD" if other.reach is Reach.GUARDIAN else "FAMMEMB"
    return {
        "resourceType": "RelatedPerson",
        "id": me,
        "patient": {"reference": f"Patient/{person.person_id}"},
        "relationship": [{"coding": [{"code": code}], "text": other.relationship}],
        "name": [{"text": other.name}],
        "telecom": _phones([other.number]),
    }


def _coverage(patient: str, policy: Policy, me: str) -> Resource:
    period = _filled(
        start=policy.valid_from.isoformat() if policy.valid_from else None,
        end=policy.valid_until.isoformat() if policy.valid_until else None,
    )
    plan = {"type": {"coding": [{"code": "plan"}]}, "value": policy.programme, "name": policy.programme}
    return _filled(
        resourceType="Coverage",
        id=me,
        extension=[_service(one) for one in policy.coverage],
        status="active" if policy.active else "cancelled",
        type={"text": policy.kind} if policy.kind else None,
        beneficiary={"reference": f"Patient/{patient}"},
        subscriberId=policy.number,
        period=period,
        payor=[_reference("Organization", policy.insurer)],
        **{"class": [plan] if policy.programme else []},
    )


def _service(one: Coverage) -> Resource:
    amount = None if one.copay_amount is None else {"value": float(one.copay_amount)}
    parts = (
        ("service", "valueString", one.service),
        ("answer", "valueCode", str(one.answer)),
        ("percent", "valueDecimal", one.copay_percent),
        ("amount", "valueMoney", amount),
        ("clause", "valueString", one.clause or None),
    )
    said = [{"url": url, key: value} for url, key, value in parts if value is not None]
    return {"url": SERVICES, "extension": said}


def _appointment(patient: str, visit: Visit, me: str) -> Resource:
    actors = [{"reference": f"Patient/{patient}"}, _reference("Practitioner", visit.doctor)]
    if visit.place:
        actors.append(_reference("Location", visit.place))
    return _filled(
        resourceType="Appointment",
        id=me,
        status=visit.status,
        start=visit.starts_at.isoformat(),
        specialty=[{"text": visit.specialty}] if visit.specialty else [],
        patientInstruction=visit.preparation or None,
        participant=[{"actor": actor, "status": "accepted"} for actor in actors],
    )


def _flag(patient: str, remark: Remark, me: str) -> Resource:
    category = "clinical" if remark.kind is RemarkKind.MEDICAL else "admin"
    return {
        "resourceType": "Flag",
        "id": me,
        "status": "active",
        "category": [{"coding": [{"code": category}]}],
        "code": {"text": remark.text},
        "subject": {"reference": f"Patient/{patient}"},
    }


def _reference(kind: str, name: str) -> Resource:
    return {"reference": f"{kind}/{_key(name)}"}


def _filled(**elements: Any) -> Resource:
    """FHIR has no empty elements."""
    return {name: value for name, value in elements.items() if value not in (None, "", [], {})}
