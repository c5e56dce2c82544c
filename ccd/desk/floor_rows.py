"""The floor as rows for the pages that watch it."""

from collections.abc import Callable

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord
from ccd.desk.card import Json
from ccd.desk.clinic import Clinic, millis
from ccd.desk.deltas import Tables
from ccd.desk.numbers import name_of, number_of, shown_number
from ccd.directory.caller import Caller
from ccd.live.model import Agent, AgentState, Floor, Queue, Waiting
from ccd.metrics.service_level import ServiceLevel, service_level
from ccd.settings.models import Desk

_REASON = 80
"""Letters of a pause's reason: whoever pauses may write anything."""

Known = Callable[[LinkedId], Caller | None]


class FloorRows:
    """Makes the rows; ``known`` says who a call is from.  What is said of a caller is made once."""

    def __init__(self, settings: Desk, clinic: Clinic, known: Known, formula: ServiceLevel) -> None:
        self._settings = settings
        self._formula = formula
        self._clinic = clinic
        self._known = known
        self._whos: dict[LinkedId, tuple[object, Json]] = {}

    def tables(self, floor: Floor) -> Tables:
        """Every queue, agent and waiting caller by its id."""
        self._whos = {call_id: self._who(call) for call_id, call in floor.calls.items()}
        queues: dict[str, Json] = {one.name: self._queue(one) for one in floor.queues}
        return {
            "queues": queues,
            "agents": {one.phone: self._agent(one) for one in floor.agents},
            "waiting": {one.call.call_id: self._waiting(one) for one in floor.waiting},
        }

    def wall(self, floor: Floor) -> Tables:
        """The queues that the wall shows, in its order; all where none is chosen.  Nobody's data."""
        found = {one.name.lower(): one for one in floor.queues}
        names = [one.lower() for one in self._settings.wallboard.queues] or list(found)
        chosen = [found[name] for name in names if name in found]
        rows: dict[str, Json] = {
            one.name: self._queue(one) | {"place": place} for place, one in enumerate(chosen)
        }
        return {"queues": rows}

    def _queue(self, queue: Queue) -> Json:
        counts: dict[str, int] = {state: queue.agents.get(state, 0) for state in AgentState}
        counts[AgentState.TALKING] += counts.pop(AgentState.HELD)
        level = service_level(queue.today, self._formula)
        return {
            "id": queue.name,
            "waiting": queue.waiting,
            "longest": millis(queue.longest_since),
            **counts,
            "answered": queue.today.answered,
            "abandoned": queue.today.abandoned - queue.today.abandoned_short,
            "level": None if level is None else round(level * 100),
        }

    def _agent(self, agent: Agent) -> Json:
        call = agent.call
        return {
            "id": agent.phone,
            "name": agent.name,
            "state": agent.state,
            "since": millis(agent.since),
            "queues": agent.queues,
            "paused_in": agent.paused_in,
            "reason": agent.reason[:_REASON],
            "who": self._whos[call.call_id][1] if call else None,
            "queue": call.queue if call else "",
        }

    def _waiting(self, one: Waiting) -> Json:
        return {
            "id": one.call.call_id,
            "queue": one.queue,
            "since": millis(one.since),
            "who": self._whos[one.call.call_id][1],
            "ringing": one.ringing,
        }

    def _who(self, call: CallRecord) -> tuple[object, Json]:
        """The caller, with what it was made of: a number is not formatted at every look."""
        caller = self._known(call.call_id)
        made_of = (caller, call.caller_number, call.caller_name, call.withheld)
        before = self._whos.get(call.call_id)
        return before if before and before[0] == made_of else (made_of, self._who_json(call, caller))

    def _who_json(self, call: CallRecord, caller: Caller | None) -> Json:
        people = caller.patients if caller else ()
        number = number_of(call, caller, self._clinic.region)
        return {
            "number": shown_number(number, self._clinic.region)["text"],
            "name": people[0].full_name if len(people) == 1 else "",
            "people": len(people),
            "line_name": "" if people else name_of(call),
        }
