"""Every fact comes out of the directory as it went in, through the files and without them."""

import asyncio
import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccd.directory.model import STATUSES, Answer, Coverage, Patient, Policy, Reach, Remark, RemarkKind, Visit
from ccd.store.database import Database
from ccd.store.files import import_files
from ccd.store.patients import BuiltinDirectory
from tests.unit.directory_rows import Relative
from tests.unit.empty_database import empty_database
from tests.unit.store.samples import NOON

MOSCOW = ZoneInfo("Europe/Moscow")
OWN, MOTHERS = "+79161234567", "+79031112233"
WORDS = st.sampled_from(["Иванова", "O'Neil", "=cmd|' /C calc'!A0", "<b>x</b>", '"', "' OR 1=1 --", "a, b"])
TEXTS = WORDS | st.just("")
DAYS = st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1))
MONEY = st.none() | st.decimals(0, 10**9, places=2)
CLAUSES = st.sampled_from(["", "3.2", "п. 4"])
PARTS = st.fixed_dictionaries({}, optional={"copay_percent": st.integers(0, 100)}) | st.fixed_dictionaries(
    {"copay_amount": MONEY}
)
ANSWERS = st.sampled_from([Answer.COVERED, Answer.NOT_COVERED, Answer.UNKNOWN]).map(
    lambda answer: {"answer": answer}
) | PARTS.map(lambda part: {"answer": Answer.COPAY, **part})
COVERAGE = st.tuples(st.uuids(), ANSWERS, CLAUSES).map(
    lambda said: Coverage(service=str(said[0]), clause=said[2], **said[1])
)
POLICIES = st.builds(
    Policy,
    insurer=WORDS,
    programme=TEXTS,
    number=WORDS,
    valid_from=st.none() | st.dates(date(1900, 1, 1), date(2000, 1, 1)),
    valid_until=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    coverage=st.lists(COVERAGE, max_size=4).map(tuple),
    kind=TEXTS,
    active=st.booleans(),
)
VISITS = st.builds(
    Visit,
    starts_at=st.integers(-5000, 5000).map(lambda hours: NOON + timedelta(hours=hours)),
    doctor=TEXTS,
    specialty=TEXTS,
    place=TEXTS,
    status=st.sampled_from(STATUSES),
    preparation=TEXTS,
    visit_id=TEXTS,
)
PEOPLE = st.builds(
    Patient,
    patient_id=st.just("1"),
    full_name=WORDS,
    birth_date=DAYS,
    language=st.sampled_from(["", "ru", "uk", "en"]),
    tags=st.frozensets(WORDS, max_size=3),
    doctor=TEXTS,
    debt=MONEY,
    reach=st.sampled_from([Reach.OWN, Reach.ORGANISATION, Reach.STAFF]),
    remarks=st.frozensets(st.tuples(st.sampled_from(RemarkKind), st.sampled_from("abc"))).map(
        lambda said: tuple(Remark(text=text, kind=kind) for kind, text in sorted(said, reverse=True))
    ),
    policies=st.lists(POLICIES, max_size=3).map(tuple),
    visits=st.lists(VISITS, max_size=5, unique_by=lambda visit: visit.starts_at).map(tuple),
)
RELATIVES = st.builds(
    Relative, phones=st.just((MOTHERS,)), name=TEXTS, relationship=TEXTS, guardian=st.booleans()
)


def cells(patient: Patient) -> dict[str, object]:
    remarks = {kind: [one.text for one in patient.remarks if one.kind is kind] for kind in RemarkKind}
    return {
        "patient_id": patient.patient_id,
        "full_name": patient.full_name,
        "birth_date": patient.birth_date,
        "phones": OWN,
        "language": patient.language,
        "tags": "; ".join(patient.tags),
        "doctor": patient.doctor,
        "debt": patient.debt,
        "kind": patient.reach if patient.reach is not Reach.OWN else "",
        "notes": "; ".join(remarks[RemarkKind.NOTE]),
        "medical": "; ".join(remarks[RemarkKind.MEDICAL]),
    }


def service(said: Coverage) -> str:
    part = ""
    if said.answer is Answer.COPAY:
        part = (
            " = ?" if said.copay_percent is None and said.copay_amount is None else f" = {said.copay_amount}"
        )
        part = part if said.copay_percent is None else f" {said.copay_percent}%"
    return f"{said.service}{part}" + (f" [{said.clause}]" if said.clause else "")


