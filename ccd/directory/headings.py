"""What clinics call the columns of their own tables, in three languages."""

import re
from collections.abc import Iterable

_AT = (
    "мобильный телефон, телефон мобильный, моб. телефон, сотовый, сотовый телефон, тел., "
    "мобільний телефон, телефон мобільний, моб. тел., mobile phone, cell phone, домашний телефон, телефон "
    "домашний, дом. телефон, рабочий телефон, телефон рабочий, раб. телефон, домашній телефон, телефон "
    "домашній, робочий телефон, телефон робочий, home phone, work phone"
)
_USUAL = {
    "patient_id": (
        "id, ид, код, код пациента, id пациента, номер карты, № карты, карта, код пацієнта, id "
        "пацієнта, номер картки, № картки, patient, patient number, mrn, card number"
    ),
    "full_name": (
        "фио, ф.и.о., ф.и.о, фио пациента, пациент, имя, фамилия имя отчество, піб, п.і.б., піб "
        "пацієнта, пацієнт, ім'я, name, patient name"
    ),
    "birth_date": "дата рождения, д.р., родился, дата народження, birthday, date of birth, dob, born",
    "phones": (
        "телефон, телефоны, номер телефона, мобильный, контактный телефон, телефони, номер "
        "телефону, мобільний, phone, phone number, mobile, telephone, " + _AT
    ),
    "phone": (
        "телефон, телефоны, номер телефона, мобильный, телефони, номер телефону, мобільний, "
        "phones, phone number, mobile, telephone, " + _AT
    ),
    "language": "язык, мова, lang",
    "tags": "метки, теги, признаки, мітки, ознаки, labels",
    "doctor": (
        "врач, лечащий врач, доктор, фио врача, лікар, лікуючий лікар, піб лікаря, physician, practitioner"
    ),
    "debt": "долг, задолженность, борг, заборгованість, balance due, owes",
    "kind": "вид, кто это, вид контакту, хто це",
    "notes": (
        "заметки, примечание, примечания, комментарий, нотатки, примітка, примітки, коментар, "
        "note, comment, remarks"
    ),
    "medical": (
        "диагноз, аллергия, аллергии, медицинское, діагноз, алергія, алергії, медичне, diagnosis, allergies"
    ),
    "insurer": (
        "страховая, страховая компания, страховщик, страхова, страхова компанія, страховик, "
        "insurance, payer, insurance company"
    ),
    "number": "номер полиса, № полиса, полис, номер поліса, № поліса, поліс, policy, policy number",
    "programme": "программа, программа страхования, програма, програма страхування, program, plan",
    "policy_kind": "вид полиса, тип полиса, вид поліса, тип поліса, policy type, type",
    "valid_from": "действует с, начало действия, дата начала, діє з, дата початку, from, start, start date",
    "valid_until": (
        "действует до, действует по, окончание действия, дата окончания, діє до, дата закінчення, "
        "until, to, end, end date, expires"
    ),
    "active": "действует, активен, діє, активний, is active, valid",
    "covered": "покрывает, покрыто, входит, покриває, покрито, covers",
    "copay": "доплата, сооплата, франшиза, співоплата, co-payment, copayment",
    "not_covered": (
        "не покрывает, не покрыто, исключения, не покриває, не покрито, винятки, not covered, exclusions"
    ),
    "unknown": "неизвестно, уточнять, невідомо, уточнювати",
    "starts_at": (
        "начало, дата и время, дата приема, время приема, дата и время приема, дата и время записи, "
        "початок, дата і час, дата прийому, дата і час прийому, дата і час запису, date "
        "and time, appointment, starts"
    ),
    "ends_at": "конец, окончание, кінець, закінчення, ends",
    "status": "статус, состояние, статус приема, статус записи, стан, статус прийому, статус запису, state",
    "specialty": (
        "специальность, специализация, услуга, спеціальність, спеціалізація, послуга, speciality, service"
    ),
    "place": "кабинет, место, кабінет, місце, room, office",
    "preparation": "подготовка, как подготовиться, підготовка, як підготуватися, how to prepare",
    "visit_id": "номер приема, код приема, id приема, номер прийому, код прийому, visit, appointment id",
    "slot_id": "номер окна, код окна, slot",
    "name": "фио, имя, родственник, піб, ім'я, родич, relative, full name, contact",
    "relationship": "кем приходится, родство, степень родства, ким доводиться, спорідненість, relation",
    "guardian": "опекун, законный представитель, опікун, законний представник, legal guardian",
}


def plain(heading: str) -> str:
    """As headings are compared: lower case, no spaces, ё as е."""
    return re.sub(r"[\s_]+", "_", heading.strip(" :*").lower().replace("ё", "е").replace("’", "'"))


_HEADINGS = {column: frozenset(map(plain, words.split(", "))) for column, words in _USUAL.items()}


def usual(heading: str, columns: Iterable[str]) -> str:
    """Which of these columns is usually called so; empty when none is."""
    return next((column for column in columns if heading in _HEADINGS[column]), "")


def everyday(word: str) -> bool:
    """Whether a column's name is also a usual heading of another one."""
    return any(word in headings for headings in _HEADINGS.values())


def all_usual(columns: Iterable[str]) -> tuple[str, ...]:
    """Every usual heading of these columns."""
    return tuple(word for column in columns for word in sorted(_HEADINGS[column]))
