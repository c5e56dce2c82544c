"""One person from two sources: who is the same, what is believed; nothing is lost, and nothing invented."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.directory import merging_facts
from ccd.directory.merging import joined, merged
from ccd.directory.model import Answer, Coverage, Origin, Patient, Policy, Reach, Remark, Visit
from ccd.directory.outside import marked, own_ids
from ccd.directory.same_person import digits, plain
from tests.unit.directory.people import MOMENTS, patients

KEYS = ("id", "name_and_birth_date", "policy")
ANNA = Patient(patient_id="1", full_name="Ли Анна", birth_date=date(1990, 1, 1))
POLICY = Policy(insurer="Рога", programme="", number="12-3")
VISIT = Visit(starts_at=MOMENTS[1], doctor="Ким", specialty="", place="", status="booked")


def of(source: str, *people: Patient) -> tuple[Patient, ...]:
    return own_ids(marked(people, Origin(source, MOMENTS[0])), source)


def one_of(first: Patient, second: Patient, keys: Iterable[str] = KEYS) -> Patient:
    (patient,) = merged([of("a", first), of("b", second)], frozenset(keys))
    return patient


@pytest.mark.parametrize(
    ("keys", "other", "same"),
    [
        ("name_and_birth_date", replace(ANNA, patient_id="9", full_name=" ли  АННА"), True),
        ("name_and_birth_date", replace(ANNA, birth_date=None), False),
        ("name_and_birth_date", replace(ANNA, full_name="Ли Олег"), False),
        ("name_and_birth_date", replace(ANNA, reach=Reach.STAFF), False),
        ("name_and_birth_date", replace(ANNA, reach=Reach.GUARDIAN), True),
        ("id", replace(ANNA, full_name="Кто-то"), True),
        ("id", replace(ANNA, patient_id="2"), False),
        ("policy", replace(ANNA, birth_date=None, policies=(replace(POLICY, number="1 23"),)), True),
        ("policy", replace(ANNA, full_name="Ли Олег", policies=(POLICY,)), False),
        ("policy", replace(ANNA, policies=(replace(POLICY, insurer="Копыта"),)), False),
    ],
)
def test_who_is_the_same(keys, other, same):
    first = replace(ANNA, policies=(POLICY,))
    assert len(merged([of("a", first), of("b", other)], {keys})) == (1 if same else 2)


def test_each_service_of_two_long_lists_is_read_once(monkeypatch):
    """Programmes name thousands, and every other caller waits meanwhile."""
    read: list[str] = []

    def reading(text: str) -> str:
        read.append(text)
        return plain(text)

    monkeypatch.setattr(merging_facts, "plain", reading)
    covered = tuple(Coverage(service=f"УЗИ {n}", answer=Answer.COVERED) for n in range(100))
    both = replace(ANNA, policies=(replace(POLICY, coverage=covered),))
    merged_one = one_of(both, both)
    assert len(merged_one.policies[0].coverage) == 100
    assert sum(text.startswith("УЗИ") for text in read) == 200


def test_two_of_one_source_stay_two_and_whom_several_fit_is_nobody():
    twice = (ANNA, replace(ANNA, patient_id="2"))
    assert len(merged([of("a", *twice)], KEYS)) == 2
    assert len(merged([of("a", *twice), of("b", replace(ANNA, patient_id="7"))], KEYS)) == 3
    assert len(merged([of("b", replace(ANNA, patient_id="7")), of("a", *twice)], KEYS)) == 3


def test_two_that_only_share_an_id_stay_two_unless_it_is_a_key():
    people = [of("a", ANNA), of("b", replace(ANNA, full_name="Ли Олег"))]
    assert [one.patient_id for one in merged(people, ("policy",))] == ["a:1", "b:1"]


def test_the_first_is_believed_the_second_fills_in_and_who_said_so_is_kept():
    first = replace(ANNA, language="ru", debt=Decimal(0))
    whole = one_of(
        first, replace(ANNA, language="uk", doctor="Ким", debt=Decimal(500), tags=frozenset({"vip"}))
    )
    assert (whole.patient_id, whole.language, whole.doctor, whole.debt) == ("a:1", "ru", "Ким", Decimal(0))
    assert [(name, origin.source) for name, origin in whole.borrowed] == [("doctor", "b"), ("tags", "b")]
    assert whole.known_as == (("a", "1"), ("b", "1"))


def test_one_policy_of_two_sources():
    first = replace(ANNA, policies=(replace(POLICY, valid_until=date(2027, 1, 1)),))
    theirs = replace(
        POLICY, number="123", programme="Люкс", valid_from=date(2020, 1, 1), active=False, kind="dms"
    )
    whole = one_of(first, replace(ANNA, policies=(theirs,)))
    (policy,) = whole.policies
    assert (policy.number, policy.programme, policy.kind, policy.active) == ("12-3", "Люкс", "dms", False)
    assert (policy.valid_from, policy.valid_until) == (None, date(2027, 1, 1))
    assert {name for name, _ in whole.borrowed} == {
        f"policies.12-3.{field}" for field in ("programme", "kind", "active")
    }


def test_what_is_paid_is_believed_service_by_service():
    ours = (
        Coverage(service="УЗИ", answer=Answer.COVERED),
        Coverage(service="МРТ", answer=Answer.UNKNOWN),
        Coverage(service="КТ", answer=Answer.COPAY),
    )
    theirs = (
        Coverage(service="узи", answer=Answer.NOT_COVERED),
        Coverage(service="МРТ", answer=Answer.COVERED),
        Coverage(service="кт", answer=Answer.COPAY, copay_percent=30),
        Coverage(service="ЭКГ", answer=Answer.COVERED),
    )
    whole = one_of(
        replace(ANNA, policies=(replace(POLICY, coverage=ours),)),
        replace(ANNA, policies=(replace(POLICY, coverage=theirs),)),
    )
    found = [(one.service.lower(), one.answer, one.origin.source) for one in whole.policies[0].coverage]
    assert found == [
        ("узи", Answer.COVERED, "a"),
        ("мрт", Answer.COVERED, "b"),
        ("кт", Answer.COPAY, "b"),
        ("экг", Answer.COVERED, "b"),
    ]


def test_a_visit_is_of_the_source_that_can_move_it():
    first = replace(ANNA, visits=(replace(VISIT, status="arrived"),))
    whole = one_of(first, replace(ANNA, visits=(replace(VISIT, visit_id="5", place="7"),)))
    (visit,) = whole.visits
    assert (visit.status, visit.place, visit.visit_id, visit.origin.source) == ("arrived", "7", "5", "b")
    assert whole.borrowed == ((f"visits.{VISIT.starts_at.isoformat()}", Origin("a", MOMENTS[0])),)


def test_a_relationship_is_not_lent_to_somebody_reached_otherwise():
    mother = replace(ANNA, reach=Reach.GUARDIAN, relationship="mother", through="Ли Вера")
    assert one_of(ANNA, mother).relationship == ""
    assert one_of(replace(ANNA, reach=Reach.GUARDIAN), mother).through == "Ли Вера"


def test_a_remark_is_shown_once():
    first, second = Remark(text="Тихо"), Remark(text="тихо ")
    assert one_of(replace(ANNA, remarks=(first,)), replace(ANNA, remarks=(second,))).remarks == (first,)


two_sources = st.tuples(patients(source="a"), patients(source="b"))


def facts(people: Iterable[Patient]) -> set[tuple[Any, ...]]:
    """Everything that is said, each by itself."""
    return {fact for one in people for fact in _facts(one)}


def _facts(one: Patient) -> Iterator[tuple[Any, ...]]:
    for name in ("full_name", "birth_date", "language", "doctor", "debt", "relationship", "through"):
        if getattr(one, name) not in {None, ""}:
            yield name, getattr(one, name)
    yield from (("tag", tag) for tag in one.tags)
    yield from (("known_as", known) for known in one.known_as)
    yield from (("remark", plain(remark.text)) for remark in one.remarks)
    for policy in one.policies:
        which = ("policy", plain(policy.insurer), digits(policy.number))
        yield which
        yield from ((*which, plain(paid.service)) for paid in policy.coverage)
        yield (*which, "period", policy.valid_from, policy.valid_until)
    yield from (("visit", visit.starts_at, plain(visit.doctor), visit.place) for visit in one.visits)
    yield from (("visit", visit.starts_at, plain(visit.doctor)) for visit in one.visits)


@given(two_sources)
def test_nothing_is_invented(answers):
    whole = facts(merged(answers, KEYS))
    assert whole <= facts([*answers[0], *answers[1]]) | {
        (*fact[:3], "") for fact in whole if fact[0] == "visit"
    }


@given(two_sources)
def test_nothing_is_lost(answers):
    """Of whom one source named alone, all is there; of whom two did, all that the first says, and more."""
    people = merged(answers, KEYS)
    by_id = {known: one for one in people for known in one.known_as}
    for source, answer in zip("ab", answers, strict=True):
        for patient in answer:
            whole = by_id[patient.known_as[0]]
            kept = {fact for fact in facts([whole]) if fact[0] in {"tag", "remark", "policy", "visit"}}
            said = {fact for fact in facts([patient]) if fact[0] in {"tag", "remark", "policy", "visit"}}
            if source == "b":
                said = {fact for fact in said if "period" not in fact and len(fact) < 4}
            if source == "a":
                said = {fact for fact in said if fact[-2:] != (None, None)}
                assert {("doctor", patient.doctor)} - {("doctor", "")} <= facts([whole])
            assert said - {fact for fact in said if fact[-1] == ""} <= kept


@given(two_sources)
def test_everyone_is_named_once_and_no_source_is_told_that_two_of_its_people_are_one(answers):
    people = merged(answers, KEYS)
    named = [known for one in people for known in one.known_as]
    assert sorted(named) == sorted(known for answer in answers for one in answer for known in one.known_as)
    assert all(len({source for source, _ in one.known_as}) == len(one.known_as) for one in people)


@given(two_sources)
def test_who_is_alike_in_every_fact_changes_nothing(answers):
    for patient in answers[0]:
        assert joined(patient, patient) == patient
