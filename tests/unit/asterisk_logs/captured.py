"""Calls that the real Asterisk wrote down, and told of on the manager interface at the same time."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from ccd.ami.framing import Framer
from ccd.ami.translate import translate
from ccd.asterisk_logs import cel, queue_log
from ccd.asterisk_logs.rebuilding import Agents, rebuilt
from ccd.asterisk_logs.stories import Stories, Story
from ccd.calls import events as ev
from ccd.calls.book import CallBook
from ccd.calls.ids import Phone
from ccd.calls.record import CallRecord
from ccd.retold import LogMarks

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
FOLDER = Path(__file__).parents[2] / "captures" / "logs"
NAMES = sorted(path.stem for path in FOLDER.glob("*.ami"))
"""Those with both accounts."""
AGENTS = {
    Phone("PJSIP/101"): "Operator 101",
    Phone("PJSIP/102"): "Operator 102",
    Phone("PJSIP/201"): "Duty doctor",
}
LATER = datetime(2100, 1, 1, tzinfo=UTC)
BEGIN = LogMarks()


def rows(name: str, kind: str) -> list[bytes]:
    return (FOLDER / f"{name}.{kind}").read_bytes().splitlines()


def story(name: str) -> Story:
    stories = Stories()
    for line in rows(name, "cel"):
        stories.add(cel.read(line), BEGIN)
    for line in rows(name, "queue_log"):
        stories.add_queue(queue_log.read(line))
    (found,) = stories.over(LATER)
    return found


def from_logs(name: str) -> CallRecord:
    (record,) = rebuilt(story(name), Agents(AGENTS))
    return record


@cache
def ami_events(name: str) -> Sequence[Any]:
    """The live events; that the dialplan asked ccd is none of Asterisk's, and put in."""
    capture = (FOLDER / f"{name}.ami").read_bytes()
    frames = Framer().feed(capture if capture.startswith(BANNER) else BANNER + capture)
    found = [event for frame in frames if (event := translate(frame))]
    first = next(event for event in found if isinstance(event, ev.ChannelStarted))
    asked = ev.CallOffered(
        at=first.at,
        linked_id=first.linked_id,
        unique_id=first.unique_id,
        caller_number=first.caller_number,
        caller_name=first.caller_name,
        called_number=first.called_number,
        rule="everyone",
        rules_version="v1",
    )
    return (first, asked, *found)


def from_ami(name: str) -> CallRecord:
    """What ccd makes of the live events."""
    book, events = CallBook(), ami_events(name)
    book.agents = AGENTS
    for event in events:
        book.apply(event)
    record = book.get(events[0].linked_id)
    assert record is not None
    return record
