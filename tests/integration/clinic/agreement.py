"""What ccd's record of a call and Asterisk's own books (queue_log, CDR) say differently.

Asterisk writes whole seconds and cuts every moment by itself, so a duration may differ by less
than a second for each figure in the sum.  Who ended a call after a transfer is in no book.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from math import inf
from typing import Any

from ccd.calls.ids import phone_of
from tests.testbed.ami_probe import PATIENCE
from tests.testbed.asterisk import Asterisk, QueueLogRow

Record = Mapping[str, Any]
Facts = dict[str, Any]
Differences = dict[str, tuple[object, object]]
_WAIT = {"EXITWITHTIMEOUT": 2, "ABANDON": 2, "CONNECT": 0}
"""Where queue_log's data hold the seconds of a wait."""
_TALK = {"COMPLETECALLER": 1, "COMPLETEAGENT": 1, "BLINDTRANSFER": 3, "ATTENDEDTRANSFER": 3}
"""Where they hold the seconds of a talk."""
_LATE = 0.5
"""Seconds from what happened to its being written down, on a busy machine."""
_ENDED_BY = {"COMPLETECALLER": "caller", "COMPLETEAGENT": "agent", "ABANDON": "caller"}


async def disagreements(record: Record, asterisk: Asterisk, *, but: Differences | None = None) -> Differences:
    """What differs, unless it is just what is expected, by name: ccd's word, then Asterisk's.

    Asterisk writes its books on threads of its own: on a busy machine well after a call is over.
    """
    expected = but or {}
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while (found := _differing(record, asterisk)) != expected:
                await asyncio.sleep(0.1)
    return {} if found == expected else found


def _differing(record: Record, asterisk: Asterisk) -> Differences:
    log = [row for row in asterisk.queue_log() if row.unique_id == record["call_id"]]
    cdr = [row for row in asterisk.cdr() if row["linkedid"] == record["call_id"]]
    ours, theirs = _ours(record), {**_queue_log(log), **_cdr(cdr)}
    slack = sum(row.event in _WAIT for row in log)
    return {name: (ours[name], said) for name, said in theirs.items() if not _same(ours[name], said, slack)}


def _ours(record: Record) -> Facts:
    talks = [one for one in record["segments"] if one["kind"] == "talking"]
    queued = [one for one in talks if one["queue"]]
    offers = [one for one in record["segments"] if one["kind"] == "offered"]
    arrived, ended = (datetime.fromisoformat(record[name]) for name in ("arrived_at", "ended_at"))
    return {
        "queue": record["queue"],
        "agents": [one["member"] for one in queued],
        "waited": record["waited"],
        "talked in queues": sum(one["seconds"] for one in queued),
        "missed": [one["member"] for one in offers if one["result"] == "missed"],
        "ended by": record["ended_by"],
        "phones": {one["phone"] for one in talks},
        "answered": record["disposition"] == "answered",
        "length": (ended - arrived).total_seconds(),
    }


def _queue_log(rows: Sequence[QueueLogRow]) -> Facts:
    """No rows are of a call that met no queue, or are not written yet."""
    if not rows:
        return {"queue": ""}
    connects = [row for row in rows if row.event == "CONNECT"]
    by = [_ENDED_BY[row.event] for row in rows if row.event in _ENDED_BY]
    return {
        "queue": [row.queue for row in connects or rows if row.event in ("CONNECT", "ENTERQUEUE")][-1],
        "agents": [row.agent for row in connects],
        "waited": float(sum(int(row.data[_WAIT[row.event]]) for row in rows if row.event in _WAIT)),
        "talked in queues": float(sum(int(row.data[_TALK[row.event]]) for row in rows if row.event in _TALK)),
        "missed": [row.agent for row in rows if row.event == "RINGNOANSWER"],
        **({"ended by": by[-1]} if by else {}),
    }


def _cdr(rows: Sequence[Mapping[str, str]]) -> Facts:
    """Local channels stand for a phone behind them, which has a row of its own; no rows: not written yet."""
    if not rows:
        return {"length": inf}
    answered = [row for row in rows if row["disposition"] == "ANSWERED" and row["dstchannel"]]
    phones = {phone_of(row["dstchannel"]) for row in answered}
    begins, ends = (
        sorted(map(datetime.fromisoformat, (row[name] for row in rows))) for name in ("start", "end")
    )
    return {
        "phones": {phone for phone in phones if not phone.startswith("Local/")},
        "answered": bool(answered),
        "length": (ends[-1] - begins[0]).total_seconds(),
    }


def _same(ours: Any, theirs: Any, slack: int) -> bool:
    if isinstance(theirs, float):
        return ours is not None and abs(ours - theirs) <= max(slack, 1) + _LATE
    return bool(ours == theirs)
