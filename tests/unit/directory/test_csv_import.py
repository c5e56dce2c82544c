"""Files of patients, policies and visits: read whole, or refused with every place named."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ccd.directory.booking import Slot
from ccd.directory.csv_problems import CsvError
from ccd.directory.model import Answer, Coverage, Patient, Policy, Reach, Remark, RemarkKind, Visit
from tests.unit.directory.collected import Read as Reading
from tests.unit.directory.collected import read_all
from tests.unit.directory_rows import DirectoryRows, Relative

MOSCOW = ZoneInfo("Europe/Moscow")
PATIENTS = "patient_id,full_name,birth_date,phones,language,tags\n"
POLICIES = "patient_id,insurer,programme,number,valid_from,valid_until,covered,copay,not_covered\n"
VISITS = "patient_id,starts_at,doctor,specialty,place,status\n"
RELATIVES = "patient_id,name,relationship,phone,guardian\n"
MARIA = "1,Иванова Мария,1984-03-12,+79161234567;8 (495) 123-45-67,ru,VIP; debt\n"

Read = Callable[..., Reading]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read these texts (or bytes) as files ``0.csv``, ``1.csv``, ..."""

    def reading(*contents: str | bytes, known: frozenset[str] = frozenset()) -> Reading:
        paths = []
        for number, content in enumerate(contents):
            paths.append(tmp_path / f"{number}.csv")
            paths[-1].write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_all(paths, region="RU", tz=MOSCOW, known=known)

    return reading


def problems(read: Read, *contents: str | bytes) -> list[str]:
    """What is refused, without the folder."""
    with pytest.raises(CsvError) as refused:
        read(*contents)
    folder = Path(refused.value.problems[0].file).parent
    return str(refused.value).replace(f"{folder}/", "").splitlines()


def test_the_three_kinds_together_in_any_order(read: Read) -> None:
    policies = (
        POLICIES + '1,РЕСО,"ДМС ""Классика""",RK-1,2026-01-01,31.12.2026,УЗИ;ЭКГ,МРТ 30%; КТ — 20 %,Зубы\n'
    )
    visits = VISITS + "1,2026-11-21 16:30,Белова,УЗИ,204,booked\n1,01.10.2026 9:05:00,,,,Cancelled\n"
    assert read(visits, policies, PATIENTS + MARIA).rows == DirectoryRows(
        patients=(
            Patient(
                patient_id="1",
                full_name="Иванова Мария",
                birth_date=date(1984, 3, 12),
                language="ru",
                tags=frozenset({"VIP", "debt"}),
            ),
        ),
        columns=frozenset({"full_name", "birth_date", "phones", "language", "tags"}),
        phones={"1": ("+79161234567", "+74951234567")},
        policies={
            "1": (
                Policy(
                    insurer="РЕСО",
                    programme='ДМС "Классика"',
                    number="RK-1",
                    valid_from=date(2026, 1, 1),
                    valid_until=date(2026, 12, 31),
                    coverage=(
                        Coverage(service="УЗИ", answer=Answer.COVERED),
                        Coverage(service="ЭКГ", answer=Answer.COVERED),
                        Coverage(service="МРТ", answer=Answer.COPAY, copay_percent=30),
                        Coverage(service="КТ", answer=Answer.COPAY, copay_percent=20),
                        Coverage(service="Зубы", answer=Answer.NOT_COVERED),
                    ),
                ),
            )
        },
        kindless=frozenset({"1"}),
        visits={
            "1": (
                Visit(
                    starts_at=datetime(2026, 11, 21, 13, 30, tzinfo=UTC),
                    doctor="Белова",
                    specialty="УЗИ",
                    place="204",
                    status="booked",
                ),
                Visit(
                    starts_at=datetime(2026, 10, 1, 6, 5, tzinfo=UTC),
                    doctor="",
                    specialty="",
                    place="",
                    status="cancelled",
                ),
            )
        },
    )


