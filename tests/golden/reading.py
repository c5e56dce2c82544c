"""``callers/*.yaml`` as a World.  Days count from today, so that "next week" stays next week."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ccd.directory.caller import NumberKind
from ccd.directory.model import Answer, Coverage, Patient, Policy, Reach, Remark, RemarkKind, Visit
from tests.golden.world import ZONE, Candidate, Contact, GoldenCaller, Person, World

FOLDER = Path(__file__).with_name("callers")
_ANSWERS = {"yes": Answer.COVERED, "no": Answer.NOT_COVERED, "unknown": Answer.UNKNOWN, "copay": Answer.COPAY}
_DAY = re.compile(r"([+-]?\d+)d")


@cache
def world() -> World:
    """All golden callers of today."""
    now = datetime.combine(datetime.now(ZONE).date(), time(12), ZONE)
    people: dict[str, Person] = {}
    callers: list[GoldenCaller] = []
    for path in sorted(FOLDER.glob("*.yaml")):
        written = yaml.safe_load(path.read_text())
        for one in written["people"]:
            assert one["id"] not in people, f"{path.name}: {one['id']} stands twice"
            people[one["id"]] = _person(one, now)
        callers += [_caller(one) for one in written["callers"]]
    return World(now=now, people=people, callers=tuple(callers))


def _person(one: Mapping[str, Any], now: datetime) -> Person:
    policies = one.get("policies", ())
    patient = Patient(
        patient_id=one["id"],
        full_name=one["name"],
        birth_date=one.get("born"),
        language=one.get("language", ""),
        tags=frozenset(one.get("tags", ())),
        policies=tuple(_policy(policy, now) for policy in policies),
        visits=tuple(_visit(visit, now) for visit in one.get("visits", ())),
        doctor=one.get("doctor", ""),
        debt=Decimal(one["debt"]) if "debt" in one else None,
        remarks=tuple(_remark(remark) for remark in one.get("remarks", ())),
        reach=Reach(one.get("reach", "own")),
    )
    return Person(
        patient=patient,
        written=replace(patient, full_name=one.get("written", patient.full_name)),
        numbers=tuple(one.get("numbers", ())),
        contacts=tuple(
            Contact(**{**contact, "reach": Reach(contact["reach"])}) for contact in one.get("contacts", ())
        ),
        standings=tuple(policy["stands"] for policy in policies),
    )


def _policy(one: Mapping[str, Any], now: datetime) -> Policy:
    return Policy(
        insurer=one["insurer"],
        programme=one.get("programme", ""),
        number=one["number"],
        valid_from=_day(one["from"], now) if "from" in one else None,
        valid_until=_day(one["until"], now) if "until" in one else None,
        coverage=tuple(_coverage(*pair) for pair in one.get("pays", {}).items()),
        kind=one.get("kind", ""),
        active=one.get("active", True),
    )


def _coverage(service: str, said: str) -> Coverage:
    answer, _, clause = (part.strip() for part in said.partition(" @ "))
    percent = int(answer.removesuffix("%")) if answer.endswith("%") else None
    word = _ANSWERS.get(answer, Answer.COPAY)
    amount = Decimal(answer) if answer not in _ANSWERS and percent is None else None
    return Coverage(service=service, answer=word, copay_percent=percent, copay_amount=amount, clause=clause)


def _visit(one: Mapping[str, Any], now: datetime) -> Visit:
    day, _, clock = one["at"].partition(" ")
    return Visit(
        starts_at=datetime.combine(_day(day, now), time.fromisoformat(clock), ZONE),
        doctor=one["doctor"],
        specialty=one["specialty"],
        place=one["place"],
        status=one["status"],
        preparation=one.get("preparation", ""),
    )


def _remark(one: Mapping[str, Any]) -> Remark:
    return Remark(text=one["text"], kind=RemarkKind(one.get("kind", "note")))


def _day(written: str, now: datetime) -> date:
    found = _DAY.fullmatch(written)
    assert found, f"{written} is no day; write +3d"
    return now.date() + timedelta(days=int(found[1]))


def _caller(one: Mapping[str, Any]) -> GoldenCaller:
    return GoldenCaller(
        who=one["who"],
        dials=one["dials"],
        presentation=one.get("presentation", ""),
        kind=NumberKind(one.get("kind", "e164")),
        shows=tuple(_candidates(one["shows"])),
        any_order=one.get("order") == "any",
    )


def _candidates(lines: list[str]) -> Iterator[Candidate]:
    for line in lines:
        person_id, _, said = line.partition(": ")
        reach, reason = said.split(", ")
        yield Candidate(person_id=person_id, reach=reach, reason=reason)
