"""Both logs read together, whatever stands in them."""

from collections.abc import Iterator
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ccd.asterisk_logs.reading import AsteriskLogs, Ended
from ccd.retold import LogMarks
from tests.unit.asterisk_logs.captured import FOLDER, LATER, NAMES

HOSTILE = (
    b"\xff\xfe,\x00",
    b",,,,,,,,,,,,",
    b"|||||",
    b'"a,b","c""d"',
    b"CHAN_START,1e308,1.0,1.0,,,,,,,,,",
    b"\r",
)


def ended(folder: Path) -> Iterator[Ended]:
    logs = AsteriskLogs(folder / "ccd.csv", folder / "queue_log")
    reading = logs.reading(LogMarks())
    while True:
        batch = reading.more(LATER)
        yield from batch.ended
        if not batch.read:
            return


def spoilt(lines: list[bytes], places: list[int], what: list[bytes]) -> bytes:
    for place, hostile in zip(places, what, strict=True):
        lines.insert(place % (len(lines) + 1), hostile)
    return b"".join(line + b"\n" for line in lines)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), name=st.sampled_from(NAMES))
def test_whatever_stands_between_the_lines_every_call_is_read_as_without_it(tmp_path_factory, data, name):
    folder = tmp_path_factory.mktemp("logs")
    for kind, file in (("cel", "ccd.csv"), ("queue_log", "queue_log")):
        lines = (FOLDER / f"{name}.{kind}").read_bytes().splitlines()
        (folder / file).write_bytes(b"".join(line + b"\n" for line in lines))
    (expected,) = ended(folder)
    for kind, file in (("cel", "ccd.csv"), ("queue_log", "queue_log")):
        lines = (FOLDER / f"{name}.{kind}").read_bytes().splitlines()
        what = data.draw(
            st.lists(st.sampled_from(HOSTILE) | st.binary(max_size=80).filter(_one_line), max_size=6)
        )
        places = data.draw(st.lists(st.integers(0, 99), min_size=len(what), max_size=len(what)))
        (folder / file).write_bytes(spoilt(lines, places, what))
    (found,) = ended(folder)
    assert found.records == expected.records


def _one_line(text: bytes) -> bool:
    return b"\n" not in text
