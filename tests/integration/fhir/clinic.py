"""Resources of a small clinic, as a test writes them to the server."""

from datetime import datetime, timedelta
from typing import Any

from tests.testbed.fhir_server import Resource

SERVICES = "https://clinic.example/fhir/services"
DEBT = "https://clinic.example/fhir/debt"


def phone(value: str, **more: Any) -> list[Resource]:
    return [{"system": "phone", "value": value, **more}]


def name(family: str, *given: str) -> list[Resource]:
    return [{"use": "official", "family": family, "given": list(given)}]


def patient(ident: str, number: str, family: str = "Иванова", **more: Any) -> Resource:
    return {
        "resourceType": "Patient",
        "id": ident,
        "name": name(family, "Мария", "Петровна"),
        "telecom": phone(number),
        **more,
    }


def related(ident: str, patient_id: str, number: str, code: str, text: str) -> Resource:
    return {
        "resourceType": "RelatedPerson",
        "id": ident,
        "patient": {"reference": f"Patient/{patient_id}"},
        "name": name("Петрова", "Анна"),
        "telecom": phone(number),
        "relationship": [{"coding": [{"code": code}], "text": text}],
    }


def practitioner(ident: str, family: str, number: str = "") -> Resource:
    return {
        "resourceType": "Practitioner",
        "id": ident,
        "name": name(family, "Олег"),
        "telecom": phone(number) if number else [],
    }


def coverage(ident: str, patient_id: str, **more: Any) -> Resource:
    return {
        "resourceType": "Coverage",
        "id": ident,
        "status": "active",
        "beneficiary": {"reference": f"Patient/{patient_id}"},
        "payor": [{"display": "Согаз"}],
        **more,
    }


def appointment(ident: str, patient_id: str, start: str, status: str = "booked", **more: Any) -> Resource:
    return {
        "resourceType": "Appointment",
        "id": ident,
        "status": status,
        "start": start,
        "end": start,
        "participant": [{"actor": {"reference": f"Patient/{patient_id}"}, "status": "accepted"}],
        **more,
    }


def flag(ident: str, patient_id: str, text: str, category: str) -> Resource:
    return {
        "resourceType": "Flag",
        "id": ident,
        "status": "active",
        "subject": {"reference": f"Patient/{patient_id}"},
        "code": {"text": text},
        "category": [{"coding": [{"code": category}]}],
    }


def part(service: str, answer: str, **numbers: Any) -> Resource:
    """One service of the clinic's own extension."""
    said = [{"url": "service", "valueString": service}, {"url": "answer", "valueCode": answer}]
    return {
        "url": SERVICES,
        "extension": said + [{"url": key, **value} for key, value in numbers.items()],
    }


def schedule(ident: str, doctor: str, specialty: str, place: str) -> Resource:
    return {
        "resourceType": "Schedule",
        "id": ident,
        "specialty": [{"text": specialty}],
        "actor": [{"reference": f"Practitioner/{doctor}"}, {"reference": "Location/r12", "display": place}],
    }


def slot(ident: str, start: datetime, schedule_id: str, status: str = "free") -> Resource:
    return {
        "resourceType": "Slot",
        "id": ident,
        "status": status,
        "schedule": {"reference": f"Schedule/{schedule_id}"},
        "start": start.isoformat(),
        "end": (start + timedelta(minutes=30)).isoformat(),
    }
