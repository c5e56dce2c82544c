"""Answers and commands, without a connection."""

import pytest
from asterisk import agi as pyst2
from hypothesis import given
from hypothesis import strategies as st

from ccd.agi import replies
from ccd.agi.replies import BadCommand, OutOfStep, Reply
from tests.fakes.agi import parse_args

LETTERS = st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"])


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"200 result=0", Reply("0")),
        (b"200 result=1 (value)", Reply("1", "value")),
        (b"200 result=1 (a) b)", Reply("1", "a) b")),
        (b"200 result=1 (one\ntwo)", Reply("1", "one\ntwo")),
        (b"200 result=1 ()", Reply("1", "")),
        (b"200 result= (timeout)", Reply("", "timeout")),
        (b"200 result=49 endpos=8000", Reply("49")),
        (b"200 result=1 (M\xfcller)", Reply("1", "M\\xfcller")),
    ],
)
def test_a_success(line, reply):
    assert replies.parse(line) == reply


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"200 result=-1", pyst2.AGIAppError),
        (b"200 result=-2", pyst2.AGIAppError),
        (b"200 result=-1 (hangup)", pyst2.AGIHangup),
        (b"510 Invalid or unknown command", pyst2.AGIInvalidCommand),
        (b"511 Command Not Permitted on a dead channel or intercept routine", pyst2.AGIHangup),
        (b"520 Invalid command syntax.  Proper usage not available.", pyst2.AGIUsageError),
        (b"999 what", pyst2.AGIUnknownError),
        (b"", OutOfStep),
        (b"noise", OutOfStep),
        (b"agi_callingpres: 0", OutOfStep),
    ],
)
def test_anything_else_is_an_exception(line, error):
    with pytest.raises(error):
        replies.parse(line)


@given(st.text(LETTERS))
def test_a_quoted_argument_is_one_argument_unchanged(value):
    """Any text but an empty one: ``parse_args`` gives no word for ``""`` at the end of a line's gap."""
    words = parse_args(f"SET VARIABLE {replies.quoted('x' + value)}")
    assert words == ["SET", "VARIABLE", "x" + value]


@given(st.text())
def test_a_command_is_written_as_exactly_one_line_or_refused(text):
    try:
        line = replies.written(text)
    except BadCommand:
        assert any(letter in "\r\n\0" or "\ud800" <= letter <= "\udfff" for letter in text)
    else:
        assert line.endswith(b"\n")
        assert line[:-1].translate(None, b"\r\n\0") == text.encode()


def test_a_command_longer_than_asterisk_s_buffer_is_refused():
    assert len(replies.written("x" * 8190)) == 8191
    with pytest.raises(BadCommand):
        replies.written("x" * 8191)
