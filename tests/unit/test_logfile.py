"""The log's own troubles: lines are lost, nothing else."""

import json
import logging
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest
import structlog

from ccd import logs
from ccd.logfile import LogFile

FULL = Path("/dev/full")
LIMITED = """\
import resource, sys, structlog
from pathlib import Path
from ccd import logs
file = Path(sys.argv[1])
logs.set_up(style="json", file=file)
log = structlog.get_logger()
resource.setrlimit(resource.RLIMIT_FSIZE, (300, resource.RLIM_INFINITY))
for turn in range(10):
    log.info("x" * 100, turn=turn)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
log.info("again")
log.info("and again")
"""
GONE = """\
import structlog
from ccd import logs
logs.set_up(style="json")
input()
structlog.get_logger().error("nobody reads this")
print("alive", flush=True)
"""


@pytest.fixture
def pipe():
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_a_full_disk_costs_lines_and_says_so_when_it_is_over(tmp_path):
    file = tmp_path / "ccd.log"
    subprocess.run([sys.executable, "-c", LIMITED, file], check=True, timeout=60)
    *_kept, again, last = file.read_text(encoding="utf-8").splitlines()
    assert json.loads(again)["event"] == "again"
    assert json.loads(again)["lines_lost"] == 9
    assert "lines_lost" not in json.loads(last)


def test_a_reader_that_is_gone_ends_nothing():
    with subprocess.Popen(
        [sys.executable, "-c", GONE],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stderr
        assert process.stdin
        assert process.stdout
        process.stderr.close()
        process.stdin.write(b"go\n")
        process.stdin.flush()
        assert process.stdout.read() == b"alive\n"
        assert process.wait(60) == 0


def test_a_reader_that_sleeps_holds_nothing_up(pipe):
    reader, writer = pipe
    stream = LogFile(Path(f"/dev/fd/{writer}"))
    room = select.poll()
    room.register(writer, select.POLLOUT)
    while room.poll(0):
        stream.write("x" * 4095 + "\n")
    stream.write("lost\n")
    assert stream.lost == 1
    os.read(reader, 1 << 20)
    stream.write("read\n")
    assert stream.lost == 0
    assert os.read(reader, 100) == b"read\n"
    stream.close()


def test_without_an_error_stream_nothing_is_written(monkeypatch, capfd):
    monkeypatch.setattr(sys, "stderr", None)
    stream = LogFile()
    stream.write("nowhere\n")
    stream.close()
    assert (stream.lost, capfd.readouterr()) == (0, ("", ""))


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")
def test_every_way_to_log_bears_a_full_disk():
    stream = logs.set_up(file=FULL)
    try:
        structlog.get_logger().error("lost")
        logging.getLogger("library").error("lost, too")
        assert stream.lost == 2
    finally:
        stream.close()
        structlog.reset_defaults()
        logging.getLogger().handlers.clear()
