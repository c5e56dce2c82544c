"""``ccd graph``: the routing drawn, with past calls on it."""

import asyncio
from xml.etree import ElementTree as ET

from tests.unit.cli.past_calls import call, save


def texts(svg: str) -> list[str]:
    return ["".join(one.itertext()) for one in ET.fromstring(svg).findall(".//{*}text")]


def test_without_a_database_the_rules_alone_are_drawn(ccd):
    code, out, _ = ccd("graph")
    assert code == 0
    shown = texts(out)
    assert {"vip at any time", "night", "day", "default", "queue operators", "outside opening"} <= set(shown)
    assert not any(text.isdigit() for text in shown)


def test_calls_are_counted_on_the_rules(ccd, clinic):
    asyncio.run(save(clinic, call(1, "day"), call(2, "day"), call(3, "night")))
    shown = texts(ccd("graph", "--since", "2026-11-01")[1])
    assert shown[shown.index("day") + 1] == "2"
    assert shown[shown.index("night") + 1] == "1"
    assert shown[shown.index("vip at any time") + 1] == "0"
    assert not any(text.isdigit() for text in texts(ccd("graph", "--no-counts")[1]))


def test_it_goes_to_a_file(ccd, clinic):
    assert ccd("graph", "--output", "routing.svg")[:2] == (0, "")
    assert "day" in texts((clinic / "routing.svg").read_text(encoding="utf-8"))
    code, _, error = ccd("graph", "--output", "nowhere/routing.svg")
    assert code == 1
    assert "nowhere/routing.svg" in error
