"""Floors for the live page: a busy one with every state, and one as large as a chain's."""

from collections.abc import Sequence
from itertools import cycle, islice

from ccd.calls.ids import LinkedId, Phone, QueueName
from ccd.calls.record import CallRecord, State
from ccd.directory.caller import Caller
from ccd.live.model import Agent, AgentState, Floor, Queue, Waiting
from ccd.metrics.totals import Totals
from tests.unit.desk.fakes import FakeFloor
from tests.unit.desk.samples import IVAN, MARIA, NOW, PETYA, ago, caller

OPERATORS, INSURANCE, DOCTORS = map(QueueName, ("operators", "insurance", "duty-doctor"))
NAMES = (
    "Анна Петрова",
    "Олег Сомов",
    "Мария Кузнецова",
    "Ганна Коваленко",
    "Дарья Лебедева",
    "Игорь Шевченко",
)
PEOPLE = ((MARIA,), (), (IVAN,), (MARIA, PETYA), ())


def call(number: int, **more: object) -> CallRecord:
    fields: dict[str, object] = {"queue": OPERATORS, "arrived_at": ago(seconds=60), "caller_name": ""} | more
    return CallRecord(
        call_id=LinkedId(f"floor.{number}"),
        state=State.CONNECTED,
        caller_number=f"+7916{number:07d}",
        called_number="84951234567",
        **fields,  # type: ignore[arg-type]
    )


def agent(number: int, state: AgentState, seconds: float | None = 30, **more: object) -> Agent:
    fields: dict[str, object] = {"queues": (OPERATORS,), "name": f"{NAMES[number % len(NAMES)]}"} | more
    since = None if seconds is None else ago(seconds=seconds)
    return Agent(phone=Phone(f"PJSIP/{number}"), state=state, since=since, **fields)  # type: ignore[arg-type]


def queue(name: QueueName, agents: Sequence[Agent], waits: Sequence[Waiting], **today: int) -> Queue:
    mine = [one.state for one in agents if name in one.queues]
    here = [one for one in waits if one.queue == name]
    return Queue(
        name=name,
        waiting=len(here),
        longest_since=min((one.since for one in here if one.since), default=None),
        agents={state: mine.count(state) for state in AgentState},
        today=Totals(**today),  # type: ignore[arg-type]
    )


def floor(agents: Sequence[Agent], waits: Sequence[Waiting], *, stale: bool = False) -> Floor:
    queues = (
        queue(OPERATORS, agents, waits, answered=412, answered_in=371, abandoned=19, abandoned_short=4),
        queue(INSURANCE, agents, waits, answered=57, answered_in=31, abandoned=11),
        queue(DOCTORS, agents, waits),
    )
    return Floor(at=NOW, stale=stale, queues=queues, agents=tuple(agents), waiting=tuple(waits))


def busy_floor(fake: FakeFloor) -> Floor:
    """One agent in each state, three who wait; names for those who are known."""
    known(fake, call(1), caller(MARIA))
    known(fake, call(2), caller(IVAN))
    known(fake, call(3), caller(MARIA, PETYA))
    taught: dict[str, object] = {"queues": (OPERATORS, INSURANCE), "paused_in": (INSURANCE,)}
    agents = [
        agent(101, AgentState.TALKING, 192, call=call(1)),
        agent(102, AgentState.RINGING, 4, call=call(2)),
        agent(103, AgentState.PAUSED, 600, paused_in=(OPERATORS,), reason="обед"),
        agent(104, AgentState.READY, 12),
        agent(105, AgentState.WRAPUP, 3),
        agent(106, AgentState.AWAY, None),
        agent(107, AgentState.HELD, 40, call=call(7)),
        agent(108, AgentState.READY, 70, reason="учёба", **taught),
        agent(109, AgentState.BUSY, 25, name=""),
        agent(201, AgentState.READY, None, name="Доктор Ким", queues=(DOCTORS,)),
    ]
    waits = [
        waiting(2, OPERATORS, 75, ringing=(Phone("PJSIP/102"),)),
        waiting(3, OPERATORS, 42),
        waiting(4, INSURANCE, 7, withheld=True),
    ]
    return show(fake, floor(agents, waits))


def waiting(
    number: int, name: QueueName, seconds: float | None, ringing: tuple[Phone, ...] = (), **more: object
) -> Waiting:
    since = None if seconds is None else ago(seconds=seconds)
    return Waiting(call=call(number, queue=name, **more), queue=name, since=since, ringing=ringing)


def big_floor(fake: FakeFloor, agents: int = 200, waits: int = 50) -> Floor:
    """A chain's: 200 agents in all states, 50 who wait."""
    states = list(islice(cycle((*[AgentState.TALKING] * 5, *AgentState)), agents))
    some = []
    for number, state in enumerate(states):
        talked = call(number) if state in {AgentState.TALKING, AgentState.RINGING, AgentState.HELD} else None
        if talked:
            known(fake, talked, caller(*PEOPLE[number % len(PEOPLE)], raw=talked.caller_number))
        paused = {"paused_in": (OPERATORS,), "reason": ("обед", "", "учёба")[number % 3]}
        more = paused if state is AgentState.PAUSED else {}
        some.append(agent(1000 + number, state, 7 + number * 3, call=talked, **more))
    line = [waiting(1000 + n, OPERATORS if n % 3 else INSURANCE, n * 2.5) for n in range(waits)]
    for one in line[::2]:
        known(fake, one.call, caller(MARIA, raw=one.call.caller_number))
    return show(fake, floor(some, line))


def known(fake: FakeFloor, record: CallRecord, who: Caller) -> None:
    """This call's caller has been found."""
    fake.callers[record.call_id] = who


def show(fake: FakeFloor, now: Floor) -> Floor:
    """From the next look on it is so."""
    fake.floor = now
    return now
