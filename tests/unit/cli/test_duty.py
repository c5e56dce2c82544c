"""``ccd duty``: who is on duty, as a table and as JSON."""

import json
from pathlib import Path

ROUTING = """\
people:
  petrov: { name: Petrov, phone: PJSIP/201 }
  ivanov: { name: Ivanov, phone: PJSIP/202 }
rosters:
  doctors:
    queue: duty-doctor
    at_most: 1
    shifts:
      - { who: petrov, hours: "08:00-20:00" }
      - { who: ivanov, hours: "19:00-06:00" }
"""


def write(routing: str) -> None:
    Path("ccd.yaml").write_text("routing_file: routing.yaml\n", encoding="utf-8")
    Path("routing.yaml").write_text(routing, encoding="utf-8")


def test_the_coming_days_as_a_table(ccd):
    write(ROUTING)
    code, out, _ = ccd("duty", "--at", "2026-11-20T12:00", "--days", "1")
    assert code == 0
    assert [line.rstrip() for line in out.splitlines()] == [
        "doctors (queue duty-doctor), fri 2026-11-20 12:00: Petrov",
        "from                  to                    on duty",
        "fri 2026-11-20 12:00  fri 2026-11-20 19:00  Petrov",
        "fri 2026-11-20 19:00  fri 2026-11-20 20:00  Petrov, Ivanov  overlap: at most 1",
        "fri 2026-11-20 20:00  sat 2026-11-21 06:00  Ivanov",
        "sat 2026-11-21 06:00  sat 2026-11-21 08:00  -               gap: at least 1",
        "sat 2026-11-21 08:00  sat 2026-11-21 12:00  Petrov",
    ]


def test_the_same_for_programs(ccd):
    write(ROUTING)
    _, out, _ = ccd("duty", "--at", "2026-11-21T05:00", "--days", "1", "--json")
    (roster,) = json.loads(out)
    assert (roster["roster"], roster["queue"]) == ("doctors", "duty-doctor")
    assert roster["stretches"][:2] == [
        {
            "from": "2026-11-21T05:00:00+03:00",
            "to": "2026-11-21T06:00:00+03:00",
            "on_duty": [{"id": "ivanov", "name": "Ivanov"}],
            "gap": False,
            "overlap": False,
        },
        {
            "from": "2026-11-21T06:00:00+03:00",
            "to": "2026-11-21T08:00:00+03:00",
            "on_duty": [],
            "gap": True,
            "overlap": False,
        },
    ]


def test_without_rosters(ccd):
    write("rules: []\n")
    assert ccd("duty")[1] == "no rosters: write some under rosters, in the file with the rules\n"


def test_a_time_beyond_all_calendars(ccd):
    write(ROUTING)
    code, _, error = ccd("duty", "--at", "9999-12-30")
    assert code == 2
    assert "--at or --days: there is no calendar" in error
