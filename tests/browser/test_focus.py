"""By Tab alone: whatever can be done is reached, and one sees where one stands."""

import pytest
from playwright.sync_api import expect

from tests.browser.page import at_desk
from tests.browser.test_missed import lose
from tests.unit.desk.floors import busy_floor
from tests.unit.desk.samples import past

STANDS_ON = """() => {
  const one = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  const hit = one.querySelector(".hit");
  const seen = (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || (hit && getComputedStyle(hit).stroke !== "none");
  return [one === document.body ? "" : one.id || one.dataset.row || one.dataset.kind || one.textContent.trim(), Boolean(seen)];
}"""  # noqa: E501
PAGES = {
    "reports.html#by=queue&metric=service_level": (
        {"from", "to", "by", "metric", "level", "csv", "xlsx", "operators", "To the desk", "Today"},
        ".chart .mark",
    ),
    "missed.html": ({"To the desk"}, ".tasks li"),
    "live.html": ({"queue", "find", "Wallboard", "To the desk"}, ".agents tbody tr"),
}


@pytest.mark.parametrize("path", PAGES)
def test_every_control_is_reached_and_seen(chrome, bed, path):
    wanted, there = PAGES[path]
    lose(bed)
    busy_floor(bed.floor)
    bed.figures.records = [past(1)]
    page = at_desk(chrome, bed, "en", name="vera")
    page.goto(f"{bed.url}/static/{path}")
    expect(page.locator(there).first).to_be_visible()
    reached = {}
    for _ in range(40):
        page.keyboard.press("Tab")
        name, seen = page.evaluate(STANDS_ON)
        reached[name] = seen
    reached.pop("", None)
    assert wanted <= reached.keys()
    assert [name for name, seen in reached.items() if not seen] == []
