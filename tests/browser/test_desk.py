"""The page in a real browser: calls, keys, notes."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from playwright.sync_api import APIResponse, Route, expect

from tests.browser.page import COMPLAINTS, at_desk, held, open_page, sign_in, state, time_stands, until
from tests.unit.desk.fakes import PASSWORD
from tests.unit.desk.samples import IVAN, MARIA, OLEG, PETYA, Story, caller, past

MARIAS = Story(who=caller(MARIA))
FAMILY = Story(call_id="family", who=caller(MARIA, PETYA, IVAN))
SECOND = Story(call_id="second", raw="+79031112233", who=caller(IVAN, raw="+79031112233"))


@pytest.mark.parametrize(
    ("language", "word", "age", "reason"),
    [
        ("ru", "Звонит", "34 года", "Приём сегодня в 16:30, Ким А. В., кабинет 204"),
        ("uk", "Дзвонить", "34 роки", "Прийом сьогодні о 16:30, Ким А. В., кабинет 204"),
        ("en", "Ringing", "34 years", "Visit today at 16:30, Ким А. В., кабинет 204"),
    ],
)
def test_a_call_pops_in_every_language(chrome, bed, language, word, age, reason):
    page = at_desk(chrome, bed, language)
    bed.show(MARIAS.ringing())
    expect(page.locator("h1#who")).to_have_text("Иванова Мария Петровна")
    expect(page.locator(".pill strong")).to_have_text(word)
    expect(page.locator(".pill .time")).to_have_text(re.compile(r"^0:\d\d$"))
    expect(page.locator(".age")).to_have_text(age)
    expect(page.locator(".reason")).to_have_text(reason)
    expect(page.locator(".card .number")).to_have_text("8 (916) 123-45-67")
    expect(page.locator("#announce")).to_contain_text("Иванова Мария Петровна")
    expect(page).to_have_title(re.compile("Иванова Мария Петровна"))
    assert COMPLAINTS[page] == []


@pytest.mark.parametrize(
    ("language", "steps"),
    [
        (
            "ru",
            [
                "клавиша 2",
                "ожидание в operators 0:40",
                "разговор: Олег Сомов 1:01",
                "79161112233: нет ответа",
            ],
        ),
        (
            "en",
            [
                "pressed 2",
                "waited in operators 0:40",
                "talked with Олег Сомов 1:01",
                "79161112233 did not answer",
            ],
        ),
    ],
)
def test_a_doctor_sees_how_the_call_came(chrome, bed, language, steps):
    page = at_desk(chrome, bed, language)
    bed.show(MARIAS.escalated())
    state(page, "ringing")
    expect(page.locator(".way")).to_have_text(" → ".join(["known patients", *steps]))
    bed.show(MARIAS.talking())
    state(page, "talking")
    expect(page.locator(".way")).to_be_hidden()
    assert COMPLAINTS[page] == []


def test_a_wrong_password_is_told_and_the_right_one_helps(chrome, bed):
    page = open_page(chrome, bed, "en")
    page.locator("#name").fill("anna")
    page.locator("#password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.locator(".error")).to_contain_text("The name or the password is wrong")
    page.locator("#password").fill("correct horse")
    page.keyboard.press("Enter")
    expect(page.locator("button.phone")).to_have_count(3)


def test_nobody_sees_a_page_without_signing_in(chrome, bed):
    page = open_page(chrome, bed)
    for name in ("live", "missed", "reports"):
        page.goto(f"{bed.url}/static/{name}.html")
        page.wait_for_url(f"{bed.url}/")
        expect(page.locator("#name")).to_be_focused()
    assert COMPLAINTS[page] == []


def test_the_language_is_switched_before_and_after_signing_in(chrome, bed):
    page = open_page(chrome, bed, "ru")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Sign in")
    sign_in(page)
    bed.show(MARIAS.ringing())
    state(page, "ringing")
    page.locator(".tools select").select_option("uk")
    expect(page.locator(".pill strong")).to_have_text("Дзвонить")
    assert bed.users.people["anna"].language == "uk"


def test_the_language_that_is_picked_at_the_entrance_counts(chrome, bed):
    bed.users.people["anna"] = replace(bed.users.people["anna"], language="ru")
    page = open_page(chrome, bed, "uk")
    sign_in(page)
    expect(page.get_by_role("button", name="Выйти")).to_be_visible()  # what she had once picked
    page.get_by_role("button", name="Выйти").click()
    page.get_by_role("button", name="Українська").click()
    sign_in(page)
    expect(page.get_by_role("button", name="Вийти")).to_be_visible()
    assert bed.users.people["anna"].language == "uk"


def test_who_only_watches_is_asked_for_a_phone_once(chrome, bed):
    page = open_page(chrome, bed, "en")
    sign_in(page, "vera", None)
    page.goto(f"{bed.url}/static/missed.html")
    page.get_by_role("link", name="To the desk").click()
    expect(page.locator(".link[data-state=online]")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.type("vera")
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("button.phone").first).to_be_visible()  # another day, another seat


def test_a_phone_is_chosen_by_keyboard_alone(chrome, bed):
    page = open_page(chrome, bed, "en")
    page.locator("#name").fill("anna")
    page.locator("#password").fill("correct horse")
    page.keyboard.press("Enter")
    expect(page.locator("#filter")).to_be_focused()
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    expect(page.locator("button.phone")).to_have_count(2)  # either could be meant
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.locator(".link[data-state=online]")).to_be_visible()
    assert page.locator("header").first.inner_text().count("102") == 1


def test_topic_and_note_by_keyboard_alone(chrome, bed):
    page = at_desk(chrome, bed)
    bed.show(MARIAS.talking())
    state(page, "talking")
    page.keyboard.press("2")
    expect(page.locator("#topic-1")).to_be_checked()
    page.keyboard.press("n")
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.type("Просит 3 копии")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("на почту")
    expect(page.locator("#saved")).to_have_text("Ещё не сохранено")
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_have_text(re.compile(r"^Сохранено в \d\d:\d\d$"))
    [note] = bed.archive.notes
    assert (note.topic, note.note, note.by) == ("results", "Просит 3 копии\nна почту", "anna")
    expect(page.locator("#topic-1")).to_be_checked()


def test_keys_work_in_a_cyrillic_layout(chrome, bed):
    page = at_desk(chrome, bed)
    bed.show(MARIAS.talking())
    state(page, "talking")
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'т', code: 'KeyN', bubbles: true}))"
    )
    expect(page.locator("#note")).to_be_focused()


def test_escape_leaves_the_field_and_keeps_the_text(chrome, bed):
    page = at_desk(chrome, bed)
    bed.show(MARIAS.talking())
    state(page, "talking")
    page.keyboard.press("n")
    page.keyboard.type("важно")
    page.keyboard.press("Escape")
    expect(page.locator("#note")).not_to_be_focused()
    expect(page.locator("#note")).to_have_value("важно")
    page.keyboard.press("Escape")
    state(page, "talking")


def test_the_wrap_up_asks_for_the_topic_and_closes_when_it_has_it(chrome, bed):
    page = at_desk(chrome, bed)
    bed.show(MARIAS.talking())
    bed.show(MARIAS.ended())
    state(page, "wrapup")
    expect(page.locator("legend")).to_have_text("О чём был звонок?")
    expect(page.locator(".pill .time")).to_have_text("3:12")
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_have_text("Выберите тему или напишите заметку")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator(".calm h1")).to_be_visible()
    expect(page.locator(".calm .status")).to_have_text("Сохранено: Запись на приём · Иванова Мария Петровна")
    expect(page.locator(".todo li.good")).to_be_visible()


def test_a_failed_save_says_so_and_keeps_the_text(chrome, bed):
    page = at_desk(chrome, bed)
    bed.show(MARIAS.talking())
    state(page, "talking")
    bed.archive.locked = True
    page.keyboard.press("n")
    page.keyboard.type("не потерять")
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_contain_text("Не сохранено. База данных не отвечает.")
    expect(page.locator("#note")).to_have_value("не потерять")
    bed.archive.locked = False
    page.keyboard.press("Enter")
    expect(page.locator("#saved[data-kind=saved]")).to_be_visible()
    assert [one.note for one in bed.archive.notes] == ["не потерять"]


def test_what_is_written_while_a_note_is_saved_is_saved_after_it(chrome, bed):
    page = at_desk(chrome, bed)
    bed.show(MARIAS.talking())
    bed.show(MARIAS.ended())
    state(page, "wrapup")
    page.keyboard.press("1")
    page.keyboard.press("n")
    page.keyboard.type("перв")
    with page.expect_response("**/note"), held(page, "/note") as sent:
        page.keyboard.press("Enter")
        until(page, lambda: bool(sent))
        page.keyboard.type("ый")
    expect(page.locator("#saved")).to_have_text("Ещё не сохранено")
    expect(page.locator("#note")).to_have_value("первый")
    state(page, "wrapup")
    with held(page, "/note") as sent:
        page.keyboard.press("Enter")
        until(page, lambda: bool(sent))
        page.keyboard.type(" и второй")
        page.keyboard.press("Enter")
        assert len(sent) == 1
    expect(page.locator(".calm h1")).to_be_visible()
    assert [one.note for one in bed.archive.notes] == ["перв", "первый", "первый и второй"]


def test_an_old_answer_does_not_undo_a_newer_one(chrome, bed):
    bed.archive.records = [past(1, minutes=30)]
    page = at_desk(chrome, bed)
    expect(page.locator(".todo button")).to_be_visible()
    old: list[tuple[Route, APIResponse]] = []
    page.route("**/api/today", lambda one: one.continue_() if old else old.append((one, one.fetch())))
    bed.show(SECOND.ringing())
    until(page, lambda: bool(old))
    bed.archive.records = [past(1, minutes=30, topic="price")]
    bed.show(SECOND.abandoned())
    page.keyboard.press("Escape")
    expect(page.locator(".todo li.good")).to_be_visible()
    with page.expect_response("**/api/today"):
        old[0][0].fulfill(response=old[0][1])
    page.evaluate("fetch('/api/me').then((answer) => answer.json())")
    expect(page.locator(".todo li.good")).to_be_visible()


def test_services_are_searched(chrome, bed):
    page = at_desk(chrome, bed)
    bed.show(MARIAS.ringing())
    state(page, "ringing")
    expect(page.locator(".policy-line[data-standing=expired] .standing")).to_have_text("истёк")
    page.keyboard.press("s")
    page.keyboard.type("МРТ")
    expect(page.locator(".services li")).to_have_text(["±МРТдоплата 30 %"])
    page.locator("#service").fill("прием терапевта")
    expect(page.locator(".services .answer")).to_have_text(["покрывается"])
    page.locator("#service").fill("полёт")
    expect(page.locator(".services .empty")).to_have_text(
        "«полёт» нет в списке полиса. Уточните у страховой."
    )


def test_a_shared_number_is_never_a_silent_pick(chrome, bed):
    page = at_desk(chrome, bed)
    bed.show(FAMILY.ringing())
    expect(page.locator("h1#who")).to_have_text("На номере 3 человека")
    expect(page.locator(".person[aria-pressed=true]")).to_have_count(0)
    page.keyboard.press("]")
    expect(page.locator("h1#who")).to_have_text("Иванов Пётр")
    page.keyboard.press("]")
    expect(page.locator("h1#who")).to_have_text("Иванов Иван Сергеевич")
    page.keyboard.press("[")
    page.keyboard.press("[")
    expect(page.locator("h1#who")).to_have_text("Иванова Мария Петровна")
    expect(page.locator(".person[aria-pressed=true]")).to_have_text("Иванова Мария Петровна34 годасвой номер")
    page.locator(".person").nth(1).click()
    expect(page.locator(".age")).to_have_text("6 лет")


def test_the_attending_doctor_and_the_debt_stand_with_whoever_was_chosen(chrome, bed):
    page = at_desk(chrome, bed)
    owes = replace(MARIA, doctor="Ким А. В.", debt=Decimal("1200.50"))
    bed.show(Story(who=caller(owes)).ringing())
    expect(page.locator(".tag.doctor")).to_have_text("врач Ким А. В.")
    expect(page.locator(".tag.debt")).to_have_text("долг 1\xa0200,50")
    bed.show(Story(call_id="2", who=caller(owes, replace(PETYA, debt=Decimal(0)))).ringing())
    expect(page.locator(".other")).to_have_count(1)
    page.keyboard.press("c")
    expect(page.locator(".person")).to_have_count(2)
    expect(page.locator(".tag")).to_have_count(0)
    page.locator(".person").nth(0).click()
    expect(page.locator(".tag")).to_have_text(["врач Ким А. В.", "долг 1\xa0200,50"])
    page.locator(".person").nth(1).click()
    expect(page.locator(".tag")).to_have_count(0)


@pytest.mark.parametrize(
    ("who", "raw", "headline", "reason"),
    [
        (caller(), "+79161234567", "8 (916) 123-45-67", "Этого номера нет в картотеке"),
        (caller(raw=""), "", "Номер скрыт", ""),
        (None, "+79161234567", "8 (916) 123-45-67", "Узнаём, кто звонит…"),
        (
            caller(failed=("registry",)),
            "+79161234567",
            "8 (916) 123-45-67",
            "Кто это, неизвестно: не ответил источник registry",
        ),
    ],
)
def test_nobody_known_is_said_plainly(chrome, bed, who, raw, headline, reason):
    page = at_desk(chrome, bed)
    bed.show(Story(who=who, raw=raw).ringing())
    expect(page.locator("h1#who")).to_have_text(headline)
    expect(page.locator(".reason")).to_have_text(reason)


def test_late_facts_come_into_their_places(chrome, bed):
    page = at_desk(chrome, bed)
    bed.show(MARIAS.looking_up())
    state(page, "ringing")
    places = [page.locator(one).bounding_box() for one in ("#who", ".policy", ".compose", ".side")]
    bed.show(MARIAS.ringing())
    expect(page.locator("h1#who")).to_have_text("Иванова Мария Петровна")
    expect(page.locator(".visits li")).to_have_count(4)
    after = [page.locator(one).bounding_box() for one in ("#who", ".policy", ".compose", ".side")]
    assert [(one["x"], one["y"]) for one in places if one] == [(one["x"], one["y"]) for one in after if one]


def test_answered_elsewhere_is_told_and_asks_nothing(chrome, bed):
    page = at_desk(chrome, bed)
    time_stands(page)
    bed.show(MARIAS.ringing())
    bed.show(MARIAS.elsewhere())
    state(page, "elsewhere")
    expect(page.locator(".context")).to_contain_text("Олег Сомов, телефон 102")
    page.keyboard.press("1")
    expect(page.locator("#topic-0")).not_to_be_checked()
    page.keyboard.press("Escape")
    expect(page.locator(".calm h1")).to_be_visible()


def test_a_second_call_does_not_take_the_page_from_someone_who_talks(chrome, bed):
    page = at_desk(chrome, bed)
    bed.show(MARIAS.talking())
    state(page, "talking")
    page.keyboard.press("n")
    page.keyboard.type("пишу")
    bed.show(SECOND.ringing())
    expect(page.locator(".other .name")).to_have_text("Иванов Иван Сергеевич")
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.locator("h1#who")).to_have_text("Иванов Иван Сергеевич")
    expect(page.locator("#note")).to_have_value("")
    page.keyboard.press("c")
    expect(page.locator("#note")).to_have_value("пишу")


def test_a_new_call_waits_for_who_is_still_writing(chrome, bed):
    page = at_desk(chrome, bed)
    bed.show(MARIAS.talking())
    bed.show(MARIAS.ended())
    state(page, "wrapup")
    page.keyboard.press("n")
    page.keyboard.type("дописываю")
    bed.show(SECOND.ringing())
    expect(page.locator(".other[data-state=ringing]")).to_be_visible()
    expect(page.locator("#note")).to_have_value("дописываю")
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.locator("h1#who")).to_have_text("Иванов Иван Сергеевич")
    assert [(one.call_id, one.topic) for one in bed.archive.notes] == [(MARIAS.call_id, "policy")]


def test_the_history_of_the_number(chrome, bed):
    bed.archive.records = [past(1, topic="booking", note="к терапевту", days=9)]
    page = at_desk(chrome, bed)
    bed.show(MARIAS.ringing())
    expect(page.locator(".history li .what")).to_have_text("Запись на приёмк терапевту")
    expect(page.locator(".history .when")).to_have_text("3 нояб.")


def test_calls_without_a_topic_can_be_completed_later(chrome, bed):
    bed.archive.records = [past(1, minutes=30), past(2, minutes=50, topic="price")]
    page = at_desk(chrome, bed)
    expect(page.locator(".numbers dd")).to_have_text(["2", "6 мин", "1"])
    page.locator(".todo button").click()
    state(page, "wrapup")
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    expect(page.locator(".numbers dd")).to_have_text(["2", "6 мин", "0"])
    assert [(one.call_id, one.topic) for one in bed.archive.notes] == [("past.1", "price")]


def test_a_supervisor_sees_who_talks_with_whom(chrome, bed):
    page = open_page(chrome, bed)
    sign_in(page, "vera", None)
    bed.show(MARIAS.talking())
    bed.show(replace(FAMILY.ringing(), phone=OLEG))
    expect(page.locator(".floor li")).to_have_count(2)
    expect(page.locator(".floor li").first).to_contain_text("Иванова Мария Петровна")
    expect(page.locator(".floor li").nth(1)).to_contain_text("3 человека на номере")


def test_the_keys_are_listed(chrome, bed):
    page = at_desk(chrome, bed, "en")
    keys = page.get_by_role("dialog", name="Keys")
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).not_to_be_visible()


def test_the_board(chrome, bed):
    page = at_desk(chrome, bed)
    bed.board(waiting=3, doctors=2)
    expect(page.locator(".board dd").first).to_have_text("3")
    expect(page.locator(".board .time")).to_have_text(re.compile(r"^0:[4-9]\d$"))
    bed.board(waiting=0, doctors=0)
    expect(page.locator(".board dd")).to_have_text(["0", "–", "0"])


def test_a_withheld_number_is_hidden_and_not_looked_up(chrome, bed):
    page = at_desk(chrome, bed)
    bed.show(MARIAS.withheld())
    state(page, "ringing")
    expect(page.locator("h1#who")).to_have_text("Номер скрыт")
    expect(page.locator(".age")).to_have_text("спросите, кто звонит")
    expect(page.locator(".reason")).to_have_text("")
    expect(page.locator(".history .empty")).to_have_text("Номер скрыт: истории нет")
    assert not re.search(r"9161234567|\(916\)", page.content())  # "916" alone is in many a moment
