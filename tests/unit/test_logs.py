"""Logs: readable by machines, and nobody's number or name in them."""

import json
import logging
from pathlib import Path

import pytest
import structlog

from ccd import logs


@pytest.fixture
def set_up(tmp_path: Path):
    streams = []

    def start(**options):
        streams.append(logs.set_up(file=tmp_path / "ccd.log", **options))

    yield start
    for stream in streams:
        stream.close()
    structlog.reset_defaults()
    logging.getLogger().handlers.clear()


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    return tmp_path / "ccd.log"


def written(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_people_are_masked(set_up, log_file):
    set_up(style="json")
    structlog.get_logger().info(
        "call routed",
        caller_number="+79161234567",
        caller_name="Иванова Мария",
        ami_secret="hunter2",
        queue_name="operators",
    )
    (line,) = written(log_file)
    assert line["caller_number"] == "+•••••••••67"
    assert line["caller_name"] == "И. М."
    assert line["queue_name"] == "operators"
    assert "hunter2" not in log_file.read_text(encoding="utf-8")


def test_exceptions_are_told_without_local_values(set_up, log_file):
    set_up(style="json")
    patient_phone = "+79161234567"
    try:
        raise ValueError("broken" if patient_phone else "")
    except ValueError:
        structlog.get_logger().exception("it broke")
    assert "broken" in log_file.read_text(encoding="utf-8")
    assert "9161234567" not in log_file.read_text(encoding="utf-8")


def test_level_hides_what_is_below(set_up, log_file):
    set_up(level="warning", style="json")
    structlog.get_logger().info("quiet")
    structlog.get_logger().warning("loud")
    assert [line["event"] for line in written(log_file)] == ["loud"]


def test_console_is_readable(set_up, log_file):
    set_up(style="console")
    structlog.get_logger().info("call routed", rule="everyone")
    assert "rule=everyone" in log_file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("", ""),
        ("1", "•"),
        ("103", "•••"),
        ("1034", "••34"),
        ("+74951234567", "+•••••••••67"),
        ("8 (916) 123-45-67", "• (•••) •••-••-67"),
        ("ivanova.maria", "•••••••.•••ia"),
        ("sip:мария_и@10.0.0.7", "•••:•••••_•@••.•.0.7"),
        ("anonymous", "•••••••us"),
    ],
)
def test_mask_number(number, masked):
    assert logs.mask_number(number) == masked


def test_libraries_log_the_same_way(set_up, log_file):
    set_up(style="json")
    logging.getLogger("some.library").warning("strange thing %d", 7)
    (line,) = written(log_file)
    assert (line["event"], line["library"], line["level"]) == ("strange thing 7", "some.library", "warning")


@pytest.mark.parametrize("style", ["console", "json"])
def test_a_caller_does_not_command_the_terminal(set_up, log_file, style):
    hostile = "\x1b]0;title\x07\x9b2J\u202e\udcff"
    set_up(style=style)
    try:
        raise ValueError(hostile)
    except ValueError:
        structlog.get_logger().exception(hostile, caller=hostile, channel=f"two words {hostile}")
    lines = log_file.read_text(encoding="utf-8").splitlines()
    assert all(line.isprintable() for line in lines)
    if style == "json":
        assert json.loads(lines[0])["caller"] == hostile
    else:
        assert r"caller=\x1b]0;title\x07\x9b2J\u202e\udcff" in lines[0]
