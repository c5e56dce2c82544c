"""Recordings in the folder become messages when they have ended."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ccd.callbacks.voicemail import Voicemail
from ccd.calls.events import MessageLeft
from ccd.calls.ids import LinkedId, QueueName, UniqueId
from ccd.calls.record import CallRecord, Disposition, State
from ccd.directory.lookup import Lookup
from ccd.mailroom import Mailroom
from ccd.recordings import look_through
from ccd.tracking import Tracker
from tests.unit.store.samples import call
from tests.unit.test_tracking import FakeSaver, FakeScreens

LATER = datetime(2100, 1, 1, tzinfo=UTC)


class Book:
    def __init__(self) -> None:
        self.entries: list[Voicemail] = []

    async def put(self, found: Iterable[Voicemail]) -> Sequence[Voicemail]:
        fresh = [one for one in found if one not in self.entries]
        self.entries += fresh
        return fresh

    async def since(self, moment: datetime) -> Sequence[Voicemail]:
        return [one for one in self.entries if one.at >= moment]


class Calls:
    """Records of calls; ``told`` is what they learned."""

    def __init__(self, *records: CallRecord) -> None:
        self.records = records
        self.told: list[MessageLeft] = []
        self.down: list[str] = []

    def restore(self, records: Iterable[CallRecord]) -> None: ...

    def handle(self, event: MessageLeft) -> None:
        if event.file in self.down:
            raise RuntimeError("a bug")
        self.told.append(event)

    async def find(self, leg: LinkedId) -> CallRecord | None:
        return next((one for one in self.records if one.caller_leg == UniqueId(leg)), None)


def mailroom(folder: Path, book: Book | None = None, calls: Calls | None = None) -> Mailroom:
    calls = calls or Calls()
    return Mailroom(folder, book or Book(), calls, calls.find)


def ended(leg: str = "1.1") -> CallRecord:
    return call("1.0", caller_leg=UniqueId(leg), state=State.ENDED, disposition=Disposition.ABANDONED)


def record(folder: Path, name: str = "night/1.1.wav", seconds: float = 5, age: float = 60) -> Path:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"\0" * (44 + int(seconds * 16_000)))
    moment = datetime.now(UTC).timestamp() - age
    os.utime(file, (moment, moment))
    return file


async def test_a_finished_recording_is_written_down(tmp_path):
    record(tmp_path)
    book = Book()
    room = mailroom(tmp_path, book)
    await room.look()
    await room.look()
    (one,) = book.entries
    assert (one.box, one.call_id, one.seconds, one.file) == ("night", "1.1", 5, "night/1.1.wav")


async def test_the_call_s_record_learns_of_its_message(tmp_path):
    record(tmp_path)
    calls = Calls()
    room = mailroom(tmp_path, calls=calls)
    await room.look()
    await room.look()
    assert [(one.linked_id, one.unique_id, one.file) for one in calls.told] == [
        ("1.1", "1.1", "night/1.1.wav")
    ]


@pytest.mark.parametrize(
    "wrong",
    [{"age": 1}, {"seconds": 1.49}, {"name": "night/no name.wav"}],
    ids=["goes on", "empty", "another's"],
)
def test_what_is_no_finished_message_is_not(tmp_path, wrong):
    record(tmp_path, **wrong)
    assert look_through(tmp_path, datetime.now(UTC)).messages == []


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    secret = record(tmp_path, "secret.wav")
    (tmp_path / "night").mkdir()
    (tmp_path / "night" / "1.1.wav").symlink_to(secret)
    assert look_through(tmp_path, LATER).messages == []


async def test_a_folder_that_is_not_there_has_no_messages(tmp_path):
    with capture_logs() as logged:
        await mailroom(tmp_path / "none").look()
    assert logged == []


def test_as_little_as_the_dialplan_calls_recorded_is_a_message(tmp_path):
    file = record(tmp_path, seconds=1.5)
    assert file.stat().st_size == 24_044
    assert len(look_through(tmp_path, LATER).messages) == 1


@contextmanager
def forbidden(patch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    """The tests may run as root, who may read everything."""
    real = os.scandir

    def scandir(path: str | Path) -> object:
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied")
        return real(path)

    with patch.context() as during:
        during.setattr(os, "scandir", scandir)
        yield


@pytest.mark.parametrize("place", ["", "day"], ids=["the folder", "a box"])
async def test_what_may_not_be_read_is_told_once_and_the_rest_is_read(tmp_path, monkeypatch, place):
    record(tmp_path)
    record(tmp_path, "day/1.2.wav")
    book, folder = Book(), tmp_path / place
    room = mailroom(tmp_path, book)
    with capture_logs() as logged, forbidden(monkeypatch, folder):
        await room.look()
        await room.look()
    assert [(one["place"], one["reason"]) for one in logged if "place" in one] == [
        (str(folder), "Permission denied")
    ]
    assert [one.box for one in book.entries] == (["night"] if place else [])
    await room.look()
    assert {one.box for one in book.entries} == {"night", "day"}


async def test_a_message_whose_call_ended_before_ccd_was_started_again_is_in_its_record(tmp_path):
    """The row was written, then ccd was stopped: the new one knows nothing of the call."""
    record(tmp_path)
    book = Book()
    await mailroom(tmp_path, book).look()
    saver, kept = FakeSaver(), Calls(ended())
    tracker = Tracker(
        saver=saver, screens=FakeScreens(), lookup=Lookup([], "RU", 5), doctors_queue=QueueName("doctors")
    )
    await Mailroom(tmp_path, book, tracker, kept.find).look()
    (saved,) = saver.records
    assert (saved.call_id, saved.disposition) == ("1.0", Disposition.VOICEMAIL)
    assert [step.detail for step in saved.path] == ["night/1.1.wav"]
    again = Calls(saved)
    await mailroom(tmp_path, book, again).look()
    assert again.told == []


async def test_one_record_that_takes_no_message_keeps_none_from_the_others(tmp_path):
    record(tmp_path)
    record(tmp_path, "night/1.2.wav")
    calls = Calls()
    calls.down = ["night/1.1.wav"]
    await mailroom(tmp_path, calls=calls).look()
    assert [one.file for one in calls.told] == ["night/1.2.wav"]


async def test_a_record_that_cannot_be_found_now_is_told_at_the_next_look(tmp_path):
    record(tmp_path)
    calls, away = Calls(), [True]

    async def find(leg: LinkedId) -> CallRecord | None:
        if away:
            raise OSError("the database is away")
        return await calls.find(leg)

    room = Mailroom(tmp_path, Book(), calls, find)
    with pytest.raises(OSError, match="away"):
        await room.look()
    away.clear()
    await room.look()
    assert len(calls.told) == 1
