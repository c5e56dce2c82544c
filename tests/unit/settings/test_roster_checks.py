"""What is said of a roster's next weeks."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ccd.routing.rules import Routing
from ccd.settings.roster_checks import doubts

MOSCOW = ZoneInfo("Europe/Moscow")
FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=MOSCOW)
AT = ("routing", "rosters", "doctors")


def said(*shifts: dict[str, Any], **more: Any) -> list[tuple[Any, str]]:
    people = {"petrov": {"name": "P", "phone": "PJSIP/1"}, "ivanov": {"name": "I", "phone": "PJSIP/2"}}
    roster = {"queue": "duty-doctor", "shifts": shifts} | more
    routing = Routing.model_validate({"people": people, "rosters": {"doctors": roster}})
    return list(doubts(routing, FRIDAY))


def test_somebody_is_always_there():
    assert said({"who": "petrov"}) == []


def test_a_gap_is_a_readable_period():
    shifts = {"who": "petrov", "days": "mon-fri"}, {"who": "ivanov", "days": "sun", "hours": "08:00-24:00"}
    weekends = (
        "sat 2026-11-21 00:00 - sun 2026-11-22 08:00, sat 2026-11-28 00:00 - sun 2026-11-29 08:00, "
        "sat 2026-12-05 00:00 - sun 2026-12-06 08:00"
    )
    assert said(*shifts) == [(AT, f"nobody is on duty {weekends}, and 5 times more within 8 weeks")]
    assert said(*shifts, at_least=0) == []


def test_too_few_and_too_many():
    shifts = {"who": "petrov"}, {"who": "ivanov", "days": "2026-11-25", "hours": "09:00-10:30"}
    assert said(*shifts, at_most=1) == [(AT, "more than 1 on duty wed 2026-11-25 09:00 - 10:30")]
    ((_at, words),) = said(*shifts, at_least=2)
    assert words == (
        "fewer than 2 on duty fri 2026-11-20 12:00 - wed 2026-11-25 09:00, "
        "wed 2026-11-25 10:30 - fri 2027-01-15 12:00"
    )
