"""Hand-written stand-ins for the store and for tracking."""

import asyncio
import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ccd.calls.ids import LinkedId, Phone, QueueName
from ccd.calls.record import CallRecord, SegmentKind
from ccd.calls.snapshot import MemberNow
from ccd.directory.caller import Caller
from ccd.live.model import Floor
from ccd.people import AuditEntry, Role, Session, User
from ccd.ports.calls import Edit, Note
from ccd.routing.facts import History
from ccd.routing.labels import Say

PASSWORD = "correct horse"


@dataclass
class FakeUsers:
    people: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    tries: int = 0

    async def verify(self, name, password):
        self.tries += 1
        return self.people.get(name) if password == PASSWORD else None

    async def open_session(self, name, hours):
        token = secrets.token_urlsafe(8)
        self.sessions[token] = Session(user=self.people[name])
        return token

    async def session(self, token):
        session = self.sessions.get(token)
        return session and replace(session, user=self.people[session.user.name])

    async def close_session(self, token):
        self.sessions.pop(token, None)

    async def set_phone(self, token, phone):
        self.sessions[token] = replace(self.sessions[token], phone=phone)

    async def set_language(self, name, language):
        self.people[name] = replace(self.people[name], language=language)


@dataclass
class FakeAudit:
    entries: list[AuditEntry] = field(default_factory=list)
    failing: bool = False

    async def append(self, *entries: AuditEntry) -> None:
        if self.failing:
            raise OSError("disk full")
        self.entries.extend(entries)

    def actions(self, user):
        return [entry.action for entry in self.entries if entry.user == user]


@dataclass
class FakeArchive:
    records: list[CallRecord] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    locked: bool = False
    slow: bool = False

    async def open_calls(self):
        return ()

    async def calls(
        self, *, since: datetime | None = None, number: str = "", phone: Phone | None = None, limit: int = 100
    ):
        if self.locked:
            raise OSError("database is locked")
        found = [
            one
            for one in self.records
            if (since is None or (one.arrived_at is not None and one.arrived_at >= since))
            and (not number or one.caller_number[-10:] == number[-10:])
            and (phone is None or _talked(one, phone))
        ]
        return found[:limit]

    async def known(self, call_ids):
        if self.locked:
            raise OSError("database is locked")
        return [one for one in self.records if one.call_id in set(call_ids)]

    async def annotate(self, note):
        if self.slow:
            await asyncio.Event().wait()
        if self.locked:
            raise OSError("database is locked")
        known = any(one.call_id == note.call_id for one in self.records)
        if known:
            self.notes.append(note)
            self.records = [_noted(one, note) for one in self.records]
        return known

    async def edits(self, call_ids):
        """Each note against the one before it."""
        found, before = list[Edit](), dict[tuple[LinkedId, str], str]()
        for one in self.notes:
            for name in ("topic", "outcome", "note"):
                key, said = (one.call_id, name), getattr(one, name) or ""
                if said != before.get(key, "") and one.call_id in call_ids:
                    was = before.get(key, "")
                    change = Edit(
                        call_id=one.call_id, field=name, before=was, after=said, by=one.by, at=one.at
                    )
                    found.append(change)
                before[key] = said
        return found


@dataclass
class FakeHistory:
    """Knows when each number was reminded; the calls are asked of the archive."""

    reminded_at: datetime | None = None

    async def history(self, e164, now, but):
        return History(reminded_at=self.reminded_at)


def _talked(record: CallRecord, phone: Phone) -> bool:
    talks = {one.phone for one in record.segments if one.kind is SegmentKind.TALKING}
    return phone in talks | {record.phone}


def _noted(record: CallRecord, note: Note) -> CallRecord:
    if record.call_id != note.call_id:
        return record
    outcome = record.outcome if note.outcome is None else note.outcome
    return replace(
        record, topic=note.topic, outcome=outcome, note=note.note, noted_by=note.by, noted_at=note.at
    )


@dataclass
class FakePhones:
    rows: list[MemberNow] = field(default_factory=list)

    def members(self):
        return self.rows


def member(phone: str, name: str, queue: str = "operators") -> MemberNow:
    return MemberNow(queue=QueueName(queue), phone=Phone(phone), name=name, paused=False)


def users() -> FakeUsers:
    return FakeUsers(
        {
            "anna": User(name="anna", role=Role.OPERATOR, full_name="Анна Петрова"),
            "oleg": User(name="oleg", role=Role.OPERATOR, full_name="Олег Сомов"),
            "kim": User(name="kim", role=Role.DOCTOR, full_name="Доктор Ким"),
            "vera": User(name="vera", role=Role.SUPERVISOR, full_name="Вера Ли"),
        }
    )


@dataclass
class FakeEscalation:
    """Remembers who was sent to the doctors; ``error`` is what Asterisk answers with."""

    sent: list[tuple[LinkedId, Phone]] = field(default_factory=list)
    error: Exception | None = None

    async def escalate(self, call_id, operator):
        if self.error:
            raise self.error
        self.sent.append((call_id, operator))


@dataclass
class FakeFloor:
    """What happens now, as a test says."""

    floor: Floor = field(default_factory=lambda: Floor(at=datetime.now(UTC), stale=False))
    callers: dict[LinkedId, Caller] = field(default_factory=dict)

    def look(self):
        return self.floor


async def draw(since: datetime, until: datetime | None, say: Say) -> str:
    """A picture that says which period it shows, and in which language."""
    period = f"{since:%m-%d %H:%M} to {until and format(until, '%m-%d %H:%M')}"
    text = f"<title>{period}</title><desc>{say('full')}</desc>"
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40">{text}</svg>'


def phones() -> FakePhones:
    return FakePhones(
        [
            member("PJSIP/101", "Анна Петрова"),
            member("PJSIP/102", "Олег Сомов"),
            member("PJSIP/102", "Олег Сомов", "insurance"),
            member("PJSIP/201", "Доктор Ким", "duty-doctor"),
        ]
    )
