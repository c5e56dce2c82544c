"""Sending a caller to the duty doctor, and the picture of the routing."""

from playwright.sync_api import expect

from tests.browser.page import COMPLAINTS, at_desk, state
from tests.unit.desk.samples import ANNA, MARIA, Story, caller

MARIAS = Story(who=caller(MARIA))


def test_a_key_pressed_twice_sends_the_caller_with_the_note(chrome, bed):
    page = at_desk(chrome, bed, "ru")
    bed.show(MARIAS.ringing())
    state(page, "ringing")
    expect(page.locator(".write .doctor")).to_be_hidden()
    bed.show(MARIAS.talking())
    bed.archive.records = [MARIAS.talking().record]
    state(page, "talking")
    page.keyboard.press("n")
    page.keyboard.type("Боль в груди d")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.locator("#saved")).to_contain_text("Нажмите D ещё раз")
    assert bed.escalation.sent == []
    page.keyboard.press("d")
    expect(page.locator("#saved")).to_contain_text("Звонок уходит дежурному врачу")
    assert bed.escalation.sent == [(MARIAS.call_id, ANNA)]
    assert [note.note for note in bed.archive.notes] == ["Боль в груди d"]
    assert COMPLAINTS[page] == []


def test_who_oversees_sees_the_routing(chrome, bed):
    page = at_desk(chrome, bed, "en", name="vera")
    page.locator(".pages summary").click()
    routing = page.get_by_role("link", name="Routing")
    expect(routing).to_be_visible()
    page.goto(f"{bed.url.rstrip('/')}{routing.get_attribute('href')}")
    expect(page.get_by_role("heading", name="Routing")).to_be_visible()
    picture = page.locator(".picture img")
    expect(picture).to_have_js_property("naturalWidth", 90)
    page.get_by_label("Calls of").select_option("week")
    expect(picture).to_have_attribute("src", "/api/routing.svg?since=week&lang=en")
    expect(picture).to_have_js_property("naturalWidth", 90)
    assert COMPLAINTS[page] == []


def test_an_operator_does_not(chrome, bed):
    page = at_desk(chrome, bed, "en")
    page.locator(".pages summary").click()
    expect(page.get_by_role("link", name="Missed calls")).to_be_visible()
    expect(page.get_by_role("link", name="Routing")).to_have_count(0)
    page.goto(f"{bed.url.rstrip('/')}/static/routing.html")
    expect(page.get_by_role("alert")).to_have_text("This is for supervisors and admins only.")
