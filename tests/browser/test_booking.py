"""Free hours in a real browser, by keyboard alone: found, taken, lost to another, moved, cancelled."""

import re
from dataclasses import replace
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Route, expect

from ccd.directory.model import Origin
from tests.browser.bed import Bed
from tests.browser.page import COMPLAINTS, at_desk, held, state, until
from tests.browser.test_looks import CONTRAST
from tests.unit.desk.samples import MARIA, Story, caller
from tests.unit.test_bookings import wish

MARIAS = replace(MARIA, patient_id="mis:17", known_as=(("mis", "17"),), origin=Origin("mis"))
STORY = Story(who=caller(MARIAS))
SELECTED = ".booking [aria-selected=true]"
STATUS = ".booking .status"


def opened(chrome, bed: Bed, language: str = "en", **options) -> Page:
    page = at_desk(chrome, bed, language, **options)
    bed.show(STORY.talking())
    state(page, "talking")
    expect(page.locator(".visits button").first).to_be_visible()
    page.keyboard.press("b")
    expect(page.locator("#hours")).to_be_focused()
    expect(page.locator("#free li")).to_have_count(6)
    return page


def take(bed: Bed, slot: str) -> None:
    """Another operator is quicker."""
    bed.run(lambda: bed.reception.bookings.place(wish("other", slot, asked_at=bed.clock())))


@pytest.mark.parametrize("language", ["ru", "uk", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_hour_is_booked_by_keyboard(chrome, bed, language, scheme):
    page = opened(chrome, bed, language, color_scheme=scheme)
    page.keyboard.type("окул")
    expect(page.locator("#free li")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".booking .ask")).to_contain_text("Орлова Н. П.")
    assert page.evaluate(CONTRAST) == []
    page.keyboard.press("Enter")
    expect(page.locator(f"{STATUS}[data-kind=saved]")).to_contain_text("Орлова Н. П.")
    assert page.evaluate(CONTRAST) == []
    assert [*bed.reception.schedule.taken] == ["s4"]
    expect(page.locator("#hours")).to_have_value("окул")
    expect(page.locator("#free li")).to_have_count(2)
    assert COMPLAINTS[page] == []


def test_the_loser_sees_what_else_is_free_and_loses_nothing_typed(chrome, bed):
    page = opened(chrome, bed)
    page.keyboard.type("ким")
    expect(page.locator("#free li")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    take(bed, "s3")
    page.keyboard.press("Enter")
    expect(page.locator(STATUS)).to_have_text("Somebody has just taken this hour.")
    expect(page.locator("#hours")).to_have_value("ким")
    expect(page.locator("#hours")).to_be_focused()
    expect(page.locator("#free li")).to_have_count(2)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator(f"{STATUS}[data-kind=saved]")).to_be_visible()


def of(asked: list[Route], text: str) -> bool:
    """Whether the hours were asked for by all that was typed."""
    return any(one.request.url.endswith(quote(text)) for one in asked)


def test_what_the_question_says_is_booked_though_other_hours_come_meanwhile(chrome, bed):
    page = opened(chrome, bed)
    with held(page, "/api/slots") as asked:
        page.keyboard.type("окул")
        page.keyboard.press("Enter")
        expect(page.locator(".booking .ask")).to_contain_text("Ким А. В.")
        until(page, lambda: of(asked, "окул"))
    expect(page.locator("#free li")).to_have_count(3)
    page.keyboard.press("Enter")
    expect(page.locator(f"{STATUS}[data-kind=saved]")).to_contain_text("Ким А. В.")
    assert [*bed.reception.schedule.taken] == ["s1"]


def test_a_late_answer_leaves_whoever_moved_where_he_stands(chrome, bed):
    page = opened(chrome, bed)
    with held(page, "/api/slots") as asked:
        page.keyboard.type("окул")
        for _ in range(3):
            page.keyboard.press("ArrowDown")
        moved_to = page.locator(SELECTED).inner_text()
        until(page, lambda: of(asked, "окул"))
    expect(page.locator("#free li")).to_have_count(3)
    expect(page.locator(SELECTED)).to_have_text(moved_to, use_inner_text=True)


def test_an_unsure_order_is_told_when_it_is_known(chrome, bed):
    page = opened(chrome, bed)
    bed.reception.schedule.lose = "after"
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator(STATUS)).to_contain_text("Not known yet")
    bed.run(bed.reception.bookings.settle)
    expect(page.locator(f"{STATUS}[data-kind=saved]")).to_contain_text("Booked")


def test_a_broken_line_books_once(chrome, bed):
    page = opened(chrome, bed)
    page.keyboard.press("Enter")
    page.route("**/api/bookings", lambda route: (route.fetch(), route.abort())[1])
    page.keyboard.press("Enter")
    expect(page.locator(f"{STATUS}[data-kind=saved]")).to_contain_text("Booked")
    assert len(bed.reception.schedule.asked) == 1


def test_a_visit_is_moved_and_cancelled(chrome, bed):
    page = opened(chrome, bed)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator(f"{STATUS}[data-kind=saved]")).to_be_visible()
    show_visits(page, bed, "15:32")
    page.locator(".acts button", has_text="Move").press("Enter")
    expect(page.locator(".booking h2")).to_contain_text("New hour instead of")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator(STATUS)).to_have_text(re.compile("^Moved to"))
    assert [*bed.reception.schedule.taken] == ["s2"]
    show_visits(page, bed, "16:32")
    page.locator(".acts button", has_text="Cancel").press("Enter")
    expect(page.locator(".booking .ask")).to_contain_text("Cancel the visit")
    page.keyboard.press("Enter")
    expect(page.locator(STATUS)).to_have_text(re.compile("^Cancelled"))
    assert bed.reception.schedule.taken == {}


def show_visits(page: Page, bed: Bed, hour: str) -> None:
    """The card as it is looked up again: there is one visit, at this hour."""
    ids = {visit for visit, _patient in bed.reception.schedule.taken.values()}
    made = tuple(visit for visit in bed.reception.schedule.made.values() if visit.visit_id in ids)
    bed.show(Story(who=caller(replace(MARIAS, visits=made))).talking())
    expect(page.locator(".visits .clock")).to_have_text([hour])


def test_what_a_source_says_is_text(chrome, bed):
    hostile = "<img src=x onerror=alert(1)>"
    slots = bed.reception.schedule.hours
    slots["s1"] = replace(slots["s1"], doctor=hostile, specialty=hostile)
    page = opened(chrome, bed)
    expect(page.locator(SELECTED)).to_contain_text(hostile)
    page.keyboard.press("Enter")
    expect(page.locator(".booking .ask")).to_contain_text(hostile)
    assert page.locator(".booking img").count() == 0
    page.keyboard.press("Escape")
    expect(page.locator("#hours")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".booking")).to_be_hidden()
