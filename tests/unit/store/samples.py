"""Calls and patients to save."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ccd.calls.ids import LinkedId, Phone, QueueName, UniqueId
from ccd.calls.record import CallRecord, Disposition, EndedBy, Segment, SegmentKind, State
from ccd.directory.model import Answer, Coverage, Patient, Policy, Visit
from tests.unit.directory_rows import DirectoryRows

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
FAMILY = "+79031112233"


def call(call_id: str = "1.1", **fields: Any) -> CallRecord:
    known: dict[str, Any] = {
        "state": State.ARRIVED,
        "arrived_at": NOON,
        "caller_number": "+79161234567",
        "caller_name": "Мария",
        "called_number": "100",
    }
    return CallRecord(call_id=LinkedId(call_id), **(known | fields))


ENDED = call(
    state=State.ENDED,
    rule="vip",
    patient_ids=("1", "2"),
    queue=QueueName("operators"),
    phone=Phone("PJSIP/101"),
    agent="Анна",
    answered_at=NOON + timedelta(seconds=5.25),
    ended_at=NOON + timedelta(seconds=65),
    waited=5.25,
    talked=59.75,
    ended_by=EndedBy.CALLER,
    disposition=Disposition.ANSWERED,
    hangup_cause=16,
    unknown=("talked",),
    segments=(
        Segment(
            kind=SegmentKind.TALKING,
            queue=QueueName("operators"),
            phone=Phone("PJSIP/101"),
            leg=UniqueId("1.2"),
            began_at=NOON,
            ended_at=None,
            result="caller",
            seconds=59.75,
            held=1.5,
        ),
    ),
)


def patient(patient_id: str, name: str, **fields: Any) -> Patient:
    return Patient(patient_id=patient_id, full_name=name, **fields)


def visit(days: float, status: str = "booked") -> Visit:
    return Visit(
        starts_at=NOON + timedelta(days=days), doctor="Белова", specialty="УЗИ", place="204", status=status
    )


POLICY = Policy(
    insurer="РЕСО",
    programme="Классика",
    number="RK-1",
    valid_from=date(2026, 1, 1),
    valid_until=date(2026, 12, 31),
    coverage=(
        Coverage(service="УЗИ", answer=Answer.COVERED),
        Coverage(service="МРТ", answer=Answer.COPAY, copay_percent=30),
        Coverage(service="Стоматология", answer=Answer.NOT_COVERED),
    ),
    kind="dms",
)
MOTHER = patient(
    "m",
    "Соколова Анна",
    birth_date=date(1987, 6, 25),
    language="ru",
    doctor="Белова",
    debt=Decimal("1200.50"),
)
ALL_COLUMNS = frozenset({"full_name", "birth_date", "phones", "language", "tags", "doctor", "debt"})


def family() -> DirectoryRows:
    return DirectoryRows(
        patients=(
            MOTHER,
            patient("t", "Соколов Тимофей", tags=frozenset({"child", "VIP"})),
        ),
        columns=ALL_COLUMNS,
        phones={"m": (FAMILY, "+74951234567"), "t": (FAMILY,)},
        policies={"m": (POLICY, Policy(insurer="ВСК", programme="", number="2"))},
        visits={
            "m": (visit(-30, "fulfilled"), visit(2), visit(-200, "fulfilled"), visit(1)),
            "t": (visit(-1, "noshow"),),
        },
    )
