"""Promises and messages of the tests: the store's part played by lists."""

import wave
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ccd.callbacks.promise import Promise, cancelled
from ccd.callbacks.voicemail import Voicemail
from ccd.calls.ids import LinkedId, QueueName
from ccd.desk.owed import Owed
from ccd.directory.caller import Caller
from ccd.directory.model import Patient
from ccd.directory.phones import normalise
from tests.unit.desk.samples import RAW, ago


@dataclass
class FakePromises:
    rows: list[Promise] = field(default_factory=list)
    locked: bool = False

    async def live(self):
        if self.locked:
            raise OSError("database is locked")
        return sorted((one for one in self.rows if one.live), key=lambda one: one.due_by)

    async def broken(self, since: datetime):
        ended = [one for one in self.rows if one.state in {"expired", "unreachable"}]
        return [one for one in ended if one.due_by >= since]

    async def get(self, promise_id: int):
        return next((one for one in self.rows if one.promise_id == promise_id), None)

    async def cancel(self, promise_id: int):
        if self.locked:
            raise OSError("database is locked")
        self.rows = [cancelled(one) if one.promise_id == promise_id else one for one in self.rows]
        return await self.get(promise_id)


@dataclass
class FakeMessages:
    rows: list[Voicemail] = field(default_factory=list)

    async def unheard(self):
        return [one for one in self.rows if one.heard_at is None]

    async def get(self, message_id: int):
        return next((one for one in self.rows if one.message_id == message_id), None)

    async def heard(self, message_id: int, by: str, at: datetime):
        before = await self.get(message_id)
        self.rows = [replace(one, heard_at=at, heard_by=by) if one is before else one for one in self.rows]
        return before is not None


@dataclass
class FakeDebts:
    """What is owed; ``people`` are the patients by number."""

    promises: FakePromises = field(default_factory=FakePromises)
    messages: FakeMessages = field(default_factory=FakeMessages)
    people: dict[str, tuple[Patient, ...]] = field(default_factory=dict)
    recordings: Path = Path("/nonexistent")

    @property
    def owed(self) -> Owed:
        """As the desk takes it."""
        return Owed(
            promises=self.promises, messages=self.messages, recordings=self.recordings, find=self.find
        )

    async def find(self, number: str) -> Caller:
        return Caller(number=normalise(number, "RU"), patients=self.people.get(number, ()))


def promise(promise_id: int = 1, **changes: Any) -> Promise:
    """Given 27 minutes before the tests' clock, due 33 minutes after it."""
    values: dict[str, Any] = {
        "promise_id": promise_id,
        "call_id": LinkedId(f"1731411000.{promise_id}"),
        "number": RAW,
        "name": "",
        "called_number": "84951234567",
        "queue": QueueName("operators"),
        "joined_at": ago(minutes=30),
        "promised_at": ago(minutes=27),
        "due_by": ago(minutes=-33),
    }
    return Promise(**(values | changes))


def message(message_id: int = 1, **changes: Any) -> Voicemail:
    """Left 50 minutes before the tests' clock."""
    values: dict[str, Any] = {
        "message_id": message_id,
        "file": f"night/1731410000.{message_id}.wav",
        "call_id": LinkedId(f"1731410000.{message_id}"),
        "number": RAW,
        "box": "night",
        "at": ago(minutes=50),
        "seconds": 12.4,
    }
    return Voicemail(**(values | changes))


def record(folder: Path, one: Voicemail, seconds: float = 2.0) -> Path:
    """Silence, as Asterisk records it."""
    file = folder / one.file
    file.parent.mkdir(exist_ok=True)
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * int(seconds * 8000))
    return file
