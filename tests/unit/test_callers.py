"""What is remembered of the calls in progress, and how much."""

from dataclasses import replace

from ccd.callers import FACTS, Callers
from ccd.calls.ids import LinkedId
from ccd.directory.caller import Caller
from ccd.directory.lookup import Lookup
from ccd.directory.model import Answer, Coverage, Policy
from ccd.directory.phones import normalise
from tests.unit.directory.sources import MARIA, NUMBER

SERVICE = Coverage(service="МРТ", answer=Answer.COVERED)
POLICY = Policy(insurer="A", programme="", number="1", coverage=(SERVICE,) * (FACTS // 4))
RICH = Caller(number=normalise(NUMBER, "RU"), patients=(replace(MARIA, policies=(POLICY,)),))


def test_callers_with_long_policies_make_room_for_the_newest():
    callers = Callers(Lookup([], "RU", 1), lambda _call_id, _caller: None)
    ids = [LinkedId(f"call.{number}") for number in range(20)]
    for call_id in ids:
        callers.remember(call_id, RICH)
        callers.remember(call_id, RICH)
    assert [call_id for call_id in ids if callers.known(call_id)] == ids[-3:]
