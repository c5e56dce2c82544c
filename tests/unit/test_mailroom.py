"""Recordings in the folder become messages when they have ended."""

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ccd.callbacks.voicemail import Voicemail
from ccd.calls.events import MessageLeft
from ccd.mailroom import Mailroom, messages

LATER = datetime(2100, 1, 1, tzinfo=UTC)


class Book:
    def __init__(self) -> None:
        self.entries: list[Voicemail] = []

    async def put(self, found: Iterable[Voicemail]) -> Sequence[Voicemail]:
        self.entries += found
        return self.entries


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
    mailroom = Mailroom(tmp_path, book)
    await mailroom.look()
    await mailroom.look()
    (one,) = book.entries
    assert (one.box, one.call_id, one.seconds, one.file) == ("night", "1.1", 5, "night/1.1.wav")


async def test_the_call_s_record_learns_of_its_message(tmp_path):
    record(tmp_path)
    told: list[MessageLeft] = []
    await Mailroom(tmp_path, Book(), left=told.append).look()
    assert [(one.linked_id, one.unique_id, one.file) for one in told] == [("1.1", "1.1", "night/1.1.wav")]


@pytest.mark.parametrize(
    "wrong",
    [{"age": 1}, {"seconds": 0.5}, {"name": "night/no name.wav"}],
    ids=["goes on", "empty", "another's"],
)
def test_what_is_no_finished_message_is_not(tmp_path, wrong):
    record(tmp_path, **wrong)
    assert list(messages(tmp_path, datetime.now(UTC))) == []


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    secret = record(tmp_path, "secret.wav")
    (tmp_path / "night").mkdir()
    (tmp_path / "night" / "1.1.wav").symlink_to(secret)
    assert list(messages(tmp_path, LATER)) == []


async def test_a_folder_that_is_not_there_has_no_messages(tmp_path):
    await Mailroom(tmp_path / "none", Book()).look()
