"""One line of each log: what it says, and that nothing hostile says more."""

from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.asterisk_logs import cel, queue_log
from ccd.asterisk_logs.cel import BadLine

AT = datetime(2026, 11, 22, 6, 4, 4, 500_000, tzinfo=UTC)


def written(*, at: str = "1795327444.500000", **texts: str) -> bytes:
    names = ("channel", "number", "name", "exten", "context", "app", "data", "told", "peer")
    return ",".join(
        ["CHAN_START", at, "1.1", "1.2", *(quote(texts.get(name, ""), safe="") for name in names)]
    ).encode()


def test_a_row_of_cel():
    row = cel.read(written(channel="PJSIP/101-1", told='{"hangupcause":16,"hangupsource":"x"}'))
    assert (row.kind, row.at, row.linked_id, row.unique_id) == ("CHAN_START", AT, "1.1", "1.2")
    assert (row.channel, row.said("hangupsource"), row.said("nothing")) == ("PJSIP/101-1", "x", "")


@given(st.text())
def test_a_caller_may_be_called_anything(name):
    line = written(name=name.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
    assert b"\n" not in line
    assert cel.read(line).name == name.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


@pytest.mark.parametrize("told", ["[1]", "nonsense", "[" * 100_000, "null", '{"hangupsource": 5}'])
def test_what_asterisk_adds_may_be_anything(told):
    assert cel.read(written(told=told)).said("hangupsource") == ""


@pytest.mark.parametrize("at", ["", "x", "nan", "inf", "-1", "1e300"])
def test_a_time_of_no_clock_is_refused(at):
    with pytest.raises(BadLine):
        cel.read(written(at=at))


@pytest.mark.parametrize("read", [cel.read, queue_log.read])
@given(line=st.binary())
def test_any_bytes_are_a_row_or_a_bad_line(read, line):
    with suppress(BadLine):
        read(line)


def test_a_row_of_queue_log():
    row = queue_log.read(b"1795327444|1.1|operators|NONE|EXITWITHTIMEOUT|1|1|2")
    assert (row.at, row.unique_id, row.queue, row.agent) == (
        AT.replace(microsecond=0),
        "1.1",
        "operators",
        "",
    )
    assert (row.count(2), row.count(-1), row.count(7)) == (2, 2, 0)