def test_only_the_given_columns_are_said(read: Read) -> None:
    rows = read("Full Name;PATIENT_ID\nМария;1\n").rows
    assert (rows.columns, rows.phones, rows.patients[0].full_name) == (frozenset({"full_name"}), {}, "Мария")


def test_policies_without_a_kind_say_whose_they_are(read: Read) -> None:
    told = "patient_id,insurer,number,policy_kind\n1,РЕСО,1,ДМС\n1,СОГАЗ,2,\n"
    rows = read(PATIENTS + MARIA + "2,Анна,,,,\n", told, "patient_id,insurer,number\n2,РЕСО,2\n").rows
    assert [one.kind for one in rows.policies["1"]] == ["ДМС", ""]
    assert rows.kindless == {"2"}


def test_a_policy_says_of_each_service_what_it_pays_and_where_that_stands(read: Read) -> None:
    header = "patient_id,insurer,number,active,covered,copay,not_covered,unknown\n"
    row = "1,РЕСО,1,нет,УЗИ [3.2],МРТ 30% [п. 4]; КТ = 1 500,50;ПЭТ=?,Зубы,Массаж [5]\n".replace(",50", ".50")
    (policy,) = read(PATIENTS + MARIA, header + row).rows.policies["1"]
    assert not policy.active
    assert policy.coverage == (
        Coverage(service="УЗИ", answer=Answer.COVERED, clause="3.2"),
        Coverage(service="МРТ", answer=Answer.COPAY, copay_percent=30, clause="п. 4"),
        Coverage(service="КТ", answer=Answer.COPAY, copay_amount=Decimal("1500.50")),
        Coverage(service="ПЭТ", answer=Answer.COPAY),
        Coverage(service="Зубы", answer=Answer.NOT_COVERED),
        Coverage(service="Массаж", answer=Answer.UNKNOWN, clause="5"),
    )


def test_a_relative_needs_one_number_in_any_column(read: Read) -> None:
    header = "patient_id,relationship,Домашний телефон,Мобильный\n"
    (mother,) = read(PATIENTS + MARIA, f"{header}1,мама,,8 916 000-00-01\n").rows.relatives["1"]
    assert mother.phones == ("+79160000001",)
    told = problems(read, PATIENTS + MARIA, f"{header}1,мама,,\n1,папа,17,\n")
    assert [one.partition(" (")[0] for one in told] == [
        "1.csv:2 phone: is empty", '1.csv:3 phone: "17" is no telephone number'
    ]  # fmt: skip


def test_relatives_have_numbers_of_their_own(read: Read) -> None:
    told = "1,Анна,мама,8 916 765 43 21;+74951112233,да\n1,,,+74951112233,\n"
    assert read(PATIENTS + MARIA, RELATIVES + told).rows.relatives["1"] == (
        Relative(phones=("+79167654321", "+74951112233"), name="Анна", relationship="мама", guardian=True),
        Relative(phones=("+74951112233",)),
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("1,,,,\n", "phone: is empty"),
        ("1,,,8 916 765 43 21,maybe\n", 'guardian: "maybe" is neither yes nor no'),
        ("2,,,8 916 765 43 21,\n", 'patient_id: there is no patient "2", neither in these files nor in ccd'),
    ],
)
def test_a_wrong_relative_is_told(read: Read, row: str, message: str) -> None:
    assert problems(read, PATIENTS + MARIA, RELATIVES + row) == [f"1.csv:2 {message}"]


def test_organisations_staff_and_remarks_are_columns_of_patients(read: Read) -> None:
    rows = read(
        "patient_id,full_name,kind,notes,medical\nlab,Лаборатория,organisation,звонит о готовности,\n"
        "7,Иванова,,коляска; глухая на левое ухо,=cmd|' /C calc'!A0\n"
    ).rows
    laboratory, patient = rows.patients
    assert rows.columns == {"full_name", "kind", "notes", "medical"}
    assert (laboratory.reach, patient.reach) == (Reach.ORGANISATION, Reach.OWN)
    assert laboratory.remarks == (Remark(text="звонит о готовности"),)
    assert patient.remarks == (
        Remark(text="коляска"),
        Remark(text="глухая на левое ухо"),
        Remark(text="=cmd|' /C calc'!A0", kind=RemarkKind.MEDICAL),
    )


