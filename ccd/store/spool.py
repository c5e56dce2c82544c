"""Calls that the database did not take before ccd had to end, in a file beside it for the next start."""

import json
import os
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from ccd.calls.record import CallRecord, Disposition, EndedBy, State
from ccd.store.calls import CallStore
from ccd.store.clock import utc_now
from ccd.store.columns import Moment, write_moment
from ccd.store.rows import to_record, to_row
from ccd.store.tables.calls import calls

_LOG = structlog.get_logger()
_APPENDING = os.O_APPEND | os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC
_MOMENTS = [column.name for column in calls.columns if isinstance(column.type, Moment)]
_WORDS = {"state": State, "ended_by": EndedBy, "disposition": Disposition}


class Spool:
    """A JSON object a line, for its owner only; the last line of a call counts."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(f"{database.name}.spool")

    def keep(self, records: Collection[CallRecord]) -> None:
        """Add them, durably.  What cannot be written is told, never raised: ccd is about to end."""
        if not records:
            return
        lines = "".join(f"\n{_to_json(record)}" for record in records)
        try:
            with open(os.open(self.path, _APPENDING, 0o600), "w", encoding="ascii") as file:  # noqa: PTH123
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            _LOG.error("calls_lost", count=len(records), error=str(error))
        else:
            _LOG.warning("calls_kept_for_the_next_start", count=len(records), file=str(self.path))

    async def give_back(self, store: CallStore) -> None:
        """Save what is newer than its row.  Raises StoreError, OSError; it may be done again.

        Before ``store`` runs: what is saved meanwhile is newer, and stays where it can be seen.
        """
        records = self._read()
        rows = {row.call_id: row for row in await store.known(records)}
        for record in records.values():
            row = rows.get(record.call_id)
            if not store.waits(record.call_id) and (row is None or _progress(row) <= _progress(record)):
                store.save(record)

    async def settle(self, store: CallStore) -> None:
        """Wait until ``store``, which runs now, has written it, however long that takes; then forget it."""
        if self.path.exists():
            await store.flush()
            self.path.unlink()
            _LOG.info("kept_calls_written")

    def _read(self) -> dict[str, CallRecord]:
        records: dict[str, CallRecord] = {}
        for line in filter(None, self.path.read_bytes().split(b"\n") if self.path.exists() else ()):
            try:
                record = _from_json(line)
            except (ValueError, KeyError, TypeError) as error:
                _LOG.error("kept_call_unreadable", error=type(error).__name__)
            else:
                records[record.call_id] = record
        return records


def _progress(record: CallRecord) -> tuple[bool, int, int, int]:
    """A call only ever goes on: it ends, its stretches become more and come to an end, as do its steps."""
    over = sum(bool(segment.result) for segment in record.segments)
    return record.state is State.ENDED, len(record.segments), over, len(record.path)


def _to_json(record: CallRecord) -> str:
    return json.dumps(to_row(record, utc_now()), default=write_moment)


def _from_json(line: bytes) -> CallRecord:
    row: dict[str, Any] = json.loads(line)
    moments = {name: row[name] and datetime.fromisoformat(row[name]) for name in _MOMENTS}
    return to_record(row | moments | {name: words(row[name]) for name, words in _WORDS.items()})
