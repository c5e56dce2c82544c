"""What Asterisk, a caller or a colleague calls anything is text on each page, and does nothing."""

from dataclasses import replace

from playwright.sync_api import Page, expect

from ccd.calls.ids import QueueName
from ccd.live.model import AgentState
from tests.browser.bed import Bed
from tests.browser.page import COMPLAINTS, at_desk
from tests.browser.test_hostile_texts import FOREIGN, HARM, person
from tests.unit.desk.floors import agent, call, floor, known, queue, show, waiting
from tests.unit.desk.lost import lost
from tests.unit.desk.samples import RAW, ago, caller, past

ALL = " ".join(HARM)


def harmless(page: Page, bed: Bed, *places: str) -> None:
    """It stands there as it is, and made nothing."""
    for place in places:
        expect(page.locator(place).first).to_contain_text(HARM[0])
    assert page.locator(FOREIGN).count() == 0
    assert page.evaluate("window.harm") is None
    assert COMPLAINTS[page] == []


def crowd(bed: Bed) -> None:
    """Everything on the floor is called so."""
    name = QueueName(ALL)
    known(bed.floor, call(1), caller(person(ALL)))
    agents = [
        agent(101, AgentState.TALKING, call=call(1), name=ALL, queues=(name,)),
        agent(102, AgentState.PAUSED, paused_in=(name,), reason=ALL, name=ALL, queues=(name,)),
    ]
    waits = [waiting(2, name, 75, caller_name=ALL)]
    now = floor(agents, waits)
    show(bed.floor, replace(now, queues=(queue(name, agents, waits), *now.queues)))


def test_on_the_live_page_and_the_wall(chrome, bed):
    crowd(bed)
    page = at_desk(chrome, bed, "en", name="vera")
    page.goto(f"{bed.url}/static/live.html")
    harmless(page, bed, ".agents tbody tr", ".queues tbody tr", ".waiting tbody tr")
    page.goto(f"{bed.url}/static/wall.html#{bed.wall_word}")
    harmless(page, bed, "main")


def test_on_the_reports(chrome, bed):
    bed.figures.key, bed.figures.more = ALL, ("operators",)
    bed.figures.records = [past(1, note=ALL, agent=ALL, queue=QueueName(ALL), caller_name=ALL)]
    page = at_desk(chrome, bed, "en", name="vera")
    page.goto(f"{bed.url}/static/reports.html#from=2026-11-01&to=2026-11-12&by=queue&metric=answered")
    harmless(page, bed, ".beside tbody th")
    page.locator(".chart .mark").first.press("Enter")
    harmless(page, bed, "#behind-title")


def test_on_the_list_of_missed_calls(chrome, bed):
    bed.debts.people = {RAW: (person(ALL),)}
    bed.lost.rows = [
        lost("1.1", queue=QueueName(ALL), by=ALL, until=ago(minutes=-1)),
        lost("1.2", number="+79031112233", name=ALL, since=ago(hours=1)),
    ]
    page = at_desk(chrome, bed, "en")
    page.goto(f"{bed.url}/static/missed.html")
    harmless(page, bed, ".tasks li", ".tasks li:nth-child(2)")