def test_the_attending_doctor_is_one_name(read: Read) -> None:
    rows = read("patient_id,full_name,doctor\n1,Мария, Белова\xa0И. Н.\n").rows
    assert rows.columns == {"full_name", "doctor"}
    assert rows.patients[0].doctor == "Белова И. Н."


@pytest.mark.parametrize(
    ("cell", "debt"),
    [
        ("0", "0"),
        ("1200", "1200"),
        ("1200.5", "1200.5"),
        ("1200,50", "1200.50"),
        ("1\xa0234\xa0567", "1234567"),
    ],
)
def test_a_debt_is_read_as_people_write_it(read: Read, cell: str, debt: str) -> None:
    (patient,) = read(f'patient_id,full_name,debt\n1,Мария,"{cell}"\n').rows.patients
    assert str(patient.debt) == debt


@pytest.mark.parametrize("cell", ["1,200", "1200 руб", "1e5", "12 00", "NaN", "٣", "9" * 13, "1.2.3"])
def test_what_is_no_amount_is_refused_with_its_place(read: Read, cell: str) -> None:
    expected = f'0.csv:2 debt: "{cell}" is no amount; write 1200 or 1200.50, without a currency'
    assert problems(read, f'patient_id,full_name,debt\n1,Мария,"{cell}"\n') == [expected]


def test_nobody_owes_less_than_nothing(read: Read) -> None:
    expected = '0.csv:2 debt: "-5" is less than nothing; who owes nothing has 0'
    assert problems(read, "patient_id,full_name,debt\n1,Мария,-5\n") == [expected]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff", "\n\n"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found_out(
    read: Read, delimiter: str, start: str, line_end: str
) -> None:
    text = start + f'patient_id,full_name,tags\n1,"Иванова, Мария;\tАнна",VIP\n,,\n{"," * 5}\n\n'
    cells = text.replace(",", delimiter).replace(f"Иванова{delimiter}", "Иванова,").replace("\n", line_end)
    (patient,) = read(cells).rows.patients
    assert (patient.full_name, patient.tags) == ("Иванова, Мария; Анна", frozenset({"VIP"}))


def test_excels_own_first_line_is_skipped(read: Read) -> None:
    assert read("sep=;\npatient_id;full_name\n1;Мария\n").rows.patients[0].full_name == "Мария"


def test_what_spreadsheets_put_around_a_value_is_taken_off(read: Read) -> None:
    row = (
        '="0123",\xa0\u202eИванова\xa0 Мария\u200b\u202c ,,79161234567.0;"="8 916 765 43 21"",RU,\n'.replace(
            '"="8', "8"
        ).replace('21""', "21")
    )
    rows = read("patient_id,full_name,birth_date,phones,language,tags\n" + row).rows
    assert rows.patients[0] == Patient(patient_id="0123", full_name="Иванова Мария", language="ru")
    assert rows.phones == {"0123": ("+79161234567", "+79167654321")}


def test_windows_1251_is_read_and_said(read: Read) -> None:
    reading = read((PATIENTS + MARIA).encode("cp1251"))
    assert reading.rows.patients[0].full_name == "Иванова Мария"
    assert "Windows-1251, because line 2 is not UTF-8" in reading.notes[0]


def test_columns_of_others_are_left_out_and_said(read: Read) -> None:
    reading = read("patient_id,full_name,,snils\n1,Мария,,123-456\n")
    assert reading.rows.columns == {"full_name"}
    assert reading.notes[0].endswith("0.csv: not used: snils")


