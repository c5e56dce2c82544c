"""The files that the bench of the import reads: two patients, a policy and two visits for every five rows."""

import csv
from collections.abc import Iterable
from pathlib import Path


def write_files(home: Path, rows: int) -> None:
    """``patients.csv``, ``policies.csv``, ``visits.csv``."""
    people = range(rows * 2 // 5)
    _write(
        home / "patients.csv",
        ("patient_id", "full_name", "birth_date", "phones", "language", "tags"),
        (
            (f"P{n:07d}", f"Иванова {n}", f"19{n % 90 + 10}-03-{n % 28 + 1:02d}", f"+7916{n:07d}", "ru", "")
            for n in people
        ),
    )
    _write(
        home / "policies.csv",
        (
            *("patient_id", "insurer", "number", "programme", "valid_from", "valid_until"),
            "covered",
            "policy_kind",
        ),
        (
            (
                f"P{n * 2:07d}",
                "РЕСО",
                f"RK-{n}",
                "ДМС",
                "2026-01-01",
                "2026-12-31",
                "УЗИ; ЭКГ; МРТ; Зубы",
                "dms",
            )
            for n in range(rows // 5)
        ),
    )
    _write(
        home / "visits.csv",
        ("patient_id", "starts_at", "doctor", "specialty", "place", "status"),
        (
            (f"P{n:07d}", f"2026-11-{n % 28 + 1:02d} 10:{n % 60:02d}", "Белова", "Терапевт", "110", "booked")
            for n in people
        ),
    )


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)
