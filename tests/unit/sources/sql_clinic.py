"""A clinic's own database: names of its own, numbers as people write them, SQL that all servers take."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from ccd.settings.source_sql import SqlSettings
from ccd.sources.sql import Clinic, SqlSource
from ccd.sources.sql_booking import SqlBooking

ANNA, BORIS = "+79161234567", "+79160000002"
SCHEMA = """
CREATE TABLE person (
  id int PRIMARY KEY, fio varchar(200), born date, phone varchar(40), cares_for int, debt decimal(10,2)
);
INSERT INTO person VALUES (17, 'Иванова Анна', '1984-03-12', '8 (916) 123-45-67', 18, 1200.50);
INSERT INTO person VALUES (18, 'Иванов Пётр', '2015-06-01', NULL, NULL, NULL);
INSERT INTO person VALUES (19, 'Сидоров Борис', NULL, '+79160000002', NULL, NULL);
CREATE TABLE polis (person int, insurer varchar(100), number varchar(40), until date);
INSERT INTO polis VALUES (17, 'Ромашка', 'A-1', '2999-12-31');
CREATE TABLE service (number varchar(40), name varchar(100), pays varchar(20), part int, clause varchar(10));
INSERT INTO service VALUES ('A-1', 'УЗИ', 'да', NULL, '3.2');
INSERT INTO service VALUES ('A-1', 'МРТ', 'partial', 30, NULL);
CREATE TABLE visit (
  id varchar(64) PRIMARY KEY, person int, at timestamp NULL, doctor varchar(100), status varchar(20)
);
INSERT INTO visit VALUES ('1', 18, '2026-11-23 10:30:00', 'Петров', 'scheduled');
CREATE TABLE note (person int, words varchar(500));
INSERT INTO note VALUES (17, 'Просит каталку');
"""
QUERIES: dict[str, Any] = {
    "patients": """
        SELECT id AS patient_id, fio AS full_name, born AS birth_date, phone AS phones, debt FROM person
        WHERE phone = :e164 OR replace(replace(replace(replace(phone, ' ', ''), '-', ''), '(', ''), ')', '')
              = '8' || :national""",
    "relatives": """
        SELECT kin.id AS patient_id, kin.fio AS full_name, 'guardian' AS reach, 'mother' AS relationship
        FROM person JOIN person kin ON kin.id = person.cares_for WHERE person.id IN :patient_ids""",
    "policies": """
        SELECT person AS patient_id, insurer, number, until AS valid_until
        FROM polis WHERE person IN (:patient_ids)""",
    "coverage": """
        SELECT person AS patient_id, polis.number AS policy_number, name AS service, pays AS answer,
               part AS copay_percent, clause
        FROM polis JOIN service ON service.number = polis.number WHERE person = :patient_id
        ORDER BY name DESC""",
    "visits": """
        SELECT person AS patient_id, id AS visit_id, at AS starts_at, doctor, status
        FROM visit WHERE person IN :patient_ids""",
    "remarks": "SELECT person AS patient_id, words AS text FROM note WHERE person IN :patient_ids",
}

SLOTS = """
CREATE TABLE slot (
  id int PRIMARY KEY, at timestamp NULL, doctor varchar(100), specialty varchar(100), taken_by varchar(64)
);
INSERT INTO slot VALUES (1, '2026-11-23 10:00:00', 'Ким', 'окулист', NULL);
INSERT INTO slot VALUES (2, '2026-11-23 09:00:00', 'Орлова', 'терапевт', NULL);
INSERT INTO slot VALUES (3, '2026-11-23 11:00:00', 'Орлова', 'терапевт', 'somebody');
INSERT INTO slot VALUES (4, '2026-12-23 11:00:00', 'Орлова', 'терапевт', NULL);
"""
_TAKE = "UPDATE slot SET taken_by = :key WHERE id = :slot_id AND taken_by IS NULL"
_WRITE = """INSERT INTO visit (id, person, at, doctor, status)
    SELECT :key, :patient_id, at, doctor, 'booked' FROM slot WHERE id = :slot_id"""
_FREE = "UPDATE slot SET taken_by = NULL WHERE taken_by = :visit_id"
BOOKING: dict[str, Any] = {
    "slots": """
        SELECT id AS slot_id, at AS starts_at, doctor, specialty FROM slot
        WHERE taken_by IS NULL AND at >= :since AND at < :until
          AND (:specialty = '' OR specialty = :specialty)""",
    "booked": "SELECT id AS visit_id, at AS starts_at, doctor, status FROM visit WHERE id = :key",
    "book": [_TAKE, _WRITE],
    "move": [
        _TAKE,
        _FREE,
        "UPDATE visit SET status = 'cancelled' WHERE id = :visit_id AND person = :patient_id",
        _WRITE,
    ],
    "cancel": [_FREE, "UPDATE visit SET status = 'cancelled' WHERE id = :visit_id"],
}


def sqlite_file(folder: Path, schema: str = SCHEMA) -> str:
    """The database as a file; its URL."""
    file = folder / "mis.db"
    with sqlite3.connect(file) as connection:
        connection.executescript(schema)
    connection.close()
    return f"sqlite:///{file}"


def settings(url: str, queries: dict[str, Any] | None = None, **others: Any) -> SqlSettings:
    """As if written in YAML."""
    return SqlSettings.model_validate({"url": url, "queries": queries or QUERIES, **others})


def booking(
    url: str, password: str = "", limits: Mapping[str, float] = MappingProxyType({}), **changed: Any
) -> SqlBooking:
    """A source that books; ``changed`` are other statements."""
    clinic = Clinic(region="RU", zone=ZoneInfo("Europe/Moscow"))
    return SqlBooking("mis", settings(url, QUERIES | BOOKING | changed, **limits), password, clinic)


def source(url: str, queries: dict[str, Any] | None = None, password: str = "", **others: Any) -> SqlSource:
    """A source of this database."""
    clinic = Clinic(region="RU", zone=ZoneInfo("Europe/Moscow"))
    return SqlSource("mis", settings(url, queries, **others), password, clinic)