def test_patients_of_the_directory_can_be_named(read: Read) -> None:
    rows = read(VISITS + "1,2026-11-21T16:30+02:00,,,,booked\n", known=frozenset({"1"})).rows
    assert rows.visits["1"][0].starts_at.utcoffset() == timedelta(hours=2)
    assert (rows.patients, rows.columns) == ((), frozenset())


def test_a_list_of_phones_with_commas_is_told_what_separates(read: Read) -> None:
    (told,) = problems(read, PATIENTS + '1,М,,"8 916 123-45-67, 8 916 123-45-68",,\n')
    assert told.endswith('is no telephone number (local ones are read as RU); several are separated by ";"')


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("1,,,,,\n", "full_name: is empty"),
        (",Мария,,,,\n", "patient_id: is empty"),
        ("1,М,31.02.1984,,,\n", 'birth_date: "31.02.1984" is not in the calendar'),
        ("1,М,12/03/84,,,\n", 'birth_date: "12/03/84" is no date; write 2026-11-21 or 21.11.2026'),
        ("1,М,16.03.0198,,,\n", 'birth_date: "16.03.0198" is not of our time'),
        ("1,М,,12,,\n", 'phones: "12" is no telephone number (local ones are read as RU)'),
        ("1,М,,7.91612E+10,,\n", 'phones: "7.91612E+10" was rounded by the spreadsheet'),
        ('1,М,,"7,91612E+10",,\n', 'phones: "7,91612E+10" was rounded by the spreadsheet'),
        ("1,М,,,ua,\n", 'language: "ua" is unknown: ru, uk, en; did you mean "uk"?'),
        ("1,М,,,xx,\n", 'language: "xx" is unknown: ru, uk, en'),
        ("1,М\x07,,,,\n", "full_name: holds a control character"),
        ("1,М,,,\n", "has 5 cells, the header has 6"),
        ("1,М,,,,,x\n", "has 7 cells, the header has 6"),
        ('1,"М,,,,\n', "a quotation mark opens here and is never closed"),
        ('1,"М"а,,,,\n', "is not valid CSV"),
    ],
)
def test_a_wrong_cell_is_told_with_its_place(read: Read, row: str, message: str) -> None:
    (told,) = problems(read, PATIENTS + "0,Первая,,,,\n" + row)
    assert told.startswith((f"0.csv:3 {message}", f"0.csv:3: {message}"))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2,A,,1,,,,,\n", 'patient_id: there is no patient "2", neither in these files nor in ccd'),
        ("1,A,,1,2026-02-01,2026-01-31,,,\n", "valid_until: is before valid_from"),
        (
            "1,A,,1,,,,МРТ,\n",
            (
                'copay: "МРТ" is no share; write the service and a percentage, like "МРТ 30%",'
                ' an amount, "МРТ = 500", or "МРТ = ?"'
            ),
        ),
        (
            "1,A,,1,,,,МРТ = много,\n",
            'copay: "много" is no amount; write 1200 or 1200.50, without a currency',
        ),
        ("1,A,,1,,,,МРТ 101%,\n", 'copay: "МРТ 101%" is more than 100 %'),
        ("1,A,,1,,,УЗИ,,узи\n", 'not_covered: "узи" stands twice'),
    ],
)
def test_a_wrong_policy_is_told(read: Read, row: str, message: str) -> None:
    assert problems(read, PATIENTS + MARIA, POLICIES + row) == [f"1.csv:2 {message}"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("1,2026-11-21 16:30,,,,bookd\n", 'did you mean "booked"?'),
        ("1,2026-11-21 16:30,,,,отложен\n", 'status: "отложен" is unknown: booked, arrived'),
        ("1,2026-11-21 25:00,,,,booked\n", 'starts_at: "2026-11-21 25:00" is no time'),
        ("1,2026-11-21,,,,booked\n", 'starts_at: "2026-11-21" is no time'),
        ("1,завтра 16:30,,,,booked\n", 'starts_at: "завтра" is no date'),
        ("1,,,,,booked\n", "starts_at: is empty"),
    ],
)
def test_a_wrong_visit_is_told(read: Read, row: str, message: str) -> None:
    (told,) = problems(read, PATIENTS + MARIA, VISITS + row)
    assert told.startswith("1.csv:2 ")
    assert message in told


