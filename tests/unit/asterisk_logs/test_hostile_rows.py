"""Lines of both logs lost, doubled, out of order, torn: no record is invented, none is untrue."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from ccd.asterisk_logs import cel, queue_log
from ccd.asterisk_logs.cel import BadLine
from ccd.asterisk_logs.rebuilding import Agents, rebuilt
from ccd.asterisk_logs.stories import Stories
from ccd.calls.agreement import differences
from ccd.calls.record import CallRecord
from ccd.calls.recovered import completed
from tests.unit.asterisk_logs.captured import AGENTS, BEGIN, LATER, NAMES, rows
from tests.unit.calls.truth import wrong


@st.composite
def spoiled(draw: st.DrawFn, kind: str, name: str) -> list[bytes]:
    """A captured log with some of its lines gone, some twice, some elsewhere, some with another byte."""
    lines = list(rows(name, kind))
    for _ in range(draw(st.integers(0, 6)) if lines else 0):
        place = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["lost", "twice", "elsewhere", "torn", "another"])):
            case "lost" if len(lines) > 1:
                del lines[place]
            case "twice":
                lines.insert(draw(st.integers(0, len(lines))), lines[place])
            case "elsewhere":
                lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(place))
            case "torn":
                lines[place] = lines[place][: draw(st.integers(0, len(lines[place])))]
            case "another" if lines[place]:
                at = draw(st.integers(0, len(lines[place]) - 1))
                lines[place] = lines[place][:at] + draw(st.binary(max_size=3)) + lines[place][at + 1 :]
            case _:
                pass
    return lines


def records(told: list[bytes], queue: list[bytes]) -> list[CallRecord]:
    stories = Stories()
    for line in told:
        with suppress(BadLine):
            stories.add(cel.read(line), BEGIN)
    for line in queue:
        with suppress(BadLine):
            stories.add_queue(queue_log.read(line))
    return [record for story in stories.over(LATER) for record in rebuilt(story, Agents(AGENTS))]


@given(st.data())
def test_no_loss_and_no_disorder_of_lines_invents_or_doubles_a_call(data):
    name = data.draw(st.sampled_from(NAMES))
    told, queue = data.draw(spoiled("cel", name)), data.draw(spoiled("queue_log", name))
    found = records(told, queue)
    assert len({one.call_id for one in found}) == len(found)
    for record in found:
        names = {name.decode("ascii", "replace") for line in told for name in line.split(b",")[2:3]}
        assert record.call_id in names
        assert wrong(record) == []
        assert list(differences(record, record)) == []
        once = completed(None, record)
        assert completed(once, record) is None
