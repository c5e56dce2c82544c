"""The line breaks and comes back; drafts live through it; markup from a caller is text."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.browser.page import COMPLAINTS, at_desk, state, until
from tests.unit.desk.samples import MARIA, Story, caller

MARIAS = Story(who=caller(MARIA))
HOSTILE = "<img src=x onerror=alert(1)>"


def write(page, text: str) -> None:
    page.keyboard.press("2")
    page.keyboard.press("n")
    page.keyboard.type(text)


def test_a_draft_lives_through_a_reload(chrome, bed):
    page = at_desk(chrome, bed)
    bed.show(MARIAS.talking())
    state(page, "talking")
    write(page, "черновик")
    page.reload()
    state(page, "talking")
    expect(page.locator("#note")).to_have_value("черновик")
    expect(page.locator("#topic-1")).to_be_checked()


@pytest.mark.parametrize("restarted", [False, True])
def test_a_lost_line_is_told_and_what_ended_is_completed(chrome, bed, restarted):
    page = at_desk(chrome, bed)
    bed.show(MARIAS.talking())
    state(page, "talking")
    write(page, "черновик")
    bed.lose()
    expect(page.locator(".banner")).to_contain_text("Нет связи с ccd")
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_contain_text("Не сохранено. Нет связи с ccd.")
    ended = MARIAS.ended()
    bed.archive.records = [ended.record]
    bed.come_back(restarted=restarted)
    if not restarted:
        bed.show(ended)
    expect(page.locator(".banner")).to_be_hidden()
    expect(page.locator(".card[data-state=wrapup]")).to_be_visible()
    expect(page.locator("#note")).to_have_value("черновик")
    page.keyboard.press("Enter")
    expect(page.locator(".calm h1")).to_be_visible()
    assert [(one.topic, one.note) for one in bed.archive.notes] == [("results", "черновик")]


def test_a_talk_that_a_restarted_ccd_does_not_know_yet_goes_on(chrome, bed):
    page = at_desk(chrome, bed)
    bed.show(MARIAS.talking())
    state(page, "talking")
    bed.lose()
    expect(page.locator(".banner")).to_be_visible()
    bed.stale = True
    bed.come_back(restarted=True)
    expect(page.locator(".banner")).to_contain_text("не слышит телефонную станцию")
    expect(page.locator(".card .context")).to_contain_text("ccd перезапущен и уточняет")
    bed.show(MARIAS.talking())
    expect(page.locator(".card .context")).not_to_contain_text("уточняет")
    bed.board(stale=False)
    expect(page.locator(".banner")).to_be_hidden()
    state(page, "talking")


def test_an_end_that_nobody_saw_is_told_as_that(chrome, bed):
    page = at_desk(chrome, bed)
    page.clock.install()
    bed.show(MARIAS.talking())
    bed.show(Story(call_id="2", who=caller(MARIA)).ringing())
    state(page, "talking")
    bed.lose()
    expect(page.locator(".banner")).to_be_visible()
    bed.stale = True
    bed.come_back(restarted=True)
    expect(page.locator(".pill.asked")).to_be_visible()
    page.clock.fast_forward(10_000)
    expect(page.locator(".pill.asked strong")).to_have_text("Разговор")
    bed.board(stale=False)
    expect(page.locator(".banner")).to_be_hidden()
    page.clock.fast_forward(3_500)
    expect(page.locator(".pill strong")).to_have_text("Конец не виден")
    expect(page.locator(".card")).not_to_contain_text("завершён")
    expect(page.locator(".other")).to_have_count(0)


def test_a_new_call_comes_before_one_that_is_being_asked_about(chrome, bed):
    page = at_desk(chrome, bed)
    bed.show(MARIAS.talking())
    state(page, "talking")
    bed.lose()
    expect(page.locator(".banner")).to_be_visible()
    bed.stale = True
    bed.come_back(restarted=True)
    expect(page.locator(".pill.asked")).to_be_visible()
    bed.show(Story(call_id="2", who=caller(MARIA)).ringing())
    state(page, "ringing")


def test_that_asterisk_is_not_heard_is_told_until_it_is(chrome, bed):
    page = at_desk(chrome, bed)
    expect(page.locator(".banner")).to_be_hidden()
    bed.board(stale=True)
    expect(page.locator(".banner")).to_have_text(
        "ccd не слышит телефонную станцию: карточки могут опаздывать."
    )
    bed.lose()
    expect(page.locator(".banner")).to_contain_text("Нет связи с ccd")
    bed.come_back()
    expect(page.locator(".banner")).to_contain_text("не слышит")
    bed.board(stale=False)
    expect(page.locator(".banner")).to_be_hidden()


def test_what_ended_while_away_is_listed_not_popped(chrome, bed):
    page = at_desk(chrome, bed)
    other = Story(call_id="first", who=caller(MARIA))
    bed.show(other.ringing())
    bed.show(other.abandoned())
    state(page, "missed")
    page.keyboard.press("Escape")
    expect(page.locator(".calm h1")).to_be_visible()
    bed.lose()
    expect(page.locator(".banner")).to_be_visible()
    bed.run(lambda: bed.hub.show(MARIAS.talking()))
    bed.run(lambda: bed.hub.show(MARIAS.ended()))
    bed.archive.records = [MARIAS.ended().record]
    bed.come_back()
    expect(page.locator(".todo .away")).to_have_text("закончился, пока не было связи")
    expect(page.locator(".calm h1")).to_be_visible()
    page.locator(".todo button").click()
    expect(page.locator("h1#who")).to_have_text("Иванова Мария Петровна")


def test_a_call_answered_elsewhere_meanwhile_is_gone(chrome, bed):
    page = at_desk(chrome, bed)
    bed.show(MARIAS.ringing())
    state(page, "ringing")
    bed.lose()
    expect(page.locator(".banner")).to_be_visible()
    bed.run(lambda: bed.hub.show(MARIAS.elsewhere()))
    bed.come_back()
    expect(page.locator(".calm h1")).to_be_visible()


def test_signing_out_elsewhere_asks_to_sign_in_again(chrome, bed):
    page = at_desk(chrome, bed)
    session = next(iter(bed.users.sessions))
    bed.users.sessions.clear()
    bed.run(lambda: bed.hub.drop(session))
    expect(page.locator("#name")).to_be_visible()
    expect(page.locator(".error")).to_have_text("Вы вышли. Войдите снова; текст сохранён на этой странице.")


def test_markup_from_a_caller_is_text(chrome, bed):
    page = at_desk(chrome, bed)
    policy = replace(MARIA.policies[0], insurer=HOSTILE, programme=HOSTILE)
    visit = replace(MARIA.visits[0], doctor=HOSTILE, place=HOSTILE)
    tags = frozenset({HOSTILE})
    person = replace(MARIA, full_name=HOSTILE, policies=(policy,), visits=(visit,), tags=tags)
    two = replace(person, patient_id="p9")
    bed.show(Story(who=caller(person), name=HOSTILE).ringing())
    expect(page.locator("h1#who")).to_have_text(HOSTILE)
    expect(page.locator(".tag").first).to_have_text(HOSTILE)
    bed.show(Story(call_id="2", who=caller(person, two), name=HOSTILE).ringing())
    bed.show(Story(call_id="3", who=caller(), name=HOSTILE).ringing())
    expect(page.locator(".other")).to_have_count(2)
    for _ in range(2):
        page.keyboard.press("c")
    assert page.locator("img, script:not([src]), iframe").count() == 0
    assert COMPLAINTS[page] == []


def test_the_policy_of_the_page_really_holds(chrome, bed):
    page = at_desk(chrome, bed)
    inline = "Object.assign(document.createElement('script'), {text: 'window.bad = 1'})"
    page.evaluate(f"document.body.append({inline})")
    until(page, lambda: any("Content Security Policy" in one for one in COMPLAINTS[page]))
    assert page.evaluate("window.bad") is None