@pytest.mark.parametrize(
    ("word", "status"),
    [("Записан", "booked"), ("ПРИШЁЛ", "arrived"), ("відбувся", "fulfilled"), ("Не з’явився", "noshow")],
)
def test_a_visits_status_may_be_said_as_clinics_say_it(read: Read, word: str, status: str) -> None:
    (visit,) = read(PATIENTS + MARIA, f"{VISITS}1,2026-11-21 16:30,,,,{word}\n").rows.visits["1"]
    assert visit.status == status


@pytest.mark.parametrize(
    ("header", "messages"),
    [
        ("patient_id,full_nam", ['0.csv:1 full_nam: is no column of patients; did you mean "full_name"?']),
        ("patient_id,full_name,full_name", ["0.csv:1 full_name: stands twice in the header"]),
        ("patient_id,insurer", ["0.csv:1 number: a file of policies needs this column"]),
        ("шкаф,полка", ["0.csv:1: has no header of ours; expected one of: patient_id,full_name"]),
        (
            "имя,телефон",
            ['0.csv:1 patient_id: a file of patients needs this column; say which it is: --map "'],
        ),
        (
            "код,фио,телефонн",
            ['0.csv:1 телефонн: is no column of patients; did you mean "phones"? Say --map'],
        ),
        ("\x07,\x07", ["0.csv:1: has no header of ours"]),
        ('"patient_id', ["0.csv:1: a quotation mark opens here"]),
        ("", ["0.csv: is empty"]),
    ],
)
def test_a_wrong_header_is_told(read: Read, header: str, messages: list[str]) -> None:
    told = problems(read, header + "\n")
    assert all(line.startswith(message) for line, message in zip(told, messages, strict=True))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (PATIENTS.encode("utf-16"), "0.csv: is UTF-16 text"),
        (b"PK\x03\x04 rest", "0.csv: is no workbook that can be read"),
        (b"\xd0\xcf\x11\xe0 rest", "0.csv: is an old spreadsheet (XLS)"),
        (PATIENTS.encode() + b"\n1,\0,,,,\n", "0.csv:3: is not text"),
        ((PATIENTS + MARIA).encode() + b"2,\xff\x98,,,,\n", "0.csv:3: is neither UTF-8 nor Windows-1251"),
        ((PATIENTS + MARIA).encode() + b"2,\xd0,,,,\n", "0.csv:3: is neither UTF-8 nor Windows-1251"),
        ((PATIENTS + MARIA).encode()[:-4] + b"\xd0", "0.csv:2: is neither UTF-8 nor Windows-1251"),
    ],
)
def test_what_is_no_text_is_told(read: Read, content: bytes, message: str) -> None:
    assert problems(read, content)[0].startswith(message)


def test_a_file_that_is_not_there_is_told_with_all_the_others(read: Read, tmp_path: Path) -> None:
    (tmp_path / "patients").mkdir()
    with pytest.raises(
        CsvError, match=r"absent.csv: cannot be read: .*\n.*patients: cannot be read"
    ) as refused:
        read_all([tmp_path / "absent.csv", tmp_path / "patients"], region="RU", tz=MOSCOW)
    assert refused.value.count == 2


