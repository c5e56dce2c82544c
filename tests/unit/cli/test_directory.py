"""``ccd directory import``."""

import re

import pytest

from ccd.directory.csv_formats import FORMATS


def test_an_import_adds_and_updates(ccd, clinic):
    file = clinic / "patients.csv"
    file.write_text("patient_id;full_name;phones\n1;Иванова;89161234567\n2;Ким;\n", encoding="utf-8")
    assert ccd("directory", "import", "patients.csv")[:2] == (0, "2 added, 0 updated, 0 unchanged\n")
    file.write_text(
        "patient_id;full_name;phones;shoe size\n1;Иванова;89161234567;\n2;Кима;;\n", encoding="utf-8"
    )
    code, out, error = ccd("directory", "import", "patients.csv")
    assert (code, out) == (0, "0 added, 1 updated, 1 unchanged\nof those updated: details 1\n")
    assert error == "patients.csv: not used: shoe_size\n"


def test_a_dry_run_says_what_would_change_and_writes_nothing(ccd, clinic):
    file = clinic / "patients.csv"
    file.write_text("patient_id;full_name;phones\n1;Иванова;89161234567\n2;Ким;\n", encoding="utf-8")
    tried = "nothing is written; it would be: 2 added, 0 updated, 0 unchanged\n  1: added\n  2: added\n"
    for _ in range(2):
        assert ccd("directory", "import", "patients.csv", "--dry-run")[:2] == (0, tried)
    ccd("directory", "import", "patients.csv")
    file.write_text("patient_id;full_name;phones\n1;Иванова;\n3;Ли;\n", encoding="utf-8")
    counts = "1 added, 1 updated, 0 unchanged, 1 removed\nof those updated: phones 1\n"
    tried = f"nothing is written; it would be: {counts}  1: phones\n  2: removed\n  3: added\n"
    assert ccd("directory", "import", "patients.csv", "--replace", "--dry-run")[:2] == (0, tried)
    assert ccd("directory", "import", "patients.csv", "--replace")[:2] == (0, counts)
    assert ccd("directory", "import", "patients.csv", "--replace")[:2] == (
        0,
        "0 added, 0 updated, 2 unchanged\n",
    )


def test_an_admin_explains_headings(ccd, clinic):
    (clinic / "clinic.csv").write_text("Код;ФИО;Телефон;Участок\n1;Ким;89161234567;север\n", encoding="utf-8")
    code, out, error = ccd("directory", "import", "clinic.csv", "--map", "Участок=tags", "--dry-run")
    assert (code, out) == (
        0,
        "nothing is written; it would be: 1 added, 0 updated, 0 unchanged\n  1: added\n",
    )
    assert "участок = tags" in error
    (clinic / "columns.yaml").write_text("Участок: tags\nТел. для связи: phones\n", encoding="utf-8")
    code, out, error = ccd("directory", "import", "clinic.csv", "--mapping", "columns.yaml")
    assert (code, out) == (0, "1 added, 0 updated, 0 unchanged\n")
    assert error == (
        "clinic.csv: read as: код = patient_id, фио = full_name, телефон = phones, участок = tags\n"
    )


def test_an_import_with_mistakes_writes_nothing(ccd, clinic):
    (clinic / "patients.csv").write_text("patient_id;full_name;phones\n1;;123\n1;Ким;abc\n", encoding="utf-8")
    code, out, error = ccd("directory", "import", "patients.csv", "missing.csv")
    assert (code, out) == (1, "")
    assert "missing.csv" in error
    assert error.endswith("\nnothing is imported: 5 mistakes\n")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("patient_id;full_name;shoe\u200f\n1;Ким;40\n", 0),
        ("patient_id;full_name;phones\n1;Ким;\u200f12\n", 1),
    ],
)
def test_a_file_does_not_command_the_terminal(ccd, clinic, text, code):
    (clinic / "patients.csv").write_text(text, encoding="utf-8")
    ended, _, error = ccd("directory", "import", "patients.csv")
    assert ended == code
    assert "\\" in error
    assert all(line.isprintable() for line in error.split("\n"))


def test_the_help_names_every_column(ccd):
    said = set(re.findall(r"\w+", ccd("directory", "import", "--help")[1]))
    for one in FORMATS.values():
        assert said >= {*one.columns}
