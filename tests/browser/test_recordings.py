"""A recorded call is played where a figure's calls are listed and beside the card, by keyboard alone."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bed import Bed
from tests.browser.page import COMPLAINTS, open_page, sign_in
from tests.browser.test_looks import CONTRAST
from tests.browser.test_promises import SOUNDS, tab_to
from tests.unit.desk.debts import message, record
from tests.unit.desk.samples import MARIA, Story, caller, past

BEHIND = "from=2026-11-01&to=2026-11-12&by=queue&metric=answered"
WORDS = {"ru": ("Слушать", "Запись"), "uk": ("Слухати", "Запис"), "en": ("Play", "Recording")}


def recorded(bed: Bed) -> None:
    """Two calls of Maria's number: one with a recording of half a minute, one without."""
    sound = record(bed.debts.recordings, message(1), seconds=30)
    bed.archive.records = [past(1, recording=str(sound), caller_number=Story().raw), past(2)]
    bed.figures.records = bed.archive.records


def at_calls(chrome, bed: Bed, language: str = "en", **options) -> Page:
    recorded(bed)
    page = open_page(chrome, bed, language, **options)
    sign_in(page, "vera", None)
    page.goto(f"{bed.url}/static/reports.html#{BEHIND}")
    page.locator(".chart .mark").first.press("Enter")
    expect(page.locator(".behind tbody tr")).to_have_count(2)
    return page


def listened(bed: Bed) -> list[str]:
    return [str(one.call_id) for one in bed.audit.entries if one.action == "recording-played"]


def test_a_call_behind_a_figure_is_heard_by_keyboard(chrome, bed):
    page = at_calls(chrome, bed)
    expect(page.locator(".behind td button")).to_have_count(1)
    tab_to(page, ".behind td button")
    assert listened(bed) == []
    page.keyboard.press("Enter")
    page.locator(".behind audio").evaluate(SOUNDS)
    expect(page.locator(".behind td button")).to_contain_text("Pause")
    expect(page.locator(".behind td button")).to_be_focused()
    page.locator(".behind audio").evaluate("audio => { audio.currentTime = 20; }")
    page.keyboard.press("Enter")
    expect(page.locator(".behind td button")).to_contain_text("Play")
    page.keyboard.press("Escape")
    expect(page.locator("audio")).to_be_hidden()
    assert listened(bed) == ["past.1"]
    assert COMPLAINTS[page] == []


@pytest.mark.parametrize("language", ["ru", "uk", "en"])
def test_it_is_said_in_every_language(chrome, bed, language):
    page = at_calls(chrome, bed, language, color_scheme="dark")
    play, column = WORDS[language]
    expect(page.locator(".behind td button")).to_contain_text(play)
    expect(page.locator(".behind thead th").last).to_have_text(column)
    page.locator(".behind td button").press("Enter")
    expect(page.locator(".behind .player p")).to_contain_text(":")
    assert "recording." not in page.locator("body").inner_text()
    assert page.evaluate(CONTRAST) == []


def test_a_recording_that_is_gone_is_said(chrome, bed):
    page = at_calls(chrome, bed)
    bed.archive.records = [replace(one, recording="gone.wav") for one in bed.archive.records]
    page.locator(".behind td button").press("Enter")
    expect(page.locator(".behind .player p")).to_contain_text("could not be played")
    assert listened(bed) == []


def test_a_supervisor_hears_an_earlier_call_beside_the_card(chrome, bed):
    recorded(bed)
    page = open_page(chrome, bed, "en")
    sign_in(page, "vera")
    bed.show(Story(who=caller(MARIA)).talking())
    page.locator(".history button").press("Enter")
    page.locator(".history audio").evaluate(SOUNDS)
    expect(page.locator(".history button")).to_contain_text("Pause")
    assert listened(bed) == ["past.1"]
    assert COMPLAINTS[page] == []


def test_todays_call_is_silent_as_soon_as_another_rings(chrome, bed):
    recorded(bed)
    page = open_page(chrome, bed, "en")
    sign_in(page, "vera")
    page.locator(".today .rows button", has_text="Play").press("Enter")
    audio = page.locator(".today audio")
    audio.evaluate(SOUNDS)
    bed.show(Story(who=caller(MARIA)).ringing())
    expect(page.locator(".desk")).to_be_visible()
    assert audio.evaluate("audio => audio.paused")
    assert listened(bed) == ["past.1"]


def test_an_operator_is_offered_no_recording(chrome, bed):
    recorded(bed)
    page = open_page(chrome, bed, "en")
    sign_in(page)
    expect(page.locator(".today .rows li")).to_have_count(2)
    bed.show(Story(who=caller(MARIA)).talking())
    expect(page.locator(".history .rows li").first).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_have_count(0)
