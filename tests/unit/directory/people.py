"""People that hypothesis makes up, so few different facts that sources agree and contradict each other."""

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from ccd.directory.model import Answer, Coverage, Origin, Patient, Policy, Reach, Remark, Visit
from ccd.directory.outside import marked, own_ids

MOMENTS = [datetime(2026, 11, day, 9, 30, tzinfo=UTC) for day in (1, 22, 23)]
DAYS = st.sampled_from([None, date(2020, 1, 1), date(2027, 1, 1)])


def coverages() -> st.SearchStrategy[Coverage]:
    """What is paid: a share only where there is one to pay."""
    return st.builds(
        Coverage,
        service=st.sampled_from(["УЗИ", "узи ", "МРТ"]),
        answer=st.sampled_from(Answer),
        copay_percent=st.just(None),
        clause=st.sampled_from(["", "3.2"]),
    )


def policies() -> st.SearchStrategy[Policy]:
    """Policies, some of them the same."""
    return st.builds(
        Policy,
        insurer=st.sampled_from(["Рога", "РОГА"]),
        programme=st.sampled_from(["", "Люкс"]),
        number=st.sampled_from(["", "12-3", "123", "9"]),
        valid_from=DAYS,
        valid_until=DAYS,
        coverage=st.lists(coverages(), max_size=3).map(tuple),
        active=st.booleans(),
    )


def visits() -> st.SearchStrategy[Visit]:
    """Visits, some of them the same."""
    return st.builds(
        Visit,
        starts_at=st.sampled_from(MOMENTS),
        doctor=st.sampled_from(["", "Ли"]),
        specialty=st.sampled_from(["", "хирург"]),
        place=st.sampled_from(["", "7"]),
        status=st.sampled_from(["booked", "fulfilled", "cancelled"]),
        preparation=st.sampled_from(["", "натощак"]),
        visit_id=st.sampled_from(["", "5"]),
    )


@st.composite
def patients(draw: st.DrawFn, *, most: int = 3, source: str = "a") -> tuple[Patient, ...]:
    """One source's answer: each with an id of its own there."""
    found = draw(
        st.lists(
            st.builds(
                Patient,
                patient_id=st.sampled_from(["1", "2", "3", "4", "5", "6"]),
                full_name=st.sampled_from(["", "Ли Анна", "ли  АННА", "Ли Олег"]),
                birth_date=st.sampled_from([None, date(1990, 1, 1), date(2015, 5, 5)]),
                language=st.sampled_from(["", "ru", "uk"]),
                tags=st.frozensets(st.sampled_from(["vip", "debtor"])),
                policies=st.lists(policies(), max_size=2).map(tuple),
                visits=st.lists(visits(), max_size=3).map(tuple),
                doctor=st.sampled_from(["", "Ли"]),
                debt=st.sampled_from([None, Decimal(0), Decimal(100)]),
                remarks=st.lists(st.builds(Remark, text=st.sampled_from(["тихо", "Тихо"])), max_size=2).map(
                    tuple
                ),
                reach=st.sampled_from(Reach),
                relationship=st.sampled_from(["", "mother"]),
                through=st.sampled_from(["", "Ли Вера"]),
            ),
            max_size=most,
            unique_by=lambda one: one.patient_id,
        )
    )
    return tuple(_named(one, source) for one in found)


def _named(one: Patient, source: str) -> Patient:
    return own_ids(marked((one,), Origin(source, MOMENTS[0])), source)[0]
