"""Bytes to frames: any chunking, any line ends, bounded, and never an exception but one."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.ami.errors import ProtocolError
from ccd.ami.framing import MAX_FRAME, Framer, text, unescape
from tests.fakes.ami import BANNER, event
from tests.unit.ami.samples import CAPTURES

lines = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1, max_size=30)
frames = st.lists(st.lists(lines, min_size=1, max_size=6).map("\r\n".join), max_size=8)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(data) + 1) for place in places})
    return [data[start:end] for start, end in zip([0, *ends], [*ends, len(data)], strict=True)]


def feed_all(framer: Framer, chunks: list[bytes]) -> list[bytes]:
    return [frame for chunk in chunks for frame in framer.feed(chunk)]


@given(sent=frames, places=st.lists(st.integers(0, 10_000), max_size=40), blank_lines=st.integers(0, 3))
def test_any_chunking_gives_the_same_frames(sent: list[str], places: list[int], blank_lines: int):
    end = "\r\n\r\n" + "\r\n" * blank_lines
    stream = BANNER + "".join(frame + end for frame in sent).encode()
    assert feed_all(Framer(), cut(stream, places)) == [frame.encode() for frame in sent]


@given(data=st.binary(max_size=400), places=st.lists(st.integers(0, 400), max_size=10), banner=st.booleans())
def test_random_bytes_raise_nothing_but_the_protocol_error(data: bytes, places: list[int], banner: bool):
    framer = Framer(max_frame=100)
    with suppress(ProtocolError):
        feed_all(framer, cut(BANNER * banner + data, places))


@pytest.mark.parametrize("size", [1, 7, 64])
def test_a_captured_call_is_the_same_in_any_chunking(size: int):
    stream = (CAPTURES / "queue-call.ami").read_bytes()
    whole = Framer().feed(stream)
    assert len(whole) == 93
    assert feed_all(Framer(), [stream[at : at + size] for at in range(0, len(stream), size)]) == whole


def test_p01_a_letter_split_between_two_chunks_stays_whole():
    frame = event("Newchannel", CallerIDName="Алексей Müller")
    middle = frame.index("с".encode()) + 1
    got = feed_all(Framer(), [BANNER, frame[:middle], frame[middle:]])
    assert "Алексей Müller" in text(got[0])


def test_p12_an_empty_last_header_is_kept():
    assert Framer().feed(BANNER + event("VarSet", Variable="X", Value=""))[0].endswith(b"\r\nValue: ")


def test_p16_a_frame_that_never_ends_is_refused_and_never_buffered_beyond_the_cap():
    framer = Framer()
    framer.feed(BANNER)
    for _ in range(MAX_FRAME // 1_400):
        assert framer.feed(b"x" * 1_400) == []
    with pytest.raises(ProtocolError):
        framer.feed(b"x" * 1_400)


@pytest.mark.parametrize("size", [1, 3, 11, 200])
@pytest.mark.parametrize(("length", "refused"), [(100, False), (101, True)])
def test_the_cap_holds_in_any_chunking(size: int, length: int, refused: bool):
    framer = Framer(max_frame=100)
    stream = BANNER + b"a" * 10 + b"\r\n\r\n" + b"x" * length + b"\r\n\r\n"
    chunks = [stream[at : at + size] for at in range(0, len(stream), size)]
    if refused:
        with pytest.raises(ProtocolError):
            feed_all(framer, chunks)
    else:
        assert len(feed_all(framer, chunks)) == 2


def test_a_peer_with_bare_line_feeds_is_understood():
    stream = b"Asterisk Call Manager/11.0.0\nEvent: Hangup\nUniqueid: 1.1\n\nEvent: Hold\n\n"
    assert feed_all(Framer(), cut(stream, [5, 30, 44, 58])) == [
        b"Event: Hangup\r\nUniqueid: 1.1",
        b"Event: Hold",
    ]


def test_a_bare_line_feed_in_a_value_does_not_end_the_frame():
    frame = b"Event: Newexten\r\nAppData: Ivan\n\nEvent: AgentConnect\r\nUniqueid: 1.1"
    assert Framer().feed(BANNER + frame + b"\r\n\r\n") == [frame]


@pytest.mark.parametrize(
    "first", [b"HTTP/1.1 400 Bad Request\r\n", b"A" * 300, b"Asterisk Call Manager" + b"x" * 300]
)
def test_a_peer_that_is_no_asterisk_is_refused(first: bytes):
    with pytest.raises(ProtocolError):
        Framer().feed(first)


def test_the_version_is_the_banners():
    framer = Framer()
    framer.feed(BANNER[:9])
    assert framer.version == ""
    framer.feed(BANNER[9:])
    assert framer.version == "11.0.0"


@given(st.binary(max_size=60))
def test_any_bytes_become_text_that_can_be_stored(value: bytes):
    assert text(value).encode() is not None


def test_bytes_that_are_not_utf8_are_spelt_out():
    assert text("Ян".encode("cp1251")) == r"\xdf\xed"
    assert text("Jürgen".encode("latin-1")) == r"J\xfcrgen"


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_p19_unescaping_undoes_what_asterisk_did(name: str):
    escapes = dict(zip("\a\b\f\n\r\t\v\\'\"?", "abfnrtv\\'\"?", strict=True))
    escaped = "".join(f"\\{escapes[letter]}" if letter in escapes else letter for letter in name)
    assert unescape(escaped) == name


def test_an_unknown_escape_stays():
    assert unescape(r"C:\users\ ") == r"C:\users\ "