def policy_cells(policy: Policy) -> dict[str, object]:
    columns = {"covered": Answer.COVERED, "copay": Answer.COPAY, "not_covered": Answer.NOT_COVERED}
    columns["unknown"] = Answer.UNKNOWN
    return {
        "patient_id": "1",
        "insurer": policy.insurer,
        "number": policy.number,
        "programme": policy.programme,
        "valid_from": policy.valid_from,
        "valid_until": policy.valid_until,
        "active": "да" if policy.active else "no",
        "policy_kind": policy.kind,
        **{
            column: "; ".join(service(one) for one in policy.coverage if one.answer is answer)
            for column, answer in columns.items()
        },
    }


def visit_cells(visit: Visit) -> dict[str, object]:
    return {
        "patient_id": "1",
        "starts_at": visit.starts_at.astimezone(MOSCOW).replace(tzinfo=None).isoformat(" "),
        **{name: getattr(visit, name) for name in ("doctor", "specialty", "place", "status")},
        "preparation": visit.preparation,
        "visit_id": visit.visit_id,
    }


def relative_cells(one: Relative) -> dict[str, object]:
    return {
        "patient_id": "1",
        "phone": MOTHERS,
        "name": one.name,
        "relationship": one.relationship,
        "guardian": "yes" if one.guardian else "",
    }


def written(path: Path, rows: Sequence[dict[str, object]]) -> list[Path]:
    if rows:
        with path.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
    return [path] if rows else []


def expected(patient: Patient) -> Patient:
    """In the order in which the files name things."""
    order = [Answer.COVERED, Answer.COPAY, Answer.NOT_COVERED, Answer.UNKNOWN]
    policies = (
        replace(one, coverage=tuple(sorted(one.coverage, key=lambda said: order.index(said.answer))))
        for one in patient.policies
    )
    late = NOON - timedelta(hours=1)
    coming = sorted((one for one in patient.visits if one.starts_at >= late), key=lambda one: one.starts_at)
    past = sorted((one for one in patient.visits if one.starts_at < late), key=lambda one: one.starts_at)
    return replace(patient, policies=tuple(policies), visits=(*coming, *reversed(past)))


async def imported(path: Path, files: list[Path]) -> tuple[tuple[Patient, ...], tuple[Patient, ...], int]:
    """Who is found by the own number and by the mother's; how many changed when imported again."""
    database = await Database.open(path)
    async with BuiltinDirectory.open(database, now=lambda: NOON) as directory:
        await import_files(directory, files, region="RU", tz=MOSCOW, replace=True)
        again = await import_files(directory, files, region="RU", tz=MOSCOW, replace=True)
        found = await directory.patients(OWN), await directory.patients(MOTHERS)
    await database.close()
    return *found, 1 - again.result.unchanged


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(empty_database(tmp_path_factory.mktemp("round") / "ccd.db"))


@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(PEOPLE, st.lists(RELATIVES, max_size=2))
def test_every_fact_survives_the_way(empty: Path, patient: Patient, relatives: list[Relative]) -> None:
    path = empty.with_name("one.db")
    path.write_bytes(empty.read_bytes())
    files = [
        *written(empty.with_name("patients.csv"), [cells(patient)]),
        *written(empty.with_name("policies.csv"), [*map(policy_cells, patient.policies)]),
        *written(empty.with_name("visits.csv"), [*map(visit_cells, patient.visits)]),
        *written(empty.with_name("relatives.csv"), [*map(relative_cells, relatives)]),
    ]
    own, through, changed = asyncio.run(imported(path, files))
    assert own == (expected(patient),)
    assert not any(one.visit_id for one in own[0].visits), "ccd cannot move what stands in another's schedule"
    assert changed == 0
    if relatives:
        nearest = min(relatives, key=lambda one: not one.guardian)
        assert through == (
            replace(
                expected(patient),
                reach=Reach.GUARDIAN if nearest.guardian else Reach.RELATIVE,
                relationship=nearest.relationship,
                through=nearest.name,
            ),
        )
    else:
        assert through == ()
