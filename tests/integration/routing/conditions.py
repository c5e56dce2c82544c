"""Every condition, with calls for which it holds and calls for which it does not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from holidays import country_holidays, list_supported_countries

from tests.integration.routing.known import (
    CHILD,
    FAMILY,
    HUNG_UP,
    IVANOVA,
    LANDLINE,
    NOBODY_CAN_SAY,
    OFTEN,
    ONCE,
    REMINDED,
    STRANGER,
    TALKED,
    UKRAINIAN,
)

WITHHELD = "anonymous"
OTHERWISE = "otherwise"
"""The rule of every call for which the condition in question does not hold."""
CROWD, STAFFED = "crowd", "staffed"
"""Queues: in one two wait and nobody is there, in the other two are free and nobody waits."""
PARKS = "74952009999"
"""The number that leads to the crowd."""
When = Mapping[str, Any]


@dataclass(frozen=True)
class Live:
    """A rule that asks one condition; ``yes`` and ``no`` are the callers for whom it holds or does not."""

    key: str
    when: When
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


@dataclass(frozen=True)
class Placed:
    """One call, and the rule that its record should name."""

    caller: str
    called: str
    rule: str


BY_CALLER = (
    Live("number", {"number": "89161110010"}, (IVANOVA,), (STRANGER, WITHHELD)),
    Live("number", {"number": "+38067*"}, (UKRAINIAN,), (STRANGER,)),
    Live("list", {"list": "blocked"}, (IVANOVA, UKRAINIAN), (STRANGER, WITHHELD)),
    Live("country", {"country": "UA"}, (UKRAINIAN,), (STRANGER, WITHHELD)),
    Live("line", {"line": "mobile"}, (STRANGER,), (LANDLINE,)),
    Live("line", {"line": "landline"}, (LANDLINE,), (STRANGER,)),
    Live("caller", {"caller": "known"}, (IVANOVA,), (STRANGER, WITHHELD, NOBODY_CAN_SAY)),
    Live("caller", {"caller": "unknown"}, (STRANGER,), (IVANOVA, WITHHELD, NOBODY_CAN_SAY)),
    Live("caller", {"caller": "anonymous"}, (WITHHELD,), (IVANOVA, STRANGER)),
    Live("caller", {"caller": "failed"}, (NOBODY_CAN_SAY,), (IVANOVA, STRANGER)),
    Live("patients", {"patients": ">1"}, (FAMILY,), (IVANOVA, STRANGER)),
    Live("tag", {"tag": "vip"}, (IVANOVA,), (CHILD, STRANGER)),
    Live("age", {"age": "7"}, (CHILD,), (IVANOVA, STRANGER)),
    Live("language", {"language": "uk"}, (IVANOVA,), (CHILD, STRANGER)),
    Live("insurer", {"insurer": "alfa"}, (IVANOVA,), (FAMILY,)),
    Live("policy", {"policy": "active"}, (IVANOVA,), (FAMILY, CHILD)),
    Live("policy", {"policy": "expired"}, (FAMILY,), (IVANOVA, CHILD)),
    Live("policy", {"policy": "none"}, (CHILD,), (IVANOVA, NOBODY_CAN_SAY)),
    Live("policy_kind", {"policy_kind": "dms"}, (IVANOVA,), (FAMILY,)),
    Live("debt", {"debt": ">=7500.50"}, (IVANOVA,), (FAMILY, CHILD)),
    Live("doctor", {"doctor": "петрова а. а."}, (IVANOVA,), (FAMILY,)),
    Live("visit", {"visit": "today"}, (CHILD,), (FAMILY,)),
    Live("visit", {"visit": "tomorrow"}, (FAMILY,), (CHILD,)),
    Live("visit", {"visit": "within 1h"}, (IVANOVA,), (FAMILY,)),
    Live("last_operator", {"last_operator": "Анна"}, (TALKED,), (OFTEN, HUNG_UP, STRANGER)),
    Live("last_operator", {"last_operator": "PJSIP/117"}, (TALKED,), (OFTEN,)),
    Live("calls", {"calls": {"last": "7d", "count": ">=3"}}, (OFTEN,), (ONCE[0],)),
    Live("abandoned_within", {"abandoned_within": "2h"}, (HUNG_UP,), (TALKED,)),
    Live("calls_again_within", {"calls_again_within": "30m"}, (HUNG_UP,), (ONCE[1],)),
    Live("reminded_within", {"reminded_within": "24h"}, (REMINDED,), (TALKED,)),
    Live("if", {"if": "patients.exists(p, p.debt > 7500.0 && p.language == 'uk')"}, (IVANOVA,), (FAMILY,)),
    Live("if", {"if": 'queues["crowd"].waiting == 2 && history.calls.size() == 1'}, (ONCE[2],), (OFTEN,)),
)
BY_CALLED = (
    ("called", "84953000001", "74953000001"),
    ("called", "7495302*", "74953020002"),
    ("source", "flyer", "74953030003"),
)
"""Condition, value, and a number for which it holds."""
OF_QUEUES = (
    ({"name": CROWD, "waiting": 2}, {"name": CROWD, "waiting": ">2"}),
    ({"name": CROWD, "longest": ">=1s"}, {"name": CROWD, "longest": ">1h"}),
    ({"name": STAFFED, "free": 2}, {"name": CROWD, "free": ">0"}),
    ({"name": STAFFED, "on_duty": 2}, {"name": STAFFED, "on_duty": ">2"}),
)


def by_moment(now: datetime) -> Iterator[Live]:
    """What does not depend on who calls."""
    today, year = now.date(), timedelta(days=365)
    week = f"{now:%a}-{now + timedelta(days=1):%a}".lower()
    other_week = f"{now + timedelta(days=2):%a}-{now + timedelta(days=5):%a}".lower()
    dates, other_dates = (
        f"{today}..{today + timedelta(days=1)}",
        f"{today - year}..{today - timedelta(days=9)}",
    )
    hours = f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=2):%H:%M}"
    other_hours = f"{now + timedelta(hours=3):%H:%M}-{now - timedelta(hours=3):%H:%M}"
    pairs: tuple[tuple[str, Any, Any], ...] = (
        ("days", week, other_week),
        ("days", dates, other_dates),
        ("hours", hours, other_hours),
        ("during", ["never", "holiday"], "never"),
        ("outside", "never", "holiday"),
        *(("queue", holds, fails) for holds, fails in OF_QUEUES),
    )
    for key, holds, fails in pairs:
        yield Live(key, {key: holds}, yes=(STRANGER,))
        yield Live(key, {key: fails}, no=(STRANGER,))


def holiday(now: datetime) -> Mapping[str, str]:
    """A calendar of the public holidays of a country where today is one, on a clock that shows so."""
    for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
        local = now.astimezone(ZoneInfo(zone))
        if local.date() == (local + timedelta(minutes=5)).date():
            for country in list_supported_countries(include_aliases=False):
                if local.date() in country_holidays(country, years=local.year):
                    return {"holidays": country, "timezone": zone}
    return {"days": f"{now.date()}..{now.date() + timedelta(days=1)}"}  # a holiday nowhere: a few days a year


def written(now: datetime) -> tuple[dict[str, Any], list[Placed]]:
    """The routing file, and the calls to place."""
    rules, calls = [_rule("parks", {"called": PARKS}, CROWD)], list[Placed]()
    for number, live in enumerate([*BY_CALLER, *by_moment(now)], 74952000001):
        name, called = f"{live.key} {number}", str(number)
        rules.append(_rule(name, {"called": called, **live.when}))
        calls += [Placed(caller, called, name) for caller in live.yes]
        calls += [Placed(caller, called, OTHERWISE) for caller in live.no]
    for key, when, called in BY_CALLED:
        rules.append(_rule(called, {key: when}))
        calls.append(Placed(STRANGER, called, called))
    calls.append(Placed(STRANGER, "74953090009", OTHERWISE))
    routing = {
        "calendars": {"never": {"days": "2020-02-29"}, "holiday": holiday(now)},
        "lists": {"blocked": [IVANOVA, "+380*"]},
        "sources": {"flyer": ["+7495303*"]},
        "rules": [*rules, _rule(OTHERWISE, {})],
    }
    return routing, calls


def _rule(name: str, when: When, queue: str = "") -> dict[str, Any]:
    step = {"queue": queue} if queue else {"hangup": "busy"}
    return {"name": name, "when": when, "steps": [step]}
