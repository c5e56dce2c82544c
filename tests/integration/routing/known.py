"""Who calls, and what is known of each number before ccd starts: patients, earlier calls, reminders."""

import asyncio
import sqlite3
import sys
from asyncio.subprocess import PIPE
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from ccd.calls.ids import LinkedId, Phone
from ccd.calls.record import CallRecord, Disposition, State
from ccd.store.calls import CallStore
from ccd.store.columns import write_moment
from ccd.store.database import Database
from tests.testbed.installation import REPOSITORY

CLINIC = ZoneInfo("Europe/Moscow")
STRANGER = "+79161110001"
NOBODY_CAN_SAY = "+79161110002"
IVANOVA, FAMILY, CHILD = "+79161110010", "+79161110011", "+79161110012"
TALKED, HUNG_UP, OFTEN, REMINDED = "+79161110020", "+79161110021", "+79161110022", "+79161110023"
ONCE = ("+79161110031", "+79161110032", "+79161110033")
"""Called once, two days ago; each is to call only once more, or the tests' own calls would count."""
UKRAINIAN, LANDLINE = "+380671234567", "+74959876543"

_PATIENTS = """\
patient_id,full_name,birth_date,phones,language,tags,doctor,debt
1,Иванова Анна,1960-03-01,{ivanova},uk,VIP;pensioner,Петрова А. А.,7500.50
2,Сидоров Олег,1985-01-01,{family},ru,,Сидорова Б. Б.,
3,Сидорова Ольга,1986-01-01,{family},ru,,,100
4,Котов Пётр,{birthday},{child},en,child,,0
"""
_POLICIES = """\
patient_id,insurer,number,programme,valid_from,valid_until,policy_kind
1,Alfa,A-1,VIP,2020-01-01,2199-12-31,dms
2,Beta,B-1,Basic,2020-01-01,2020-12-31,oms
"""
_VISITS = """\
patient_id,starts_at,status
1,{soon},booked
4,{today},booked
2,{tomorrow},booked
"""


async def write(home: Path, config: Path, database: Path) -> None:
    """Import the patients as an admin does, then write what happened before."""
    now = datetime.now(CLINIC)
    files = {"patients": _patients(now.date()), "policies": _POLICIES, "visits": _visits(now)}
    for name, text in files.items():
        (home / f"{name}.csv").write_text(text)
    paths = [str(home / f"{name}.csv") for name in files]
    command = ("-m", "ccd", "directory", "import", *paths, "--config", str(config))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=REPOSITORY, stdout=PIPE, stderr=PIPE
    )
    said, complaint = await process.communicate()
    assert said.decode().startswith("4 added"), complaint.decode()
    await _write_calls(database)
    _write_reminder(database)


def _patients(today: date) -> str:
    birthday = today.replace(year=today.year - 7, day=min(today.day, 28))
    return _PATIENTS.format(ivanova=IVANOVA, family=FAMILY, child=CHILD, birthday=birthday)


def _visits(now: datetime) -> str:
    """One within the hour, one today, one tomorrow."""
    noon = now.replace(hour=12, minute=0)
    moments = {"soon": now + timedelta(minutes=40), "today": noon, "tomorrow": noon + timedelta(days=1)}
    return _VISITS.format(**{name: at.isoformat(" ", "minutes") for name, at in moments.items()})


async def _write_calls(database: Path) -> None:
    minute, hour, day = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
    answered, abandoned = Disposition.ANSWERED, Disposition.ABANDONED
    past = [
        _call(1, TALKED, 2 * day, answered, agent="Анна", phone="PJSIP/117"),
        _call(2, HUNG_UP, 20 * minute, abandoned),
        *(_call(11 + n, caller, 2 * day, answered, agent="Ольга") for n, caller in enumerate(ONCE)),
        *(_call(3 + days, OFTEN, days * day + 3 * hour, answered, agent="Ольга") for days in range(3)),
    ]
    opened = await Database.open(database)
    store = CallStore(opened)
    writing = asyncio.create_task(store.run())
    try:
        for record in past:
            store.save(record)
        assert await store.flush(5)
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await opened.close()


def _call(
    number: int, caller: str, ago: timedelta, how: Disposition, *, agent: str = "", phone: str = ""
) -> CallRecord:
    at = datetime.now(UTC) - ago
    return CallRecord(
        call_id=LinkedId(f"past-{number}"),
        state=State.ENDED,
        arrived_at=at,
        caller_number=caller,
        caller_name="",
        called_number="74950000000",
        agent=agent,
        phone=Phone(phone),
        disposition=how,
        ended_at=at + timedelta(minutes=1),
    )


def _write_reminder(database: Path) -> None:
    sent_at = write_moment(datetime.now(UTC) - timedelta(hours=2))
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT INTO reminders VALUES (?, ?)", [REMINDED, sent_at])
