"""Every line once, whatever becomes of its file."""

import gzip
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccd.asterisk_logs import lines, opening, queue_log
from ccd.asterisk_logs.lines import START, Log
from ccd.retold import LogMark


def line(number: int) -> bytes:
    return b"%d|%d.1|operators|NONE|ENTERQUEUE||1" % (1_795_000_000 + number, number)


def write(file: Path, *numbers: int, torn: bytes = b"") -> None:
    with file.open("ab") as out:
        out.write(b"".join(line(number) + b"\n" for number in numbers) + torn)


def rest(log: Log, mark: LogMark = START) -> tuple[list[bytes], LogMark]:
    found = []
    while (piece := log.read(mark)).lines:
        found += [one.text for one in piece.lines]
        mark = piece.after
    return found, piece.after


@pytest.fixture
def file(tmp_path) -> Path:
    return Path(tmp_path) / "queue_log"


@pytest.fixture
def log(file) -> Log:
    return Log(file, lambda text: queue_log.read(text).at)


def test_a_log_that_is_not_there_yet_has_no_lines(file, log):
    assert rest(log)[0] == []
    write(file, 1)
    assert rest(log)[0] == [line(1)]


def test_a_torn_last_line_is_read_when_it_is_whole(file, log):
    write(file, 1, torn=line(2)[:9])
    found, mark = rest(log)
    assert found == [line(1)]
    write(file, torn=line(2)[9:] + b"\n")
    assert rest(log, mark)[0] == [line(2)]


def _renamed(file: Path) -> None:
    file.rename(file.with_name("queue_log.1"))


def _dated(file: Path) -> None:
    file.rename(file.with_name("queue_log-20261122"))


def _compressed(file: Path) -> None:
    file.with_name("queue_log.1.gz").write_bytes(gzip.compress(file.read_bytes()))
    file.unlink()


def _copied_and_cut(file: Path) -> None:
    shutil.copy(file, file.with_name("queue_log.1"))
    file.write_bytes(b"")


@pytest.mark.parametrize("rotate", [_renamed, _dated, _compressed, _copied_and_cut])
def test_no_line_is_lost_or_doubled_by_a_rotation(file, log, rotate):
    write(file, 1, 2)
    found, mark = rest(log)
    write(file, 3)
    rotate(file)
    write(file, 4, 5)
    more, mark = rest(log, mark)
    assert (found, more) == ([line(1), line(2)], [line(3), line(4), line(5)])
    assert rest(log, mark) == ([], mark)


def test_what_is_written_into_the_renamed_file_until_asterisk_opens_a_new_one(file, log):
    write(file, 1)
    _, mark = rest(log)
    _renamed(file)
    file.touch()
    write(file.with_name("queue_log.1"), 2)
    found, mark = rest(log, mark)
    write(file, 3)
    assert (found, rest(log, mark)[0]) == ([line(2)], [line(3)])


def test_a_rotation_while_the_file_is_being_opened(file, log, monkeypatch):
    write(file, 1)
    _, mark = rest(log)
    write(file, 2)
    current, rotations = log._current, [_renamed]

    def and_then_rotated(mark):
        found = current(mark)
        if rotations:
            rotations.pop()(file)
            write(file, 3, 4)
        return found

    monkeypatch.setattr(log, "_current", and_then_rotated)
    piece = log.read(mark)
    assert piece.lines == ()
    assert rest(log, piece.after)[0] == [line(2), line(3), line(4)]


def test_two_rotations_while_nobody_read(file, log):
    write(file, 1)
    _, mark = rest(log)
    file.rename(file.with_name("queue_log.2"))
    write(file, 2)
    _renamed(file)
    write(file, 3)
    assert rest(log, mark)[0] == [line(2), line(3)]


def test_a_file_that_is_gone_is_told_and_the_oldest_there_is_read(file, log):
    write(file, 1)
    _, mark = rest(log)
    file.unlink()
    write(file, 2)
    piece = log.read(mark)
    assert (piece.lost, [one.text for one in piece.lines]) == (True, [line(2)])


def test_other_files_beside_it_are_no_part_of_it(file, log):
    write(file, 1)
    (file.parent / "queue_log.bak").mkdir()
    (file.parent / "queue_log.gz").write_bytes(b"no gzip")
    assert rest(log)[0] == [line(1)]


def test_an_endless_line_does_not_stop_the_reading(file, log):
    write(file, 1)
    with file.open("ab") as out:
        out.write(b"x" * 600_000 + b"\n")
    write(file, 2)
    found, _ = rest(log)
    assert (found[0], found[-1]) == (line(1), line(2))


@settings(max_examples=40)
@given(st.lists(st.sampled_from(["write", "rotate", "read"]), max_size=20))
def test_every_line_once_in_order_whatever_happens(tmp_path_factory, acts):
    file = tmp_path_factory.mktemp("log") / "queue_log"
    log, mark, written, found = Log(file, lambda text: queue_log.read(text).at), START, 0, []
    for act in acts:
        if act == "write":
            written += 1
            write(file, written)
        elif act == "rotate" and file.exists():
            file.rename(file.with_name(f"queue_log.{written}"))
        elif act == "read":
            more, mark = rest(log, mark)
            found += more
    found += rest(log, mark)[0]
    assert found == [line(number + 1) for number in range(written)]


def test_a_pipe_in_place_of_a_log_is_an_error_and_waited_for_by_nobody(file, log):
    os.mkfifo(file)
    with pytest.raises(OSError, match="is no file"):
        log.read(START)


def test_a_pipe_beside_a_log_is_no_part_of_it(file, log):
    write(file, 1)
    os.mkfifo(file.with_name("queue_log.old"))
    assert rest(log)[0] == [line(1)]


def test_a_log_that_was_cut_is_read_from_its_beginning(file, log):
    write(file, 1, 2, 3)
    mark = rest(log)[1]
    file.write_bytes(line(1) + b"\n")
    assert log.read(mark).again
    write(file, 4)
    assert rest(log, log.read(mark).after)[0] == []
    assert log.read(mark).lines[-1].text == line(4)


def test_an_endless_first_line_hides_nothing_behind_it(file, log):
    file.write_bytes(b"x" * 600_000 + b"\n")
    write(file, 1)
    assert rest(log)[0][-1] == line(1)


def test_a_compressed_log_is_unpacked_once(file, log, monkeypatch):
    opened, really = [], opening.opened

    def noted(path):
        opened.append(path)
        return really(path)

    monkeypatch.setattr(opening, "opened", noted)
    monkeypatch.setattr(lines, "_PIECE", 100)
    numbers = range(1, 200)
    file.with_name("queue_log.1.gz").write_bytes(
        gzip.compress(b"".join(line(one) + b"\n" for one in numbers))
    )
    assert rest(log)[0] == [line(one) for one in numbers]
    assert len(opened) == 1


def test_of_a_compressed_log_that_is_torn_all_is_read_that_is_there(file, log):
    whole = gzip.compress(b"".join(line(one) + b"\n" for one in range(1, 2000)))
    file.with_name("queue_log.1.gz").write_bytes(whole[:-12])
    write(file, 5000)
    found = rest(log)[0]
    assert len(found) > 1000
    assert found[-1] == line(5000)
