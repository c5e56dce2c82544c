"""What ``ccd check`` says of a database and its queries, without the database."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ccd.settings.source_sql import SqlSettings
from ccd.settings.sql_text import check_read, parameters

GOOD = {"patients": "SELECT id AS patient_id, name AS full_name FROM p WHERE phone = :e164"}
BOOKING = {
    "slots": "SELECT 1 AS slot_id",
    "booked": "SELECT 1 AS visit_id WHERE k = :key",
    "book": "UPDATE slot SET patient = :patient_id, k = :key WHERE id = :slot_id AND patient IS NULL",
}


def said(url: str = "postgresql://ccd@db/mis", queries: dict[str, Any] | None = None, **others: Any) -> str:
    try:
        SqlSettings.model_validate({"url": url, "queries": GOOD | (queries or {}), **others})
    except ValidationError as error:
        return "; ".join(str(one.get("ctx", {}).get("error", one["msg"])) for one in error.errors())
    return ""


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://ccd@db/mis", ""),
        ("mysql://ccd@db:3307/mis?charset=cp1251", ""),
        ("postgresql://ccd:hunter2@db/mis", "must not hold the password: it is named by password_env"),
        ("mysql://db/mis?passwd=hunter2", "must not hold the password: it is named by password_env"),
        ("oracle://ccd@db/mis", "must begin with one of: postgresql://, mysql://, mariadb://, sqlite://"),
        ("postgresql+psycopg://ccd@db/mis",
         "must begin with one of: postgresql://, mysql://, mariadb://, sqlite://"),
        ("postgresql://ccd@db", "must name the database"),
        ("sqlite://", "must name the database"),
        ("sqlite:///:memory:", "must name the database"),
        ("db.clinic.local", "must look like postgresql://ccd@db.clinic.local/mis"),
        ("postgresql://ccd@db:port/mis", "must look like postgresql://ccd@db.clinic.local/mis"),
    ],
)  # fmt: skip
def test_urls(url, sentence):
    assert said(url) == sentence


def test_a_file_counts_from_the_folder_of_the_settings():
    written = {"url": "sqlite:///mis.db", "queries": GOOD}
    made = SqlSettings.model_validate(written, context=Path("/etc/ccd"))
    assert made.url == "sqlite:////etc/ccd/mis.db"


@pytest.mark.parametrize(
    ("queries", "sentence"),
    [
        ({"patients": "SELECT 1 WHERE a = :e146"},
         '":e146" is no parameter of this query; did you mean "e164"?; a plain colon is written \\:'),
        ({"patients": "SELECT * FROM p"}, "asks for everybody: use :digits or :e164 or :national"),
        ({"patients": "SELECT a::text FROM p WHERE b = :e164 -- it's; DELETE"}, ""),
        ({"patients": "SELECT ';' FROM p WHERE b = :e164;"}, ""),
        ({"patients": "SELECT 1; DROP TABLE p -- :e164"}, 'must be one statement: a ";" stands within it'),
        ({"patients": "DELETE FROM p WHERE a = :e164"}, "must be one SELECT (or WITH ... SELECT)"),
        ({"patients": "WITH x AS (DELETE FROM p RETURNING *) SELECT * FROM x WHERE a = :e164"},
         "only reads: DELETE may not stand in it"),
        ({"patients": "SELECT a INTO OUTFILE '/x' FROM p WHERE a = :e164"},
         "only reads: INTO may not stand in it"),
        ({"patients": "SELECT 1 /*! INTO OUTFILE '/x' */ WHERE a = :e164"},
         "must not hold /*! ... */: MySQL runs what stands there"),
        ({"visits": "SELECT * FROM v"}, "asks for everybody: use :patient_id or :patient_ids"),
        ({"visits": "SELECT * FROM v WHERE p IN (:patient_ids)"}, ""),
        ({"visits": "SELECT * FROM v WHERE p = ANY(:patient_ids)"},
         '":patient_ids" is a list: write "IN :patient_ids"'),
        ({"visits": "SELECT * FROM v WHERE p = :patient_id OR p IN :patient_ids"},
         "uses :patient_id and :patient_ids: a query runs once for each patient, or once for all"),
        ({"coverage": "SELECT 1 WHERE p IN :patient_ids"}, "coverage needs policies"),
        (BOOKING, ""),
        (BOOKING | {"book": [BOOKING["book"], "INSERT INTO visit (k) VALUES (:key)"]}, ""),
        (BOOKING | {"book": "UPDATE slot SET patient = :patient_id WHERE id = :slot_id"}, "must use :key"),
        (BOOKING | {"book": "DROP TABLE slot"}, "must be one INSERT, UPDATE, DELETE, WITH or SELECT"),
        ({"book": BOOKING["book"]}, "book needs slots and booked"),
        ({"cancel": "DELETE FROM visit WHERE id = :visit_id"}, "move and cancel need book"),
    ],
)  # fmt: skip
def test_queries(queries, sentence):
    assert said(queries=queries) == sentence


def test_the_password_is_not_asked_for_by_a_path():
    assert said(password_env="../etc/shadow") == "must be a name of letters, digits, _, - and ."


def test_what_stands_in_quotes_and_comments_is_no_statement():
    check_read("""SELECT 'it''s; DELETE', "into", `update`, $x$; insert $x$ -- ; drop\n /* ; */ FROM a""")
    assert parameters(r"SELECT to_char(a, 'HH24\:MI'), b::date FROM c WHERE d = :e164") == {"e164"}
