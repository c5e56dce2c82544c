"""What ccd's records say otherwise than the phones that were there."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ccd.calls.record import CallRecord, Disposition, State
from tests.soak.heard import Heard

Spans = Sequence[tuple[datetime, datetime]]
_SURE = 1
"""A talk of so many seconds was one for everybody; of a shorter one the two sides may think differently."""
_NEAR = timedelta(seconds=2)
"""Who called so shortly before Asterisk went, or while it was away, may not have reached it, or twice;
unless it answered."""

_CROSSED = timedelta(seconds=1)
"""Two who hang up within so little time may each think that it was he who ended the call."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong."""

    what: str
    number: str
    detail: str = ""


def judge(records: Sequence[CallRecord], calls: Mapping[str, Heard], restarts: Spans) -> list[Finding]:
    """Everything that is wrong with the records; ``restarts``: when Asterisk ended calls by itself."""
    ours: dict[str, list[CallRecord]] = defaultdict(list)
    for record in records:
        ours[record.caller_number].append(record)
    found = [Finding("nobody called", number) for number in ours if number not in calls]
    for number in sorted(calls):
        found += _call(number, ours[number], calls[number], restarts)
    return found


def _call(number: str, records: list[CallRecord], heard: Heard, restarts: Spans) -> Iterator[Finding]:
    near = any(gone - _NEAR <= heard.patient.began <= back + _NEAR for gone, back in restarts)
    patient = heard.patient
    least, most = (
        (bool(patient.answered), 2) if near else (patient.trying and not patient.refused, patient.trying)
    )
    if not least <= len(records) <= most:
        yield Finding("several records" if records else "no record", number, _ids(records))
    if len(records) == 1:
        yield from _record(records[0], number, heard, restarts)


def _record(record: CallRecord, number: str, heard: Heard, restarts: Spans) -> Iterator[Finding]:
    through = any(_alive(heard, gone) for gone, _ in restarts)
    if record.state is not State.ENDED:
        yield Finding("not ended", number, f"{record.call_id} {record.state}")
        return
    said = record.disposition
    answered = [leg for leg in heard.agents if leg.answered]
    if not answered and said is Disposition.ANSWERED:
        yield Finding("nobody answered", number, record.call_id)
    if any(leg.acknowledged and leg.talked >= _SURE for leg in answered) and said is not Disposition.ANSWERED:
        yield Finding("was answered", number, f"{record.call_id} {said}")
    if not through and said is Disposition.UNKNOWN:
        yield Finding("could be known", number, f"{record.call_id} {sorted(record.unknown)}")
    if (
        not through
        and record.ended_by.value != "unknown"
        and heard.patient.hung_up != (record.ended_by.value == "caller")
        and not _at_once(heard)
    ):
        yield Finding("ended by the other", number, f"{record.call_id} {record.ended_by}")


def _at_once(heard: Heard) -> bool:
    """Whether the patient and an agent hung up at the same moment: who was first only Asterisk knows."""
    ended, theirs = heard.patient.ended, [leg.ended for leg in heard.agents if leg.hung_up and leg.ended]
    return ended is not None and heard.patient.hung_up and any(abs(one - ended) < _CROSSED for one in theirs)


def _alive(heard: Heard, moment: datetime) -> bool:
    """Whether the call was there at that moment, or may have been."""
    ended = heard.patient.ended or datetime.max.replace(tzinfo=UTC)
    return heard.patient.began - _NEAR <= moment and moment - _NEAR <= ended


def _ids(records: Sequence[CallRecord]) -> str:
    return ", ".join(record.call_id for record in records)
