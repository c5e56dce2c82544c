"""``ccd db copy``: what it refuses, and what it says; the copying itself is in tests/unit/store."""

import asyncio
from pathlib import Path

from tests.unit.empty_database import empty_database


def test_a_file_into_another(clinic: Path, ccd) -> None:
    source, target = asyncio.run(empty_database(clinic / "old.db")), clinic / "new.db"
    code, out, error = ccd("db", "copy", str(source), str(target))
    assert (code, error) == (0, "")
    assert "calls                   0 rows  sha256" in out
    assert "now name it in ccd.yaml" in out
    assert target.exists()


def test_what_is_asked_wrongly_changes_nothing(clinic: Path, ccd) -> None:
    source, target = asyncio.run(empty_database(clinic / "old.db")), clinic / "new.db"
    for place, why in ((source, "the same database"), ("mysql://db/ccd", "must be a file")):
        code, _, error = ccd("db", "copy", str(source), str(place))
        assert (code, why in error) == (2, True)
    source.with_name("old.db.spool").touch()
    code, _, error = ccd("db", "copy", str(source), str(target))
    assert (code, "calls still wait in" in error) == (1, True)
    assert not target.exists()
