"""A database with this version's tables and nothing in them: migrated once, then copied."""

from pathlib import Path
from tempfile import TemporaryDirectory

from ccd.store.migrate import migrate

_MADE: list[bytes] = []


async def empty_database(path: Path) -> Path:
    """Write it there, as ``migrate`` would; the path."""
    if not _MADE:
        with TemporaryDirectory() as folder:
            file = Path(folder) / "ccd.db"
            await migrate(file)
            _MADE.append(file.read_bytes())
    path.touch(mode=0o600)
    path.write_bytes(_MADE[0])
    return path
