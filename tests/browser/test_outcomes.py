"""What came of a call, in a real browser: chosen by keys, asked for, shown with what was changed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from ccd.calls.ids import LinkedId
from ccd.ports.calls import Note
from ccd.settings.topics import Outcome
from tests.browser.bed import Bed, running
from tests.browser.page import COMPLAINTS, at_desk, state
from tests.browser.test_looks import CONTRAST
from tests.unit.desk.samples import MARIA, Story, ago, caller, past

OUTCOMES = tuple(
    Outcome.model_validate(one)
    for one in (
        {"id": "booked", "ru": "Записан", "uk": "Записано", "en": "Booked"},
        {
            "id": "advice",
            "ru": "Совет",
            "uk": "Порада",
            "en": "Advice",
            "children": [
                {"id": "prices", "ru": "Цены", "uk": "Ціни", "en": "Prices"},
                {"id": "policy", "ru": "Полис", "uk": "Поліс", "en": "Policy"},
            ],
        },
        {"id": "wrong", "ru": "Ошиблись номером", "uk": "Помилка номером", "en": "Wrong number"},
    )
)
STORY = Story(who=caller(MARIA))


@pytest.fixture
def bed(chrome: Browser) -> Iterator[Bed]:
    """A clinic that wants an outcome of each call."""
    with running(chrome, Bed(outcomes=OUTCOMES, outcome_required=True)) as asking:
        yield asking


def over(bed: Bed) -> None:
    bed.archive.records = [replace(past(1), call_id=LinkedId(STORY.call_id), arrived_at=ago(minutes=3))]
    bed.show(STORY.ringing())
    bed.show(STORY.ended())


def test_two_levels_by_keys_beside_the_topic(chrome, bed):
    page = at_desk(chrome, bed, "en")
    over(bed)
    state(page, "wrapup")
    expect(page.locator(".outcomes legend")).to_contain_text("Outcome?")
    page.keyboard.press("1")
    page.keyboard.press("o")
    page.keyboard.press("2")
    expect(page.locator(".outcomes [role=radio]")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.locator(".outcomes [role=radio]")).to_have_count(3)
    page.keyboard.press("2")
    page.keyboard.press("1")
    expect(page.locator(".outcomes [aria-checked=true]")).to_contain_text("Advice: Prices")
    page.keyboard.press("Enter")
    expect(page.locator(".idle")).to_be_visible()
    [note] = bed.archive.notes
    assert (bool(note.topic), note.outcome) == (True, "advice.prices")
    assert COMPLAINTS[page] == []


def test_a_call_without_an_outcome_is_not_left_silently(chrome, bed):
    page = at_desk(chrome, bed, "ru")
    over(bed)
    state(page, "wrapup")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_contain_text("исхода ещё нет")
    expect(page.locator(".outcomes.asking legend")).to_contain_text("Исход?")
    assert page.evaluate(CONTRAST) == []
    page.keyboard.press("Escape")
    expect(page.locator("#saved")).to_contain_text("Нет исхода")
    page.keyboard.press("Escape")
    expect(page.locator(".todo .rows button")).to_have_count(1)
    page.locator(".todo .rows button").press("Enter")
    page.keyboard.press("o")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.locator(".todo .rows button")).to_have_count(0)
    assert [note.outcome for note in bed.archive.notes] == ["", "wrong"]


def test_whoever_comes_back_is_asked_again_for_yesterdays_too(chrome, bed):
    bed.archive.records = [
        replace(past(1, topic="price", days=1), call_id=LinkedId("1.1")),
        replace(past(2, topic="price"), call_id=LinkedId("1.2")),
    ]
    page = at_desk(chrome, bed, "en")
    todo = page.locator(".todo .rows li")
    expect(todo).to_have_count(2)
    expect(todo.last).to_contain_text("yesterday")
    todo.last.locator("button").press("Enter")
    page.keyboard.press("o")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(todo).to_have_count(1)
    page.reload()
    expect(todo).to_have_count(1)
    assert [(note.call_id, note.outcome) for note in bed.archive.notes] == [("1.1", "booked")]


def test_supervisors_find_the_calls_without_an_outcome(chrome, bed):
    bed.figures.records = [past(1)]
    page = at_desk(chrome, bed, "en", name="vera")
    page.goto(f"{bed.url}/static/reports.html#from=2026-11-01&to=2026-11-12&by=agent&metric=without_outcome")
    expect(page.locator(".tiles dt").last).to_have_text("Without an outcome")
    expect(page.locator("#chart-title")).to_have_text("Without an outcome: Operator")
    page.locator(".chart .mark").first.press("Enter")
    expect(page.locator(".behind tbody tr").last).to_contain_text("no outcome")


def test_the_next_call_comes_all_the_same(chrome, bed):
    page = at_desk(chrome, bed)
    over(bed)
    state(page, "wrapup")
    bed.show(replace(STORY, call_id="next").ringing())
    state(page, "ringing")


def test_what_was_changed_stands_with_the_earlier_call(chrome, bed):
    said = Note(call_id=LinkedId("1.1"), topic="", note="", by="anna", at=ago(hours=1))
    bed.archive.records = [replace(past(1), call_id=LinkedId("1.1"), outcome="booked")]
    bed.archive.notes = [replace(said, outcome="advice.prices"), replace(said, outcome="booked")]
    page = at_desk(chrome, bed, "en")
    bed.show(STORY.ringing())
    expect(page.locator(".history")).to_contain_text("Booked")
    page.locator(".edits summary").click()
    expect(page.locator(".edits li").last).to_contain_text("outcome: Advice: Prices → Booked")
    expect(page.locator(".edits li").last).to_contain_text("anna")
    assert page.evaluate(CONTRAST) == []