def test_everything_is_told_at_once_and_lines_are_right_after_a_quoted_line_break(read: Read) -> None:
    rows = '1,"Иванова\nМария",x,,,\n\n1,Пётр,,y,zz,\n'
    assert problems(read, PATIENTS + rows, VISITS + "7,1,,,,b\n") == [
        '0.csv:2 birth_date: "x" is no date; write 2026-11-21 or 21.11.2026',
        '0.csv:5 language: "zz" is unknown: ru, uk, en',
        '0.csv:5 phones: "y" is no telephone number (local ones are read as RU)',
        '0.csv:5 patient_id: "1" stands already in 0.csv:2',
        '1.csv:2 starts_at: "1" is no date; write 2026-11-21 or 21.11.2026',
        '1.csv:2 status: "b" is unknown: booked, arrived, fulfilled, cancelled, noshow',
        '1.csv:2 patient_id: there is no patient "7", neither in these files nor in ccd',
    ]


def test_mistakes_far_down_are_told_line_by_line(read: Read) -> None:
    rows = [f"{n},Мария,,,," for n in range(2500)]
    rows[1500:1503] = ["1500,Мария,,,zz,", "1501,Мария,x,,,", "1502,Мария"]
    assert problems(read, PATIENTS + "\n".join(rows)) == [
        '0.csv:1502 language: "zz" is unknown: ru, uk, en',
        '0.csv:1503 birth_date: "x" is no date; write 2026-11-21 or 21.11.2026',
        "0.csv:1504: has 2 cells, the header has 6; a cell with the delimiter in it needs quotation marks",
    ]


def test_many_problems_are_counted(read: Read) -> None:
    told = problems(read, PATIENTS + ",,,,,x\n" * 60)
    assert len(told) == 51
    assert told[-1] == "... and 70 more"


def test_patients_in_two_files_have_the_same_columns(read: Read) -> None:
    assert problems(read, PATIENTS + MARIA, "patient_id,full_name\n2,Пётр\n") == [
        "1.csv:1: must have the same columns as 0.csv; or import them one by one"
    ]
    assert len(read(PATIENTS + MARIA, PATIENTS + "2,Пётр,,,,\n").rows.patients) == 2


def test_progress_is_told_each_thousand_rows(tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    path = tmp_path / "patients.csv"
    path.write_text("patient_id,full_name\n" + "".join(f"{n},Мария\n" for n in range(2500)))
    reading = read_all([path], region="RU", tz=MOSCOW, progress=lambda file, rows: told.append((file, rows)))
    assert told == [(str(path), 0), (str(path), 1000), (str(path), 2000)]
    assert len(reading.rows.patients) == 2500


SLOTS = "slot_id,starts_at,ends_at,doctor,specialty,place\n"


def test_free_hours_are_read(read: Read) -> None:
    reading = read(SLOTS + "7,2026-11-23 09:00,2026-11-23 09:30,Ким А. В.,терапевт,204\n", VISITS)
    assert reading.slots == (
        Slot(
            slot_id="7",
            starts_at=datetime(2026, 11, 23, 6, tzinfo=UTC),
            ends_at=datetime(2026, 11, 23, 6, 30, tzinfo=UTC),
            doctor="Ким А. В.",
            specialty="терапевт",
            place="204",
        ),
    )
    assert reading.rows == DirectoryRows()


def test_an_hour_without_an_id_is_its_doctors_beginning(read: Read) -> None:
    (slot,) = read("starts_at,doctor\n23.11.2026 9:00,Ким\n").slots
    assert (slot.slot_id, slot.ends_at) == ("Ким 2026-11-23T06:00Z", None)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("1,2026-11-23 09:00,2026-11-23 09:00,Ким,,\n", "0.csv:2 ends_at: must be after starts_at"),
        ("1,soon,,Ким,,\n", '0.csv:2 starts_at: "soon" is no date'),
        ("1,2026-11-23 09:00,,,,\n", "0.csv:2 doctor: is empty"),
        ("1,2026-11-23 09:00,,Ким,,\n1,2026-11-23 10:00,,Ким,,\n", '0.csv:3 slot_id: "1" stands already in'),
    ],
)
def test_a_wrong_hour_is_told_with_its_place(read: Read, rows: str, message: str) -> None:
    (problem,) = problems(read, SLOTS + rows)
    assert problem.startswith(message)
