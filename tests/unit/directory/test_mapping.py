"""Headings of the clinic's own: the usual ones are known, others an admin explains."""

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ccd.directory.csv_formats import FORMATS
from ccd.directory.csv_problems import CsvError
from ccd.directory.mapping import read_mapping
from tests.unit.directory.collected import Read, read_all

COLUMNS = [column for known in FORMATS.values() for column in known.columns]
Reading = Callable[..., Read]


@pytest.fixture
def read(tmp_path: Path) -> Reading:
    def reading(text: str, *options: str, file: Path | None = None) -> Read:
        path = tmp_path / "own.csv"
        path.write_text(text)
        mapping = read_mapping(options, file, COLUMNS)
        return read_all([path], region="UA", tz=ZoneInfo("Europe/Kyiv"), mapping=mapping)

    return reading


@pytest.mark.parametrize(
    "header",
    [
        "Код пациента;ФИО;Телефон;Примечание",
        "Код пацієнта;П.І.Б.;Номер телефону;Примітка",
        "Patient number;Patient name;Mobile;Comment",
        "Код;ФИО;Мобильный телефон;Примечание",
        "Код;ПІБ;Тел.;Нотатки",
        "№ карты;Ф.И.О. ;Контактный телефон:;ЗАМЕТКИ",
        "patient_id;Full Name;phones;notes",
    ],
)
def test_usual_headings_are_understood_and_said(read: Reading, header: str) -> None:
    found = read(f"{header}\n1;Шевченко;050 123 45 67;коляска\n")
    (patient,) = found.rows.patients
    assert (patient.full_name, patient.remarks[0].text) == ("Шевченко", "коляска")
    assert found.rows.phones == {"1": ("+380501234567",)}
    assert header.startswith("patient_id") or "read as: " in found.notes[0]


@pytest.mark.parametrize("header", ["id,name,phone", "name,mobile,id", "id,phones,name", "Код,ФИО,Телефон"])
def test_everyday_words_are_those_of_patients(read: Reading, header: str) -> None:
    """ "name" and "phone" are columns of relatives, too, and would make strangers of the patients."""
    cells = {"id": "1", "код": "1", "name": "Шевченко", "фио": "Шевченко"}
    found = read(
        f"{header}\n{','.join(cells.get(word, '050 123 45 67') for word in header.lower().split(','))}\n"
    )
    assert [one.full_name for one in found.rows.patients] == ["Шевченко"]
    assert found.rows.phones == {"1": ("+380501234567",)}


@pytest.mark.parametrize(
    "text",
    [
        "Код;Телефон;Имя;Кем приходится\n1;050 123 45 67;Анна;мама\n",
        "id;name;phone;relation\n1;Анна;050 123 45 67;мама\n",
        "patient_id,phone,name\n1,050 123 45 67,Анна\n",
    ],
)
def test_relatives_are_told_from_patients(read: Reading, text: str) -> None:
    with pytest.raises(CsvError, match="there is no patient"):
        read(text)


def test_a_column_of_ours_is_believed_before_a_usual_word(read: Reading) -> None:
    found = read("patient_id,full_name,name\n1,Шевченко Анна,Анна\n")
    assert found.rows.patients[0].full_name == "Шевченко Анна"
    assert found.notes[0].endswith("not used: name")


def test_of_two_headings_with_one_meaning_none_is_guessed(read: Reading) -> None:
    text = "Код;№ карты;ФИО\n1;2;Шевченко\n"
    with pytest.raises(CsvError) as refused:
        read(text)
    told = ':1 №_карты: means patient_id, as "код" does; say which is it: --map "№_карты=patient_id"'
    assert str(refused.value).endswith(told)
    assert read(text, "№ карты=patient_id").rows.patients[0].patient_id == "2"
    assert read(text, "№ карты=").rows.patients[0].patient_id == "1"


def test_a_usual_heading_stands_once(read: Reading) -> None:
    with pytest.raises(CsvError, match="фио: stands twice in the header"):
        read("Код;ФИО;Телефон;ФИО\n1;Шевченко;050 123 45 67;Ким\n")


@pytest.mark.parametrize(
    ("headings", "options"),
    [
        ("Домашний телефон;Мобильный телефон", ()),
        ("Телефон;Телефон", ()),
        ("phones;Мобільний", ()),
        ("Дом.;Связь", ("Дом.=phones", "Связь=phones")),
    ],
)
def test_telephones_may_have_several_columns(read: Reading, headings: str, options: tuple[str, ...]) -> None:
    rows = (
        "1;Шевченко;;050 123 45 68",
        "2;Ким;050 123 45 67;050 123 45 68",
        "3;Ли;0501234567;0501234567",
        "4;Ян;;",
    )
    found = read("\n".join((f"Код;ФИО;{headings}", *rows)), *options)
    home, mobile = "+380501234567", "+380501234568"
    assert found.rows.phones == {"1": (mobile,), "2": (home, mobile), "3": (home,), "4": ()}


def test_a_wrong_number_is_told_in_whichever_column_it_stands(read: Reading) -> None:
    with pytest.raises(CsvError, match=':2 phones: "17" is no telephone number'):
        read("Код;ФИО;Домашний телефон;Мобильный\n1;Шевченко;050 123 45 67;17\n")


def test_an_admin_says_what_a_heading_stands_for(read: Reading, tmp_path: Path) -> None:
    file = tmp_path / "columns.yaml"
    file.write_text("Особа: full_name\nТел. 1: phones\nВрач:\n")
    found = read("Шифр;Особа;Тел. 1;Врач\n1;Шевченко;050 123 45 67;Ким\n", "Шифр=patient_id", file=file)
    assert found.rows.phones == {"1": ("+380501234567",)}
    assert found.rows.patients[0].doctor == ""


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("ФИО", '--map: "ФИО" is no pair; write --map "ФИО=full_name"'),
        ("=full_name", '--map: "=full_name" is no pair; write --map "ФИО=full_name"'),
        ("ФИО=ful_name", 'mapping ФИО: "ful_name" is no column of ours; did you mean "full_name"?'),
    ],
)
def test_a_wrong_option_is_told(read: Reading, option: str, message: str) -> None:
    with pytest.raises(CsvError) as refused:
        read("x\n", option)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", "must hold lines like"),
        ("a: b\nc d\n", 'columns.yaml:2: is no YAML; must hold lines like "ФИО: full_name"'),
        ("a: [\n", "columns.yaml:2: is no YAML"),
        ("a: {b: c}\n", "must hold lines like"),
        ("a: !!python/object/apply:os.system [id]\n", "is no YAML"),
    ],
)
def test_a_wrong_mapping_file_is_told(read: Reading, tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "columns.yaml"
    file.write_text(text)
    with pytest.raises(CsvError, match=message):
        read("x\n", file=file)


def test_a_missing_mapping_file_is_told(read: Reading, tmp_path: Path) -> None:
    with pytest.raises(CsvError, match="cannot be read"):
        read("x\n", file=tmp_path / "absent.yaml")
