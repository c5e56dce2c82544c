"""Events of a few calls in any order and with any content that the edge lets through, for property tests."""

from dataclasses import fields
from typing import Any, get_args

from hypothesis import strategies as st

from ccd.calls import events as ev
from ccd.calls.ids import LinkedId, QueueName, UniqueId
from ccd.calls.record import StepKind
from ccd.calls.snapshot import ChannelNow, MemberNow, Snapshot, WaitingNow
from tests.unit.calls.script import moment

CALLS = ["100.0", "200.0", "300.0", "ccd-callback-17-1-1795287137", "ccd-missed-1795287137-100.0"]
CHANNELS = {
    "100.0": "PJSIP/trunk-00",
    "100.1": "PJSIP/101-01",
    "100.2": "Local/102@agents-02;1",
    "200.0": "PJSIP/101-03",
    "200.1": "Local/102@agents-02;2",
    "300.0": "PJSIP/102-05",
    "300.1": "PJSIP/trunk-06",
}
LEGS = st.sampled_from(list(map(UniqueId, CHANNELS)))
QUEUES = st.sampled_from([QueueName("operators"), QueueName("Operators"), QueueName("duty-doctor")])
PHONES = st.sampled_from(["PJSIP/101", "PJSIP/102", "Local/102@agents", "PJSIP/79161234567@trunk"])
BRIDGES = st.sampled_from(["b1", "b2"])
SECONDS = st.integers(0, 600)
_OF: dict[str, st.SearchStrategy[Any]] = {
    "at": st.floats(0, 100, allow_nan=False).map(moment),
    "linked_id": st.sampled_from(list(map(LinkedId, CALLS))),
    "unique_id": LEGS,
    "leg": LEGS,
    "swapped": LEGS | st.just(""),
    "second": LEGS | st.just(""),
    "transferee": LEGS | st.just(""),
    "queue": QUEUES,
    "phone": PHONES,
    "by": PHONES,
    "bridge": BRIDGES,
    "waited": SECONDS,
    "talked": SECONDS,
    "cause": st.sampled_from([0, 16, 17, 23]),
    "reason": st.sampled_from(["caller", "agent", "transfer"]),
    "result": st.sampled_from(["missed", "busy", "unreachable", "forwarded"]),
    "ended": st.sampled_from(["", "TIMEOUT", "PRESSED-1", "RECORDED", "REDIRECTED", "FAILED"]),
    "withheld": st.booleans(),
    "stays": st.booleans(),
}
_TEXT = st.sampled_from(["", "operators", "102", "+79161234567"])


def _made(kind: Any) -> st.SearchStrategy[Any]:
    names = [field.name for field in fields(kind)]
    parts = {name: _OF.get(name, _TEXT) for name in names if name not in {"channel", "kind"}}
    if kind is ev.StepTaken:
        parts["kind"] = st.sampled_from(StepKind)
    if kind is ev.Transferred:
        parts["kind"] = st.sampled_from(["blind", "attended"])
    if kind is ev.AgentCompleted:
        parts["leg"] = LEGS | st.just("")
    told = st.fixed_dictionaries(parts)
    if "channel" in names:
        return told.map(lambda some: kind(**some, channel=CHANNELS[some["unique_id"]]))
    return told.map(lambda some: kind(**some))


def _snapshot(
    seconds: int, channels: dict[UniqueId, LinkedId], waiting: dict[UniqueId, QueueName]
) -> ev.Resynchronised:
    alive = tuple(
        ChannelNow(
            unique_id=leg, linked_id=call, channel=CHANNELS[leg], caller_number="", caller_name="",
            called_number="", context="ccd", bridge="b1", age=seconds,
        )
        for leg, call in channels.items()
    )  # fmt: skip
    inside = tuple(WaitingNow(queue=queue, unique_id=leg, waited=3) for leg, queue in waiting.items())
    at = moment(seconds)
    return ev.Resynchronised(at=at, snapshot=Snapshot(at=at, channels=alive, waiting=inside, members=()))


_ALIVE = st.dictionaries(LEGS, st.sampled_from(list(map(LinkedId, CALLS))), max_size=4)
_WAITING = st.dictionaries(LEGS, QUEUES, max_size=2)
_SNAPSHOTS = st.builds(_snapshot, st.integers(0, 100), _ALIVE, _WAITING)
_MEMBER = st.builds(
    MemberNow,
    queue=QUEUES, phone=PHONES, name=st.just("Op"), paused=st.booleans(), busy=st.booleans(),
    wrap_up=st.integers(0, 20),
)  # fmt: skip
_MEMBERS = st.builds(ev.MemberChanged, at=_OF["at"], member=_MEMBER, present=st.booleans())
_CLOCK = st.builds(ev.ClockSet, at=_OF["at"], seconds=st.sampled_from([-3600.0, 7200.0]))
_LOST = st.builds(ev.LinkLost, at=_OF["at"])
_OFTEN = st.one_of([_made(kind) for kind in get_args(ev.CallEvent)])
EVENTS: st.SearchStrategy[ev.AsteriskEvent] = st.one_of(*([_OFTEN] * 12), _SNAPSHOTS, _MEMBERS, _CLOCK, _LOST)
