"""A clinic of the tests: its clock stands at 12 November 2026, 14:32 in Moscow."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ccd.calls.ids import LinkedId, Phone, QueueName
from ccd.calls.record import (
    CallRecord,
    Disposition,
    EndedBy,
    PathStep,
    Segment,
    SegmentKind,
    State,
    StepKind,
)
from ccd.desk.clinic import Clinic
from ccd.directory.caller import Caller, Number, NumberKind
from ccd.directory.model import Answer, Coverage, Origin, Patient, Policy, Reach, Remark, RemarkKind, Visit
from ccd.ports.screens import CardShown
from ccd.settings.models import Desk, Topic

ZONE = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 12, 14, 32, tzinfo=ZONE)
ANNA, OLEG = Phone("PJSIP/101"), Phone("PJSIP/102")
OPERATORS = QueueName("operators")
RAW = "+79161234567"


class StandingClock:
    """Stands at NOW, however long a test takes, until it is told to go on."""

    def __init__(self) -> None:
        self._now = NOW

    def __call__(self) -> datetime:
        return self._now.astimezone(UTC)

    def go_on(self, **length: float) -> None:
        """That much later."""
        self._now += timedelta(**length)


def clinic(now=lambda: NOW.astimezone(UTC)) -> Clinic:
    return Clinic(region="RU", zone=ZONE, now=now)


def ago(**length: float) -> datetime:
    return (NOW - timedelta(**length)).astimezone(UTC)


def settings(**changes: Any) -> Desk:
    fields: dict[str, Any] = {"host": "127.0.0.1", "port": 0, "topics": TOPICS} | changes
    return Desk(**fields)


TOPICS = (
    Topic(id="booking", ru="Запись на приём", uk="Запис на прийом", en="Booking"),
    Topic(id="results", ru="Результаты анализов", uk="Результати аналізів", en="Test results"),
    Topic(id="policy", ru="Полис и ДМС", uk="Поліс і ДМС", en="Policy"),
    Topic(id="price", ru="Цены", uk="Ціни", en="Prices"),
    Topic(id="advice", ru="Совет врача", uk="Порада лікаря", en="Doctor's advice"),
    Topic(id="cancel", ru="Отмена или перенос", uk="Скасування або перенесення", en="Cancel or move"),
    Topic(id="complaint", ru="Жалоба", uk="Скарга", en="Complaint"),
    Topic(id="other", ru="Другое", uk="Інше", en="Other"),
)

POLICY = Policy(
    insurer="РЕСО",
    programme="ДМС «Классика»",
    number="77-412-9031",
    valid_from=date(2026, 1, 1),
    valid_until=date(2026, 12, 31),
    coverage=(
        Coverage(service="УЗИ брюшной полости", answer=Answer.COVERED),
        Coverage(service="УЗИ щитовидной железы", answer=Answer.COVERED),
        Coverage(service="Приём терапевта", answer=Answer.COVERED),
        Coverage(service="МРТ", answer=Answer.COPAY, copay_percent=30),
        Coverage(service="Стоматология", answer=Answer.NOT_COVERED),
        Coverage(service="Массаж лечебный", answer=Answer.COPAY),
    ),
)
EXPIRED = Policy(
    insurer="Ингосстрах", programme="ДМС «Базис»", number="11-8", valid_until=date(2025, 12, 31), coverage=()
)
TODAY = Visit(
    starts_at=NOW + timedelta(hours=1, minutes=58),
    doctor="Ким А. В.",
    specialty="терапевт",
    place="кабинет 204",
    status="booked",
)
MARIA = Patient(
    patient_id="p1",
    full_name="Иванова Мария Петровна",
    birth_date=date(1992, 3, 4),
    language="uk",
    tags=frozenset({"VIP", "просит женщину-врача"}),
    policies=(POLICY, EXPIRED),
    visits=(
        TODAY,
        Visit(
            starts_at=NOW + timedelta(days=16, hours=-5, minutes=-32),
            doctor="Лебедев С. И.",
            specialty="ЭКГ",
            place="кабинет 310",
            status="booked",
        ),
        Visit(
            starts_at=NOW - timedelta(days=20),
            doctor="Ким А. В.",
            specialty="терапевт",
            place="",
            status="fulfilled",
        ),
        Visit(
            starts_at=NOW - timedelta(days=300),
            doctor="Орлова Н. П.",
            specialty="окулист",
            place="",
            status="cancelled",
        ),
    ),
)
PETYA = Patient(patient_id="p2", full_name="Иванов Пётр", birth_date=date(2020, 6, 1))
IVAN = Patient(patient_id="p3", full_name="Иванов Иван Сергеевич", birth_date=date(1988, 1, 9))


MIS, INSURER, CASH = Origin("МИС", ago(minutes=2)), Origin("РЕСО-сервис", ago(hours=3)), Origin("Касса")
SONYA = Patient(
    patient_id="МИС:17",
    full_name="Иванова Софья",
    birth_date=date(2019, 2, 3),
    tags=frozenset({"VIP"}),
    doctor="Орлова Н. П.",
    debt=Decimal("1234.56"),
    remarks=(
        Remark(text="нужна коляска", origin=MIS),
        Remark(text="аллергия на пенициллин", kind=RemarkKind.MEDICAL, origin=MIS),
    ),
    policies=(
        Policy(
            insurer="РЕСО",
            programme="Дети",
            number="5-1",
            coverage=(
                Coverage(service="УЗИ почек", answer=Answer.COVERED, clause="3.2", origin=INSURER),
                Coverage(service="УЗИ почек", answer=Answer.NOT_COVERED, origin=MIS),
                Coverage(
                    service="МРТ",
                    answer=Answer.COPAY,
                    copay_amount=Decimal("1555.55"),
                    clause="4",
                    origin=INSURER,
                ),
                Coverage(service="Ёлка", answer=Answer.UNKNOWN, origin=INSURER),
            ),
            origin=INSURER,
        ),
        Policy(insurer="Ингосстрах", programme="Базис", number="9", active=False, origin=MIS),
    ),
    visits=(
        replace(TODAY, doctor="Орлова Н. П.", preparation="не есть 8 часов", visit_id="v1", origin=MIS),
        replace(TODAY, starts_at=NOW - timedelta(days=9), status="fulfilled", origin=MIS),
    ),
    reach=Reach.GUARDIAN,
    relationship="MTH",
    through="Иванова Мария Петровна",
    origin=MIS,
    known_as=(("МИС", "17"), ("built-in", "p17")),
    borrowed=(("debt", CASH),),
)
"""Every kind of fact, from three sources."""


def caller(
    *patients: Patient, raw: str = RAW, failed: tuple[str, ...] = (), asking: tuple[str, ...] = ()
) -> Caller:
    number = Number(raw, NumberKind.E164, raw) if raw else Number("", NumberKind.ANONYMOUS)
    return Caller(number=number, patients=patients, failed=failed, asking=asking)


@dataclass
class Story:
    """One call at one phone, told step by step."""

    call_id: str = "1731411120.7"
    phone: Phone = ANNA
    raw: str = RAW
    who: Caller | None = None
    name: str = ""
    began: datetime = field(default_factory=lambda: ago(seconds=6))

    def _segment(self, kind: SegmentKind, phone: Phone, **more: Any) -> Segment:
        names = {ANNA: "Анна Петрова", OLEG: "Олег Сомов"}
        return Segment(
            kind=kind,
            queue=OPERATORS,
            phone=phone,
            member=names.get(phone, ""),
            began_at=more.pop("began_at", self.began),
            **more,
        )

    def record(self, state: State, *segments: Segment, **more: Any) -> CallRecord:
        fields: dict[str, Any] = {
            "patient_ids": tuple(one.patient_id for one in self.who.patients) if self.who else (),
            "arrived_at": self.began - timedelta(seconds=20),
            "queue": OPERATORS,
        }
        return CallRecord(
            call_id=LinkedId(self.call_id),
            state=state,
            caller_number=self.raw,
            caller_name=self.name,
            called_number="84951234567",
            rule="known patients",
            segments=segments,
            **fields | more,
        )

    def _shown(self, record: CallRecord) -> CardShown:
        return CardShown(phone=self.phone, record=record, caller=self.who)

    def ringing(self) -> CardShown:
        return self._shown(self.record(State.OFFERED, self._segment(SegmentKind.OFFERED, self.phone)))

    def escalated(self) -> CardShown:
        """A key pressed, a wait, a talk with Oleg, a mobile that does not answer; now it rings here."""
        wait = self._segment(
            SegmentKind.WAITING, Phone(""), began_at=ago(seconds=150), seconds=40.0, result="connected"
        )
        talk = self._segment(
            SegmentKind.TALKING, OLEG, began_at=ago(seconds=110), seconds=61.0, result="transfer"
        )
        missed = self._segment(
            SegmentKind.OFFERED, Phone("PJSIP/79161112233@trunk"), began_at=ago(seconds=40), result="missed"
        )
        here = self._segment(SegmentKind.OFFERED, self.phone)
        dialled = (replace(one, queue=QueueName("")) for one in (missed, here))
        key = PathStep(at=ago(seconds=160), kind=StepKind.MENU, target="ccd/menu", outcome="PRESSED-2")
        return self._shown(self.record(State.OFFERED, wait, talk, *dialled, path=(key,)))

    def looking_up(self) -> CardShown:
        return replace(self.ringing(), caller=None)

    def talking(self, seconds: float = 42) -> CardShown:
        talk = self._segment(SegmentKind.TALKING, self.phone, began_at=ago(seconds=seconds))
        return self._shown(
            self.record(
                State.CONNECTED,
                talk,
                phone=self.phone,
                agent=talk.member,
                answered_at=talk.began_at,
                disposition=Disposition.ANSWERED,
            )
        )

    def held(self) -> CardShown:
        talking = self.talking()
        return replace(talking, record=replace(talking.record, state=State.HELD))

    def _over(self, state: State, result: str, **more: Any) -> CardShown:
        talk = self._segment(
            SegmentKind.TALKING,
            self.phone,
            began_at=ago(seconds=192),
            ended_at=ago(),
            result=result,
            seconds=192.0,
        )
        return self._shown(
            self.record(
                state,
                talk,
                phone=self.phone,
                agent=talk.member,
                answered_at=talk.began_at,
                talked=192.0,
                disposition=Disposition.ANSWERED,
                **more,
            )
        )

    def ended(self, by: EndedBy = EndedBy.CALLER) -> CardShown:
        return self._over(State.ENDED, by.value, ended_at=ago(), ended_by=by)

    def transferred(self) -> CardShown:
        return self._over(State.TRANSFERRED, "transfer")

    def handed_on(self, to: Phone = OLEG) -> CardShown:
        """This phone talked 192 s and transferred; the other talked on, and the call is over."""
        first = self.transferred().record
        second = self._segment(
            SegmentKind.TALKING, to, began_at=ago(), ended_at=ago(), result="caller", seconds=8.0
        )
        return self._shown(
            replace(
                first,
                state=State.ENDED,
                segments=(*first.segments, second),
                phone=to,
                agent=second.member,
                talked=200.0,
                ended_at=ago(),
            )
        )

    def withheld(self) -> CardShown:
        """The line gave digits and a name, and the wish not to be identified."""
        shown = self.ringing()
        return replace(
            shown,
            caller=None,
            record=replace(shown.record, withheld=True, caller_name=self.raw, patient_ids=()),
        )

    def elsewhere(self) -> CardShown:
        mine = self._segment(SegmentKind.OFFERED, self.phone, ended_at=ago(), result="elsewhere")
        other = self._segment(SegmentKind.TALKING, OLEG, began_at=ago())
        return self._shown(
            self.record(State.CONNECTED, mine, other, phone=OLEG, agent="Олег Сомов", answered_at=ago())
        )

    def abandoned(self) -> CardShown:
        mine = self._segment(SegmentKind.OFFERED, self.phone, ended_at=ago(), result="missed")
        return self._shown(self.record(State.ENDED, mine, ended_at=ago(), disposition=Disposition.ABANDONED))


def past(
    number: int, *, topic: str = "", note: str = "", days: float = 0, minutes: float = 0, **more: Any
) -> CallRecord:
    """An ended call of the archive."""
    phone = more.get("phone", ANNA)
    story = Story(call_id=f"past.{number}", phone=phone, began=ago(days=days, minutes=minutes))
    ended_at = min(ago(), story.began + timedelta(seconds=192))
    return replace(story.ended().record, topic=topic, note=note, **{"ended_at": ended_at} | more)
