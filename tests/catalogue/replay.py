"""The captures of the shapes, as the events that they were, ccd's own among them.

A capture has the frames that ccd hears, and two kinds that it does not: the dialplan's question
(``Newexten`` of ``AGI``) and ccd's answer (``AGIExecStart``).  What ccd itself knows of a call is made of
these.  The first line names the shape's number, which says what the phones and queues in it are called.
"""

import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from pydantic import TypeAdapter

from ccd.ami.framing import first_line
from ccd.ami.translate import translate
from ccd.calls.book import CallBook
from ccd.calls.events import AsteriskEvent, CallOffered, StepTaken
from ccd.calls.ids import LinkedId, Phone, UniqueId
from ccd.calls.record import CallRecord, StepKind
from tests.catalogue.laws import Record
from tests.catalogue.recorder import parsed
from tests.catalogue.shape import SHAPES, Shape

CAPTURES = Path(__file__).parents[1] / "captures" / "shapes"
_JSON = TypeAdapter(list[CallRecord])
_END = b"\r\n\r\n"
_TARGET = {
    "queue": "CCD_QUEUE",
    "dial": "CCD_DIAL",
    "play": "CCD_SOUND",
    "menu": "CCD_SOUND",
    "voicemail": "CCD_BOX",
    "callback": "CCD_QUEUE",
    "hangup": "CCD_CAUSE",
    "transfer": "CCD_DIAL",
}


def names() -> list[str]:
    """The shapes that were captured."""
    return sorted(path.name.removesuffix(".ami.gz") for path in CAPTURES.glob("*.ami.gz"))


def write(shape: Shape, frames: Iterable[bytes]) -> None:
    """Keep what was captured of a shape."""
    CAPTURES.mkdir(exist_ok=True)
    text = _END.join([f"Shape: {shape.number}".encode(), *frames])
    (CAPTURES / f"{shape.name}.ami.gz").write_bytes(gzip.compress(text, mtime=0))


def read(name: str) -> tuple[Shape, Sequence[bytes]]:
    """A shape as it was when it was captured, and its frames."""
    head, *frames = gzip.decompress((CAPTURES / f"{name}.ami.gz").read_bytes()).split(_END)
    return replace(SHAPES[name], number=int(head.partition(b": ")[2])), frames


def agents(shape: Shape) -> Mapping[str, str]:
    """The queues' members, their names by phone."""
    members = {shape.device(letter): f"Agent {shape.extension(letter)}" for letter in shape.members}
    doctor = {shape.device("d"): f"Doctor {shape.extension('d')}", "PJSIP/201": "Duty doctor"}
    return members | doctor


def events(shape: Shape, frames: Iterable[bytes]) -> Iterator[AsteriskEvent]:
    """What ccd would be told, in Asterisk's order."""
    questions: dict[str, list[str]] = {}
    for frame in frames:
        match first_line(frame):
            case b"Event: Newexten":
                told = parsed(frame)
                questions[told["Uniqueid"]] = told["AppData"].split(",")[1:]
            case b"Event: AGIExecStart":
                told = parsed(frame)
                yield from _answered(shape, told, questions[told["Uniqueid"]])
            case _:
                event = translate(frame)
                if event is not None:
                    yield event


def records(events: Iterable[AsteriskEvent], agents: Mapping[str, str]) -> list[Record]:
    """What the core makes of these events: the records, oldest first, as ``ccd calls --json`` tells them."""
    book = CallBook()
    book.agents = {Phone(phone): name for phone, name in agents.items()}
    found: dict[str, CallRecord] = {}
    for event in events:
        found |= {change.after.call_id: change.after for change in book.apply(event)}
    told: list[Record] = _JSON.dump_python(list(found.values()), mode="json")
    return sorted(told, key=lambda one: str(one["arrived_at"]))


def _answered(
    shape: Shape, told: Mapping[str, str], question: Sequence[str]
) -> Iterator[CallOffered | StepTaken]:
    """ccd answered, and Asterisk took it."""
    _linked, called, _token, outcome, number, name, shown = question
    where = {
        "at": datetime.fromtimestamp(float(told["Timestamp"]), UTC),
        "linked_id": LinkedId(told["Linkedid"]),
        "unique_id": UniqueId(told["Uniqueid"]),
    }
    if outcome in {"", "CALLBACK"}:
        yield CallOffered(
            **where,  # type: ignore[arg-type]
            caller_number=unquote(number),
            caller_name=unquote(name),
            called_number=unquote(called),
            rule="callback" if outcome else shape.name,
            rules_version="v1",
            withheld=shown.startswith("prohib"),
        )
    values = dict(one.split("=", 1) for one in told["Command"].removeprefix('EXEC MSet "')[:-1].split(","))
    kind = StepKind(values["CCD_ACTION"])
    target = values[_TARGET[kind]]
    yield StepTaken(**where, kind=kind, target=target, ended=outcome)  # type: ignore[arg-type]
